package api

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
)

// seed fills an empty database: once only, later changes of the variables change no row (contract
// 3.2). Two APIs that do it at the same time collide.
func (s *server) seed(ctx context.Context) error {
	if err := s.seedRegion(ctx); err != nil {
		return err
	}
	if err := s.seedAdmin(ctx); err != nil {
		return err
	}
	for _, registry := range []struct{ kind, name, prefix string }{
		{"transient", "Transient Registry", "TRANSIENT_REGISTRY_"},
		{"backup", "Backup Registry", "INTERNAL_REGISTRY_"},
		{"internal", "Internal Registry", "INTERNAL_REGISTRY_"},
	} {
		if err := s.seedRegistry(ctx, registry.kind, registry.name, registry.prefix); err != nil {
			return err
		}
	}
	go func() { // not awaited: the runner needs the API to become ready
		if err := s.seedRunner(ctx); err != nil {
			slog.Error("error initializing default runner", "error", err)
		} else if err := s.seedSnapshot(ctx); err != nil {
			slog.Error("error initializing default snapshot", "error", err)
		}
	}()
	return nil
}

func (s *server) defaultRegion() string { return s.env.Or("DEFAULT_REGION_ID", "us") }

func (s *server) exists(ctx context.Context, query string, args ...any) (bool, error) {
	var found bool
	err := s.db.QueryRow(ctx, "SELECT EXISTS ("+query+")", args...).Scan(&found)
	return found, err
}

func (s *server) seedRegion(ctx context.Context) error {
	found, err := s.exists(ctx, `SELECT FROM "region" WHERE "id" = $1`, s.defaultRegion())
	if err != nil || found {
		return err
	}
	_, err = s.db.Exec(ctx, `INSERT INTO "region" ("id", "name", "enforceQuotas") VALUES ($1, $2, $3)`,
		s.defaultRegion(), s.env.Or("DEFAULT_REGION_NAME", "us"), s.env.True("DEFAULT_REGION_ENFORCE_QUOTAS"))
	return err
}

// seedAdmin commits the user before it reads the key. Without the variable the API crashes once and
// then has an admin without any key for ever (contract T1).
func (s *server) seedAdmin(ctx context.Context) error {
	found, err := s.exists(ctx, `SELECT FROM "user" WHERE "id" = $1`, adminUser)
	if err != nil || found {
		return err
	}
	organization, err := s.createUser(ctx, newUser{
		id: adminUser, name: "Daytona Admin", role: "admin", region: s.defaultRegion(),
		quotas: s.quotas("ADMIN_", "0", "0", "0", "100"),
	})
	if err != nil {
		return err
	}
	key, err := s.env.OrThrow("ADMIN_API_KEY")
	if err != nil {
		return err
	}
	if err := s.insertKey(ctx, organization, adminUser, key); err != nil {
		return err
	}
	slog.Info("admin user created; its API key is the value of ADMIN_API_KEY")
	go s.invite(fmt.Sprintf("admin@%s", hostOf(s.env.Get("DASHBOARD_URL"))))
	return nil
}

type quotas struct{ cpu, memory, disk, snapshots int }

func (s *server) quotas(prefix, cpu, memory, disk, snapshots string) quotas {
	return quotas{
		int(s.env.Number(prefix+"MAX_CPU_PER_SANDBOX", cpu)), int(s.env.Number(prefix+"MAX_MEMORY_PER_SANDBOX", memory)),
		int(s.env.Number(prefix+"MAX_DISK_PER_SANDBOX", disk)), int(s.env.Number(prefix+"SNAPSHOT_QUOTA", snapshots)),
	}
}

type newUser struct {
	id, name, email, role, region string
	emailVerified, suspended      bool
	quotas                        quotas
}

// createUser makes a user and the personal organization, in one transaction.
func (s *server) createUser(ctx context.Context, u newUser) (organization string, err error) {
	err = pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO "user" ("id", "name", "email", "emailVerified", "role") VALUES ($1, $2, $3, $4, $5)`,
			u.id, u.name, u.email, u.emailVerified, u.role)
		if err != nil {
			return err
		}
		return tx.QueryRow(ctx, `INSERT INTO "organization" ("name", "createdBy", "personal", "defaultRegionId", "suspended",
			"maxCpuPerSandbox", "maxMemoryPerSandbox", "maxDiskPerSandbox", "snapshotQuota")
			VALUES ('Personal', $1, true, nullif($2, ''), $3, $4, $5, $6, $7) RETURNING "id"`,
			u.id, u.region, u.suspended, u.quotas.cpu, u.quotas.memory, u.quotas.disk, u.quotas.snapshots).Scan(&organization)
	})
	return organization, err
}

func hashOf(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}

func (s *server) insertKey(ctx context.Context, organization, name, key string) error {
	_, err := s.db.Exec(ctx, `INSERT INTO "api_key" ("organizationId", "userId", "name", "keyHash", "createdAt")
		VALUES ($1, $2, $3, $4, now())`, organization, adminUser, name, hashOf(key))
	return err
}

// createAdminKey is the way back for an admin without a key. Printing the new one is its purpose.
func (s *server) createAdminKey(ctx context.Context, name string) error {
	var organization string
	err := s.db.QueryRow(ctx, `SELECT "id" FROM "organization" WHERE "createdBy" = $1 AND "personal"`, adminUser).Scan(&organization)
	if err != nil {
		return fmt.Errorf("personal organization of %s: %w", adminUser, err)
	}
	key := "dtn_" + randomHex(32)
	if err := s.insertKey(ctx, organization, name, key); err != nil {
		return err
	}
	fmt.Printf("\n=========================================\n=========================================\n"+
		"Admin API key created: %s\n"+
		"=========================================\n=========================================\n", key)
	return nil
}

func randomHex(bytes int) string {
	value := make([]byte, bytes)
	_, _ = rand.Read(value)
	return hex.EncodeToString(value)
}

// seedRegistry needs its four variables defined as long as there is no row; an empty one only means
// that the registry is left out, and snapshots fail later.
func (s *server) seedRegistry(ctx context.Context, kind, name, prefix string) error {
	found, err := s.exists(ctx, `SELECT FROM "docker_registry" WHERE "registryType" = $1 AND "isDefault"`, kind)
	if err != nil || found {
		return err
	}
	if err := s.env.Require(prefix+"URL", prefix+"ADMIN", prefix+"PASSWORD", prefix+"PROJECT_ID"); err != nil {
		return err
	}
	url, user, password, project := s.env.Get(prefix+"URL"), s.env.Get(prefix+"ADMIN"), s.env.Get(prefix+"PASSWORD"), s.env.Get(prefix+"PROJECT_ID")
	if url == "" || user == "" || password == "" || project == "" {
		slog.Warn("registry configuration not found, skipping registry setup", "registry", kind)
		return nil
	}
	_, err = s.db.Exec(ctx, `INSERT INTO "docker_registry" ("name", "url", "username", "password", "project", "registryType", "isDefault")
		VALUES ($1, $2, $3, $4, $5, $6, true)`, name, url, user, password, project, kind)
	return err
}

func (s *server) seedRunner(ctx context.Context) error {
	name := s.env.Get("DEFAULT_RUNNER_NAME")
	if name == "" {
		return nil
	}
	found, err := s.exists(ctx, `SELECT FROM "runner" WHERE "region" = $1 AND "name" = $2`, s.defaultRegion(), name)
	if err != nil || found {
		return err
	}
	key, err := s.env.OrThrow("DEFAULT_RUNNER_API_KEY")
	if err != nil {
		return err
	}
	version := s.env.Or("DEFAULT_RUNNER_API_VERSION", "2")
	if version == "0" {
		if err := s.env.Require("DEFAULT_RUNNER_API_URL", "DEFAULT_RUNNER_PROXY_URL", "DEFAULT_RUNNER_DOMAIN"); err != nil {
			return err
		}
	}
	id, err := s.createRunner(ctx, newRunner{RegionID: s.defaultRegion(), Name: name, APIKey: key, APIVersion: version,
		Domain: s.env.Get("DEFAULT_RUNNER_DOMAIN"), APIURL: s.env.Get("DEFAULT_RUNNER_API_URL"), ProxyURL: s.env.Get("DEFAULT_RUNNER_PROXY_URL")})
	if err != nil {
		return err
	}
	for range 30 {
		if ready, err := s.exists(ctx, `SELECT FROM "runner" WHERE "id" = $1 AND "state" = 'ready'`, id); err != nil || ready {
			return err
		}
		time.Sleep(time.Second)
	}
	slog.Info("default runner created successfully but didn't pass health check", "name", name)
	return nil
}

// seedSnapshot is not tried again before the API restarts (contract T33).
func (s *server) seedSnapshot(ctx context.Context) error {
	name, err := s.env.OrThrow("DEFAULT_SNAPSHOT")
	if err != nil {
		return err
	}
	var organization string
	err = s.db.QueryRow(ctx, `SELECT "id" FROM "organization" WHERE "createdBy" = $1 AND "personal"`, adminUser).Scan(&organization)
	if err != nil {
		return err
	}
	found, err := s.exists(ctx, `SELECT FROM "snapshot" WHERE "organizationId" = $1 AND "name" = $2`, organization, name)
	if err != nil || found {
		return err
	}
	_, err = s.createSnapshot(ctx, organization, name, name, true)
	return err
}
