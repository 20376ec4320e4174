package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// httpError is an answer other than success, in the form that the API's clients know.
type httpError struct {
	status  int
	message string
}

func (e *httpError) Error() string { return e.message }

func refuse(status int, format string, args ...any) error {
	return &httpError{status, fmt.Sprintf(format, args...)}
}

// conflict turns a unique violation into 409.
func conflict(err error, format string, args ...any) error {
	var violation *pgconn.PgError
	if errors.As(err, &violation) && violation.Code == "23505" {
		return refuse(http.StatusConflict, format, args...)
	}
	return err
}

func answer(w http.ResponseWriter, status int, content any) error {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	return json.NewEncoder(w).Encode(content)
}

func fail(w http.ResponseWriter, r *http.Request, status int, message string) {
	_ = answer(w, status, map[string]any{
		"path": r.URL.RequestURI(), "timestamp": time.Now().UTC().Format("2006-01-02T15:04:05.000Z"),
		"statusCode": status, "error": http.StatusText(status), "message": message,
	})
}

// decode reads a JSON body; what is no JSON is a bad request.
func decode(r *http.Request, into any) error {
	if err := json.NewDecoder(r.Body).Decode(into); err != nil {
		return refuse(http.StatusBadRequest, "invalid body: %v", err)
	}
	return nil
}

// endpoint answers for a caller that may call it; an error becomes the answer.
type endpoint func(w http.ResponseWriter, r *http.Request, c caller) error

func respond(w http.ResponseWriter, r *http.Request, err error) {
	var known *httpError
	switch {
	case err == nil:
	case errors.As(err, &known):
		fail(w, r, known.status, known.message)
	default:
		slog.Error("unexpected error", "method", r.Method, "path", r.URL.Path, "error", err)
		fail(w, r, http.StatusInternalServerError, "An unexpected error occurred.")
	}
}

func (s *server) handler(dashboard string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/health", func(w http.ResponseWriter, _ *http.Request) {
		_ = answer(w, http.StatusOK, map[string]string{"status": "ok"}) // asks neither database nor Redis
	})
	mux.HandleFunc("GET /api/config", func(w http.ResponseWriter, r *http.Request) { respond(w, r, s.config(w)) })
	mux.HandleFunc("GET /api/shared-regions", func(w http.ResponseWriter, r *http.Request) { respond(w, r, s.regions(w, r)) })

	keys, both := []strategy{apiKey}, []strategy{apiKey, token}
	route := func(pattern string, strategies []strategy, allowed func(caller) bool, serve endpoint) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			c, err := s.authenticate(r, strategies)
			if err == nil && !allowed(c) {
				err = refuse(http.StatusForbidden, "Forbidden resource")
			}
			if err == nil {
				err = serve(w, r, c)
			}
			respond(w, r, err)
		})
	}
	route("GET /api/health/ready", keys, is("health-check"), s.ready)
	route("GET /api/users/me", both, is("user"), s.me)
	s.runnerRoutes(route, keys, both)
	s.sandboxRoutes(route, keys, both)

	mux.HandleFunc("/api/", func(w http.ResponseWriter, r *http.Request) {
		fail(w, r, http.StatusNotFound, fmt.Sprintf("Cannot %s %s", r.Method, r.URL.Path))
	})
	mux.HandleFunc("/", s.serveDashboard(dashboard))
	if s.env.True("MAINTENANCE_MODE") {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			fail(w, r, http.StatusServiceUnavailable, "Service is under maintenance")
		})
	}
	return mux
}

type router func(pattern string, strategies []strategy, allowed func(caller) bool, serve endpoint)

// ready asks the database and Redis, each for at most a second.
func (s *server) ready(w http.ResponseWriter, r *http.Request, _ caller) error {
	ctx, cancel := context.WithTimeout(r.Context(), time.Second)
	defer cancel()
	if err := errors.Join(s.db.Ping(ctx), s.redis.Ping(ctx).Err()); err != nil {
		slog.Error("not ready", "error", err)
		return refuse(http.StatusServiceUnavailable, "Service Unavailable")
	}
	return answer(w, http.StatusOK, map[string]string{"status": "ok"})
}

func (s *server) me(w http.ResponseWriter, r *http.Request, c caller) error {
	return s.json(r.Context(), w, http.StatusOK, `SELECT json_build_object('id', "id", 'name', "name", 'email', "email",
		'emailVerified', "emailVerified", 'role', "role") FROM "user" WHERE "id" = $1`, c.user)
}

func (s *server) regions(w http.ResponseWriter, r *http.Request) error {
	return s.json(r.Context(), w, http.StatusOK, `SELECT coalesce(json_agg(json_build_object('id', "id", 'name', "name",
		'regionType', "regionType") ORDER BY "id"), '[]') FROM "region" WHERE "regionType" = 'shared'`)
}

// json answers with what a query builds.
func (s *server) json(ctx context.Context, w http.ResponseWriter, status int, query string, args ...any) error {
	var content json.RawMessage
	if err := s.db.QueryRow(ctx, query, args...).Scan(&content); err != nil {
		return err
	}
	return answer(w, status, content)
}

// config is what everybody may know; it wants more variables than starting does (contract 1.2).
func (s *server) config(w http.ResponseWriter) error {
	if err := s.env.Require("PROXY_TEMPLATE_URL", "DEFAULT_SNAPSHOT", "DASHBOARD_URL", "ENVIRONMENT"); err != nil {
		return err
	}
	client, clientDefined := s.env.Alias("OIDC_CLIENT_ID", "OID_CLIENT_ID")
	audience, audienceDefined := s.env.Alias("OIDC_AUDIENCE", "OID_AUDIENCE")
	if !clientDefined || !audienceDefined {
		return errors.New("configuration of OIDC_CLIENT_ID or OIDC_AUDIENCE is undefined")
	}
	internal, _ := s.env.Alias("OIDC_ISSUER_BASE_URL", "OID_ISSUER_BASE_URL")
	content := map[string]any{
		"version":                s.env.Or("VERSION", "0.0.0-dev"),
		"environment":            s.env.Get("ENVIRONMENT"),
		"oidc":                   map[string]string{"issuer": s.env.Or("PUBLIC_OIDC_DOMAIN", internal), "clientId": client, "audience": audience},
		"linkedAccountsEnabled":  s.env.True("OIDC_MANAGEMENT_API_ENABLED"),
		"proxyTemplateUrl":       s.env.Get("PROXY_TEMPLATE_URL"),
		"proxyToolboxUrl":        s.toolboxURL(),
		"defaultSnapshot":        s.env.Get("DEFAULT_SNAPSHOT"),
		"dashboardUrl":           s.env.Get("DASHBOARD_URL"),
		"maxAutoArchiveInterval": int(s.env.Number("MAX_AUTO_ARCHIVE_INTERVAL", "43200")),
		"maintananceMode":        s.env.True("MAINTENANCE_MODE"),
		"announcements":          map[string]any{},
	}
	for field, variable := range map[string]string{"sshGatewayCommand": "SSH_GATEWAY_COMMAND", "sshGatewayPublicKey": "SSH_GATEWAY_PUBLIC_KEY"} {
		if s.env.Defined(variable) {
			content[field] = s.env.Get(variable)
		}
	}
	return answer(w, http.StatusOK, content)
}

// toolboxURL becomes undefined://undefined/toolbox without the two variables, as in the real one.
func (s *server) toolboxURL() string {
	part := func(name string) string {
		if !s.env.Defined(name) {
			return "undefined"
		}
		return s.env.Get(name)
	}
	return s.env.Or("PROXY_TOOLBOX_BASE_URL", part("PROXY_PROTOCOL")+"://"+part("PROXY_DOMAIN")) + "/toolbox"
}

func bearerOf(r *http.Request) string {
	scheme, value, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return value
}
