// Package migrations stands in for the migration Jobs, which run `yarn migration:run:...` in the
// API's image (contract 3.3 and 11). Like the real ones they take no lock: two at once collide.
package migrations

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/jackc/pgx/v5"

	"daytona-operator.dev/testing/stand-in/internal/database"
	"daytona-operator.dev/testing/stand-in/internal/nodeenv"
)

// Set is which migrations a command knows.
type Set int

const (
	// All is everything, for an empty database.
	All Set = iota
	// PreDeploy expands, before the new pods.
	PreDeploy
	// PostDeploy contracts, after all pods run the new version.
	PostDeploy
)

type migration struct {
	timestamp int64
	set       Set // All: made before the two phases were told apart
}

// In the order of their timestamps.
var known = []migration{{1741087887225, All}, {1780918142801, PostDeploy}, {1781740800000, PreDeploy}}

//go:embed sql/*.sql
var statements embed.FS

// Main is yarn: its argument is a script of the package in the working directory.
func Main(args []string, env nodeenv.Env) int {
	if err := yarn(args, env); err != nil {
		slog.Error("migration failed", "error", err)
		return 1
	}
	return 0
}

func yarn(args []string, env nodeenv.Env) error {
	if _, err := os.Stat("package.json"); err != nil {
		return fmt.Errorf("usage error: no package in the working directory: %w", err)
	}
	if err := usable(".yarn"); err != nil {
		return err
	}
	if len(args) != 1 {
		return errors.New("usage error: one script is wanted")
	}
	set, found := map[string]Set{
		"migration:run:init":        All,
		"migration:run:pre-deploy":  PreDeploy,
		"migration:run:post-deploy": PostDeploy,
	}[args[0]]
	if !found {
		return fmt.Errorf("usage error: couldn't find a script named %q", args[0])
	}
	config, err := database.Config(env)
	if err != nil {
		return err
	}
	ctx := context.Background()
	conn, err := pgx.ConnectConfig(ctx, config) // once: a Job is what retries
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	if err := database.Prepare(ctx, conn); err != nil {
		return err
	}
	return Run(ctx, conn, set)
}

// usable says whether yarn finds a cache in the directory or may write one (contract 11).
func usable(directory string) error {
	probe := filepath.Join(directory, ".probe")
	err := os.WriteFile(probe, nil, 0o600)
	if err == nil {
		return os.Remove(probe)
	}
	if entries, _ := os.ReadDir(directory); len(entries) > 0 {
		return nil
	}
	return fmt.Errorf("yarn has no cache and cannot write one: %w", err)
}

// Run does what of the set has not been done, in one transaction.
func Run(ctx context.Context, conn *pgx.Conn, set Set) error {
	done, err := executed(ctx, conn)
	if err != nil {
		return err
	}
	transaction, err := conn.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = transaction.Rollback(ctx) }()
	for _, m := range known {
		name := fmt.Sprintf("Migration%d", m.timestamp)
		if done[name] || (set != All && set != m.set) {
			continue
		}
		sql, err := statements.ReadFile(fmt.Sprintf("sql/%d.sql", m.timestamp))
		if err != nil {
			return err
		}
		if _, err := transaction.Exec(ctx, string(sql)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		_, err = transaction.Exec(ctx, `INSERT INTO "migrations" ("timestamp", "name") VALUES ($1, $2)`, m.timestamp, name)
		if err != nil {
			return err
		}
		slog.Info("migration has been executed successfully", "name", name)
	}
	return transaction.Commit(ctx)
}

func executed(ctx context.Context, conn *pgx.Conn) (map[string]bool, error) {
	var exists bool
	if err := conn.QueryRow(ctx, `SELECT to_regclass('"migrations"') IS NOT NULL`).Scan(&exists); err != nil {
		return nil, err
	}
	if !exists {
		_, err := conn.Exec(ctx, `CREATE TABLE "migrations"
			("id" SERIAL PRIMARY KEY, "timestamp" bigint NOT NULL, "name" varchar NOT NULL)`)
		if err != nil {
			return nil, err
		}
	}
	rows, err := conn.Query(ctx, `SELECT "name" FROM "migrations"`)
	if err != nil {
		return nil, err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	done := map[string]bool{}
	for _, name := range names {
		done[name] = true
	}
	return done, err
}
