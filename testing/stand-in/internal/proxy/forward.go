package proxy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"time"

	"daytona-operator.dev/testing/stand-in/internal/platform"
)

const (
	toolboxPort   = "2280"
	terminalPort  = "22222"
	authKeyHeader = "X-Daytona-Preview-Token"
	authKeyQuery  = "DAYTONA_SANDBOX_AUTH_KEY"
)

// request is what a caller wants of a sandbox.
type request struct {
	port, sandbox, base, path string
	toolbox                   bool
}

// forward asks the API whether the caller may, where the sandbox runs, and hands the request to
// that runner with the runner's own token.
func (p *proxy) forward(w http.ResponseWriter, r *http.Request, wanted request) {
	public, err := p.isPublic(r.Context(), wanted.sandbox)
	if err != nil {
		fail(w, http.StatusBadRequest, fmt.Errorf("failed to get sandbox public status: %w", err))
		return
	}
	if !public || wanted.port == toolboxPort || wanted.port == terminalPort {
		switch err := p.authenticate(r, wanted.sandbox); {
		case err == nil:
		case wanted.toolbox:
			fail(w, http.StatusUnauthorized, fmt.Errorf("authentication failed: %w", err))
			return
		default:
			p.login(w, r, wanted)
			return
		}
	}
	runner, err := p.runner(r.Context(), wanted.sandbox)
	if err != nil {
		fail(w, http.StatusBadRequest, fmt.Errorf("failed to get runner info: %w", err))
		return
	}
	target, err := url.Parse(runner.ProxyURL + "/sandboxes/" + wanted.sandbox + "/toolbox" + wanted.within())
	if err != nil {
		fail(w, http.StatusBadRequest, err)
		return
	}
	(&httputil.ReverseProxy{Rewrite: func(out *httputil.ProxyRequest) {
		target.RawQuery = out.In.URL.RawQuery
		out.Out.URL, out.Out.Host = target, ""
		out.Out.Header.Set("X-Daytona-Authorization", "Bearer "+runner.APIKey)
		out.Out.Header.Set("X-Forwarded-Host", out.In.Host)
	}}).ServeHTTP(w, r)
}

// within is the path below the sandbox's toolbox.
func (r request) within() string {
	if r.toolbox {
		return r.path
	}
	return "/proxy/" + r.port + "/" + strings.TrimPrefix(r.path, "/")
}

func (p *proxy) isPublic(ctx context.Context, sandbox string) (bool, error) {
	keep := func(bool) time.Duration { return time.Hour }
	return through(ctx, p.cache, "proxy:sandbox-public:"+sandbox, keep, func() (bool, error) {
		return p.api.Allowed(ctx, "/preview/"+url.PathEscape(sandbox)+"/public")
	})
}

func (p *proxy) runner(ctx context.Context, sandbox string) (platform.Runner, error) {
	keep := func(platform.Runner) time.Duration { return 2 * time.Minute }
	return through(ctx, p.cache, "proxy:sandbox-runner-info:"+sandbox, keep, func() (platform.Runner, error) {
		runner, err := p.api.RunnerOf(ctx, sandbox)
		if err == nil && runner.ProxyURL == "" {
			err = errors.New("runner proxy URL not found")
		}
		return runner, err
	})
}

// authenticate accepts the bearer of a user, a preview token, or the cookie of an earlier login;
// none of them reaches the sandbox.
func (p *proxy) authenticate(r *http.Request, sandbox string) error {
	if bearer, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); found {
		if valid, err := p.allowed(r.Context(), sandbox, bearer, p.api.As(bearer), "/access"); valid || err != nil {
			r.Header.Del("Authorization")
			return err
		}
	}
	key := r.Header.Get(authKeyHeader)
	if key == "" {
		key = r.URL.Query().Get(authKeyQuery)
	}
	if key != "" {
		if valid, err := p.allowed(r.Context(), sandbox, key, p.api, "/validate/"+url.PathEscape(key)); valid || err != nil {
			r.Header.Del(authKeyHeader)
			query := r.URL.Query()
			query.Del(authKeyQuery)
			r.URL.RawQuery = query.Encode()
			return err
		}
	}
	var granted string
	if p.readCookie(r, cookieName+sandbox, &granted) && granted == sandbox {
		return nil
	}
	return errors.New("no credential that is valid for this sandbox")
}

func (p *proxy) allowed(ctx context.Context, sandbox, secret string, as *platform.Client, question string) (bool, error) {
	keep := func(valid bool) time.Duration {
		if valid {
			return 2 * time.Minute
		}
		return 5 * time.Second
	}
	return through(ctx, p.cache, "proxy:sandbox-auth-key-valid:"+sandbox+":"+secret, keep, func() (bool, error) {
		return as.Allowed(ctx, "/preview/"+url.PathEscape(sandbox)+question)
	})
}

func answer(w http.ResponseWriter, status int, content any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(content)
}

func fail(w http.ResponseWriter, status int, err error) {
	answer(w, status, map[string]any{"statusCode": status, "message": err.Error()})
}
