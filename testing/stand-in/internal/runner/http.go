package runner

import (
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"time"

	"daytona-operator.dev/testing/stand-in/internal/toolbox"
)

// serveHTTP answers / to everybody and always, dead dockerd or not (contract T18); the rest is for
// who has the runner's token.
func (r *runner) serveHTTP() (*http.Server, <-chan error) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]string{"status": "ok", "version": version})
	})
	mux.HandleFunc("GET /info", r.guarded(r.info))
	mux.HandleFunc("GET /metrics", r.guarded(r.prometheus))
	mux.HandleFunc("/sandboxes/{id}/toolbox/{path...}", r.guarded(r.toolbox))
	mux.HandleFunc("/", r.guarded(http.NotFound))
	server := &http.Server{Addr: net.JoinHostPort("", strconv.Itoa(r.Port)), Handler: mux, ReadHeaderTimeout: time.Minute}
	failures := make(chan error, 1)
	go func() {
		if r.EnableTLS {
			failures <- server.ListenAndServeTLS(r.TLSCertFile, r.TLSKeyFile)
		} else {
			failures <- server.ListenAndServe()
		}
	}()
	return server, failures
}

// guarded looks at the proxy's own header first: the other one may belong to what runs in a sandbox.
func (r *runner) guarded(serve http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, request *http.Request) {
		value := request.Header.Get("X-Daytona-Authorization")
		if value == "" {
			value = request.Header.Get("Authorization")
		}
		given, isBearer := strings.CutPrefix(value, "Bearer ")
		if !isBearer || subtle.ConstantTimeCompare([]byte(given), []byte(r.Token)) != 1 {
			answer(w, http.StatusUnauthorized, map[string]any{"statusCode": http.StatusUnauthorized, "message": "unauthorized"})
			return
		}
		request.Header.Del("X-Daytona-Authorization")
		serve(w, request)
	}
}

func (r *runner) info(w http.ResponseWriter, request *http.Request) {
	metrics, err := r.metrics(request.Context())
	if err != nil {
		slog.Warn("failed to collect metrics", "error", err)
	}
	err = r.docker.ping(request.Context())
	answer(w, http.StatusOK, object{"metrics": metrics, "appVersion": version,
		"serviceHealth": []any{object{"serviceName": "docker", "healthy": err == nil}}})
}

// prometheus has the one metric that the stand-in knows a value of.
func (r *runner) prometheus(w http.ResponseWriter, request *http.Request) {
	started, _, _, err := r.allocated(request.Context())
	if err != nil {
		answer(w, http.StatusInternalServerError, map[string]string{"message": err.Error()})
		return
	}
	fmt.Fprintf(w, "# TYPE daytona_runner_started_sandboxes gauge\ndaytona_runner_started_sandboxes %d\n", started)
}

// toolbox hands a request on to the program in the sandbox.
func (r *runner) toolbox(w http.ResponseWriter, request *http.Request) {
	found, err := r.docker.container(request.Context(), request.PathValue("id"))
	if err != nil || found.address() == "" {
		answer(w, http.StatusNotFound, map[string]string{"message": "sandbox container not found or not running"})
		return
	}
	target := &url.URL{Scheme: "http", Host: net.JoinHostPort(found.address(), toolbox.Port)}
	path := "/" + request.PathValue("path")
	(&httputil.ReverseProxy{Rewrite: func(out *httputil.ProxyRequest) {
		out.SetURL(target)
		out.Out.URL.Path, out.Out.URL.RawPath = path, ""
	}}).ServeHTTP(w, request)
}

func answer(w http.ResponseWriter, status int, content any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(content)
}
