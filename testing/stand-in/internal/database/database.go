// Package database connects to PostgreSQL as API and migrations do (contract 1.1, 1.4, 6.1).
package database

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"math"
	"os"

	"github.com/jackc/pgx/v5"

	"daytona-operator.dev/testing/stand-in/internal/nodeenv"
)

// Config is the login over TCP that the DB_* variables describe.
func Config(env nodeenv.Env) (*pgx.ConnConfig, error) {
	config, err := pgx.ParseConfig("sslmode=disable")
	if err != nil {
		return nil, err
	}
	config.Host = env.Or("DB_HOST", "localhost")
	config.Port = Port(env)
	config.User = env.Get("DB_USERNAME")
	config.Password = env.Get("DB_PASSWORD")
	config.Database = env.Get("DB_DATABASE")
	config.Fallbacks = nil
	if env.True("DB_TLS_ENABLED") {
		config.TLSConfig = &tls.Config{
			ServerName:         config.Host,
			InsecureSkipVerify: !env.NotFalse("DB_TLS_REJECT_UNAUTHORIZED"),
		}
		config.TLSConfig.RootCAs, err = Roots(env)
	}
	return config, err
}

// Port is 5432 for whatever is no number: the driver takes NaN for "not given" (contract 11).
func Port(env nodeenv.Env) uint16 {
	port := env.Number("DB_PORT", "5432")
	if math.IsNaN(port) || port < 1 || port > 65535 {
		return 5432
	}
	return uint16(port)
}

// Roots are the system's authorities and those of NODE_EXTRA_CA_CERTS, the only way to trust a
// private one.
func Roots(env nodeenv.Env) (*x509.CertPool, error) {
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	if file := env.Get("NODE_EXTRA_CA_CERTS"); file != "" {
		content, err := os.ReadFile(file)
		if err != nil { // Node warns and goes on
			slog.Warn("NODE_EXTRA_CA_CERTS was not read", "error", err)
			return roots, nil
		}
		if !roots.AppendCertsFromPEM(content) {
			return nil, fmt.Errorf("no certificate in %s", file)
		}
	}
	return roots, nil
}

// Prepare does what the ORM does on connect. Without the right to create the extension it only
// warns; the migrations that use it fail then.
func Prepare(ctx context.Context, conn *pgx.Conn) error {
	if err := conn.Ping(ctx); err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, `CREATE EXTENSION IF NOT EXISTS "uuid-ossp"`); err != nil {
		slog.Warn("the uuid-ossp extension cannot be installed automatically", "error", err)
	}
	return nil
}
