package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"regexp"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"
)

type strategy int

const (
	apiKey strategy = iota
	token           // of an OpenID provider
)

// caller is who a bearer stands for.
type caller struct {
	role         string // ssh-gateway, proxy, otel-collector, health-check, user, runner
	user         string
	admin        bool
	organization string
	runner       string
}

func is(roles ...string) func(caller) bool {
	return func(c caller) bool { return slices.Contains(roles, c.role) }
}

func isAdmin(c caller) bool { return c.role == "user" && c.admin }

// A token of this form is never looked up as an API key.
var jwtForm = regexp.MustCompile(`^eyJ[A-Za-z0-9_-]+\.eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$`)

var errUnknown = refuse(http.StatusUnauthorized, "Invalid credentials")

// authenticate tries the endpoint's strategies in order. A fault while doing so is 503, which is
// also the answer to every API key as long as one of two variables is undefined (contract T4).
func (s *server) authenticate(r *http.Request, strategies []strategy) (caller, error) {
	bearer := bearerOf(r)
	if bearer == "" {
		return caller{}, errUnknown
	}
	for _, strategy := range strategies {
		var c caller
		var err error
		switch strategy {
		case apiKey:
			c, err = s.byKey(r.Context(), bearer)
		case token:
			c, err = s.byToken(r.Context(), bearer)
		}
		if err != nil && !errors.Is(err, errUnknown) {
			slog.Error("temporary authentication service error", "error", err)
			return c, refuse(http.StatusServiceUnavailable, "Temporary authentication service error")
		}
		if err == nil {
			return c, nil
		}
	}
	return caller{}, errUnknown
}

// byKey compares in the order of contract 4.1: an equal value takes the first role.
func (s *server) byKey(ctx context.Context, key string) (caller, error) {
	for _, configured := range []struct {
		role, variable string
		required       bool
	}{
		{"ssh-gateway", "SSH_GATEWAY_API_KEY", true},
		{"proxy", "PROXY_API_KEY", true},
		{"otel-collector", "OTEL_COLLECTOR_API_KEY", false},
		{"health-check", "HEALTH_CHECK_API_KEY", false},
	} {
		value, err := s.env.OrThrow(configured.variable)
		if err != nil && configured.required {
			return caller{}, err
		}
		if value != "" && value == key {
			return caller{role: configured.role}, nil
		}
	}
	if jwtForm.MatchString(key) {
		return caller{}, errUnknown
	}
	c, err := s.userOfKey(ctx, key)
	if !errors.Is(err, errUnknown) {
		return c, err
	}
	var runner string
	err = s.db.QueryRow(ctx, `SELECT "id" FROM "runner" WHERE "apiKey" = $1 LIMIT 1`, key).Scan(&runner)
	if errors.Is(err, pgx.ErrNoRows) {
		return caller{}, errUnknown
	}
	return caller{role: "runner", runner: runner}, err
}

// cachedUser is kept in Redis for API_KEY_VALIDATION_CACHE_TTL_SECONDS: that long a deleted key
// still works.
type cachedUser struct {
	User, Organization string
	Admin              bool
}

func (s *server) userOfKey(ctx context.Context, key string) (caller, error) {
	cacheKey := "api-key:validation:" + hashOf(key)
	var found cachedUser
	cached, err := s.redis.Get(ctx, cacheKey).Result()
	if err != nil && !errors.Is(err, redis.Nil) {
		slog.Error("error getting API key cache", "error", err)
	}
	if err != nil || json.Unmarshal([]byte(cached), &found) != nil {
		err := s.db.QueryRow(ctx, `SELECT k."userId", k."organizationId", u."role" = 'admin' FROM "api_key" k
			JOIN "user" u ON u."id" = k."userId"
			WHERE k."keyHash" = $1 AND (k."expiresAt" IS NULL OR k."expiresAt" > now())`, hashOf(key)).
			Scan(&found.User, &found.Organization, &found.Admin)
		if errors.Is(err, pgx.ErrNoRows) {
			return caller{}, errUnknown
		}
		if err != nil {
			return caller{}, err
		}
		encoded, err := json.Marshal(found)
		if err != nil {
			return caller{}, err
		}
		ttl := s.env.Number("API_KEY_VALIDATION_CACHE_TTL_SECONDS", "10")
		if math.IsNaN(ttl) {
			ttl = 10
		}
		if err := s.redis.SetEx(ctx, cacheKey, encoded, time.Duration(ttl)*time.Second).Err(); err != nil {
			return caller{}, err // without Redis no key is valid
		}
	}
	return caller{role: "user", user: found.User, admin: found.Admin, organization: found.Organization}, nil
}

// byToken accepts a user of the OpenID provider and creates the user at the first login, with a
// personal organization that has no region yet (contract T34).
func (s *server) byToken(ctx context.Context, text string) (caller, error) {
	claims, err := s.issuer.validate(ctx, text)
	if err != nil {
		slog.Info("token refused", "error", err)
		return caller{}, errUnknown
	}
	c := caller{role: "user", user: claims.Subject}
	lookup := func() error {
		return s.db.QueryRow(ctx, `SELECT u."role" = 'admin', o."id" FROM "user" u
			JOIN "organization" o ON o."createdBy" = u."id" AND o."personal" WHERE u."id" = $1`, claims.Subject).Scan(&c.admin, &c.organization)
	}
	err = lookup()
	if errors.Is(err, pgx.ErrNoRows) {
		name := claims.Name
		if name == "" {
			name = claims.Username
		}
		if name == "" {
			name = "Unknown"
		}
		verified := claims.EmailVerified || s.env.True("SKIP_USER_EMAIL_VERIFICATION")
		_, err = s.createUser(ctx, newUser{id: claims.Subject, name: name, email: claims.Email, role: "user",
			emailVerified: claims.EmailVerified, suspended: !verified, quotas: s.quotas("DEFAULT_ORG_QUOTA_", "4", "8", "10", "30")})
		if err == nil {
			err = lookup()
		}
	}
	return c, err
}
