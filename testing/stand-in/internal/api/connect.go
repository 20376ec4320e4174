package api

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"github.com/redis/go-redis/v9"

	"daytona-operator.dev/testing/stand-in/internal/database"
	"daytona-operator.dev/testing/stand-in/internal/migrations"
	"daytona-operator.dev/testing/stand-in/internal/nameserver"
)

const (
	databaseTries = 10
	databasePause = 3 * time.Second
	redisTries    = 20
)

// connect needs what the real one needs before anything else, in its order.
func (s *server) connect(ctx context.Context, migrate bool) error {
	err := s.env.Require(
		"DB_HOST", "DB_USERNAME", "DB_PASSWORD", "DB_DATABASE", "REDIS_HOST", "DASHBOARD_URL", "ENCRYPTION_KEY", "ENCRYPTION_SALT")
	if err != nil {
		return err
	}
	storage, err := s.objectStorage()
	if err != nil {
		return err
	}
	if err := s.connectDatabase(ctx, migrate || s.env.True("RUN_MIGRATIONS")); err != nil {
		return err
	}
	if s.issuer, err = discover(ctx, s.env); err != nil {
		return err
	}
	if err := s.connectRedis(ctx); err != nil {
		return err
	}
	if storage == nil {
		return nil
	}
	if _, err := storage.ListBuckets(ctx); err != nil {
		return fmt.Errorf("failed to connect to S3: %w", err)
	}
	return nil
}

// connectDatabase tries ten times with three seconds between, then gives up (contract 3.1).
func (s *server) connectDatabase(ctx context.Context, migrate bool) error {
	config, err := database.Config(s.env)
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		if err = prepareDatabase(ctx, config, migrate); err == nil {
			break
		}
		if try == databaseTries {
			return fmt.Errorf("unable to connect to the database: %w", err)
		}
		slog.Error("unable to connect to the database, retrying", "attempt", try, "error", err)
		time.Sleep(databasePause)
	}
	pool, err := pgxpool.ParseConfig("")
	if err != nil {
		return err
	}
	pool.ConnConfig = config
	pool.MaxConns = 10
	if most := s.env.Number("DB_POOL_MAX", ""); most >= 1 && most < 1000 {
		pool.MaxConns = int32(most)
	}
	s.db, err = pgxpool.NewWithConfig(ctx, pool)
	return err
}

func prepareDatabase(ctx context.Context, config *pgx.ConnConfig, migrate bool) error {
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	if err := database.Prepare(ctx, conn); err != nil || !migrate {
		return err
	}
	return migrations.Run(ctx, conn, migrations.All)
}

// tablesPresent reads what modules read at their start: without migrations the API crashes (T9).
func (s *server) tablesPresent(ctx context.Context) error {
	var suspended int
	err := s.db.QueryRow(ctx, `SELECT count(*) FROM "sandbox" b JOIN "organization" o ON o."id" = b."organizationId"
		WHERE o."suspended" AND b."domainAllowList" IS NULL`).Scan(&suspended)
	if err != nil {
		return fmt.Errorf("are the migrations done? %w", err)
	}
	return nil
}

// connectRedis uses database 0 for locks, queues and caches and database 1 for rate limits. A
// server that cannot be reached is tried for about ten seconds; one that refuses is not.
func (s *server) connectRedis(ctx context.Context) error {
	options, err := s.redisOptions(0)
	if err != nil {
		return err
	}
	client, err := dialRedis(ctx, options)
	if err != nil {
		return err
	}
	s.redis = client
	limits := *options
	limits.DB = 1
	if client, err = dialRedis(ctx, &limits); err != nil {
		return fmt.Errorf("redis database 1: %w", err)
	}
	return client.Close()
}

func (s *server) redisOptions(db int) (*redis.Options, error) {
	port := s.env.Number("REDIS_PORT", "6379")
	if math.IsNaN(port) || port < 0 || port > 65535 {
		return nil, fmt.Errorf("REDIS_PORT: port should be >= 0 and < 65536, received %v", port)
	}
	options := &redis.Options{
		Addr:       net.JoinHostPort(s.env.Or("REDIS_HOST", "localhost"), strconv.Itoa(int(port))),
		Username:   s.env.Get("REDIS_USERNAME"),
		Password:   s.env.Get("REDIS_PASSWORD"),
		DB:         db,
		PoolSize:   100,                  // one more for each runner that polls (contract 6.2)
		MaxRetries: -1, DialerRetries: 1, // tries are counted here
	}
	if s.env.True("REDIS_TLS") {
		roots, err := database.Roots(s.env)
		if err != nil {
			return nil, err
		}
		options.TLSConfig = &tls.Config{ServerName: s.env.Get("REDIS_HOST"), RootCAs: roots}
	}
	return options, nil
}

func dialRedis(ctx context.Context, options *redis.Options) (*redis.Client, error) {
	for try := 1; ; try++ {
		client := redis.NewClient(options)
		err := client.Ping(ctx).Err()
		if err == nil {
			return client, nil
		}
		_ = client.Close()
		var refused redis.Error
		if errors.As(err, &refused) || try > redisTries {
			return nil, fmt.Errorf("redis: %w", err)
		}
		time.Sleep(min(time.Duration(try)*50*time.Millisecond, 2*time.Second))
	}
}

// objectStorage is nil when S3_ENDPOINT is empty; otherwise three more variables must be defined.
func (s *server) objectStorage() (*minio.Client, error) {
	endpoint := s.env.Get("S3_ENDPOINT")
	if endpoint == "" {
		return nil, nil
	}
	if err := s.env.Require("S3_REGION", "S3_ACCESS_KEY", "S3_SECRET_KEY"); err != nil {
		return nil, err
	}
	if !strings.HasPrefix(endpoint, "http") {
		endpoint = "http://" + endpoint
	}
	parsed, err := url.Parse(endpoint)
	if err != nil {
		return nil, fmt.Errorf("S3_ENDPOINT: %w", err)
	}
	transport := nameserver.Transport()
	transport.TLSClientConfig = &tls.Config{}
	if transport.TLSClientConfig.RootCAs, err = database.Roots(s.env); err != nil {
		return nil, err
	}
	return minio.New(parsed.Host, &minio.Options{
		Creds:        credentials.NewStaticV4(s.env.Get("S3_ACCESS_KEY"), s.env.Get("S3_SECRET_KEY"), ""),
		Secure:       parsed.Scheme == "https",
		Region:       s.env.Get("S3_REGION"),
		BucketLookup: minio.BucketLookupPath,
		Transport:    transport,
		MaxRetries:   3,
	})
}
