// Package api stands in for the API of Daytona v0.190.0: it starts in the order of the real one,
// needs at start what that needs, and opens its port only after first-boot seeding (contract 1.1 to
// 1.4, 3.1 to 3.3, 4, 5.2, 7 and 11).
package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/redis/go-redis/v9"

	"daytona-operator.dev/testing/stand-in/internal/nodeenv"
	"daytona-operator.dev/testing/stand-in/internal/otlp"
)

// adminUser is the id of the user that seeding creates.
const adminUser = "daytona-admin"

type server struct {
	env    nodeenv.Env
	db     *pgxpool.Pool
	redis  *redis.Client
	issuer *issuer
}

// Main is node: its first argument is the API's script, whose path also says where the dashboard
// is. What follows are the flags of the script.
func Main(args []string, env nodeenv.Env) int {
	if len(args) == 0 {
		fmt.Fprintln(os.Stderr, "node: a script is wanted, as in: node dist/apps/api/main.js")
		return 1
	}
	if _, err := os.Stat(args[0]); err != nil {
		fmt.Fprintf(os.Stderr, "Error: Cannot find module: %v\n", err)
		return 1
	}
	// A handler is there from the first line on, and it ends nothing (contract 11).
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM)

	dashboard := filepath.Join(filepath.Dir(filepath.Dir(args[0])), "dashboard")
	if err := run(env, args[1:], dashboard, signals); err != nil {
		slog.Error("API ended", "error", err)
		return 1
	}
	return 0
}

func run(env nodeenv.Env, flags []string, dashboard string, signals <-chan os.Signal) error {
	mode := env.Or("APP_MODE", "all")
	if mode != "api" && mode != "worker" && mode != "all" {
		return fmt.Errorf("invalid APP_MODE %q", mode)
	}
	certificate, err := certificateOf(env)
	if err != nil {
		return err
	}
	if env.True("OTEL_ENABLED") {
		name := map[string]string{"worker": "daytona-worker"}[mode]
		if name == "" {
			name = "daytona-api"
		}
		otlp.New(env, name).Start("start", 30*time.Second)
	}
	ctx := context.Background()
	s := &server{env: env}
	if err := s.connect(ctx, len(flags) > 0 && flags[0] == "--migration-run"); err != nil {
		return err
	}
	if len(flags) > 0 {
		return s.command(ctx, flags)
	}
	if !env.True("DONT_SERVE_DASHBOARD") {
		if err := rewriteDashboard(dashboard, env.Get("DASHBOARD_BASE_API_URL")); err != nil {
			return err
		}
	}
	if err := s.tablesPresent(ctx); err != nil {
		return err
	}
	if err := s.seed(ctx); err != nil {
		return err
	}
	if !env.True("DISABLE_CRON_JOBS") && !env.True("MAINTENANCE_MODE") {
		s.startSchedules(ctx)
	}
	if mode == "worker" { // no port, no health endpoint
		select {}
	}
	return s.listen(certificate, s.handler(dashboard), signals)
}

// command runs a flag of the script instead of the HTTP server.
func (s *server) command(ctx context.Context, flags []string) error {
	switch flags[0] {
	case "--migration-run": // done while connecting
		return nil
	case "--create-admin-api-key":
		if len(flags) < 2 {
			return errors.New("invalid flag: API key name is required")
		}
		if err := s.tablesPresent(ctx); err != nil {
			return err
		}
		return s.createAdminKey(ctx, flags[1])
	default:
		return fmt.Errorf("invalid flag %s", flags[0])
	}
}

// listen serves until SIGTERM. Then the port closes and the process stays: every stop lasts the
// whole grace period (contract 11).
func (s *server) listen(certificate *keyPair, handler http.Handler, signals <-chan os.Signal) error {
	port, err := nodeenv.Port("PORT", s.env.Number("PORT", ""))
	if err != nil {
		return err
	}
	server := &http.Server{Addr: fmt.Sprintf("0.0.0.0:%d", port), Handler: handler, ReadHeaderTimeout: time.Minute}
	failures := make(chan error, 1)
	go func() {
		if certificate != nil {
			failures <- server.ListenAndServeTLS(certificate.certificate, certificate.key)
		} else {
			failures <- server.ListenAndServe()
		}
	}()
	slog.Info("Daytona API is running", "port", port)
	select {
	case err := <-failures:
		return err
	case <-signals:
		slog.Info("SIGTERM received: the port closes, the process stays")
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if err := server.Shutdown(ctx); err != nil {
			_ = server.Close()
		}
		select {}
	}
}

type keyPair struct{ certificate, key string }

// certificateOf is for HTTPS, which both variables together switch on.
func certificateOf(env nodeenv.Env) (*keyPair, error) {
	pair := &keyPair{env.Get("CERT_PATH"), env.Get("CERT_KEY_PATH")}
	for _, file := range []string{pair.certificate, pair.key} {
		if file == "" {
			continue
		}
		if _, err := os.ReadFile(file); err != nil {
			return nil, err
		}
	}
	if pair.certificate == "" || pair.key == "" {
		return nil, nil
	}
	return pair, nil
}
