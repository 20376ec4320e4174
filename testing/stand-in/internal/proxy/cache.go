package proxy

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"log/slog"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// cache keeps what the API answered: in Redis, shared by all replicas, or in memory. An entry that
// cannot be read counts as missing and one that cannot be written is logged, so that requests only
// become slower without Redis (contract 3.1).
type cache struct {
	redis  *redis.Client // nil: memory
	memory sync.Map
}

type entry struct {
	value   string
	expires time.Time
}

func newCache(c *config) (*cache, error) {
	used, err := c.redis()
	if err != nil || !used {
		return &cache{}, err
	}
	options := &redis.Options{
		Addr:     net.JoinHostPort(c.RedisHost, strconv.Itoa(*c.RedisPort)),
		Username: c.RedisUsername,
		Password: c.RedisPassword,
	}
	if c.RedisTLS {
		options.TLSConfig = &tls.Config{}
	}
	return &cache{redis: redis.NewClient(options)}, nil // connects at the first request
}

// through is the cached value, or what load answers and keep allows to be kept.
func through[T any](ctx context.Context, c *cache, key string, keep func(T) time.Duration, load func() (T, error)) (T, error) {
	var value T
	if text, ok := c.get(ctx, key); ok && json.Unmarshal([]byte(text), &value) == nil {
		return value, nil
	}
	value, err := load()
	if err != nil {
		return value, err
	}
	if encoded, err := json.Marshal(value); err == nil {
		c.set(ctx, key, string(encoded), keep(value))
	}
	return value, nil
}

func (c *cache) get(ctx context.Context, key string) (string, bool) {
	if c.redis != nil {
		value, err := c.redis.Get(ctx, key).Result()
		return value, err == nil
	}
	if found, ok := c.memory.Load(key); ok && time.Now().Before(found.(entry).expires) {
		return found.(entry).value, true
	}
	return "", false
}

func (c *cache) set(ctx context.Context, key, value string, ttl time.Duration) {
	if c.redis == nil {
		c.memory.Store(key, entry{value, time.Now().Add(ttl)})
	} else if err := c.redis.Set(ctx, key, value, ttl).Err(); err != nil {
		slog.Error("cache was not written", "error", err)
	}
}
