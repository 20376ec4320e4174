package proxy

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"daytona-operator.dev/testing/stand-in/internal/backoff"
	"daytona-operator.dev/testing/stand-in/internal/platform"
)

const version = "v0.190.0"

type proxy struct {
	*config
	api   *platform.Client
	cache *cache
}

// Main asks the API for its configuration before it opens the port, and gives up after 244 s.
func Main() int {
	p, err := prepare()
	if err == nil {
		err = p.serve()
	}
	if err != nil {
		slog.Error("proxy ended", "error", err)
		return 1
	}
	return 0
}

func prepare() (*proxy, error) {
	config, err := read()
	if err != nil {
		return nil, err
	}
	p := &proxy{config: config, api: platform.New(config.APIURL, config.APIKey, config.apiTimeout())}
	err = backoff.Retry(context.Background(), "get Daytona API config", 10, time.Second, time.Minute, p.complete)
	if err != nil {
		return nil, err
	}
	p.cache, err = newCache(config)
	return p, err
}

// complete takes from the API what the environment leaves open. The slash that it then appends to
// the issuer breaks the comparison with Dex's (contract T11).
func (p *proxy) complete() error {
	public, err := p.api.Config(context.Background())
	if err != nil {
		return err
	}
	if p.OIDCClientID == "" {
		p.OIDCClientID = public.OIDC.ClientID
	}
	if p.OIDCAudience == "" {
		p.OIDCAudience = public.OIDC.Audience
	}
	if p.OIDCDomain == "" {
		p.OIDCDomain = strings.TrimSuffix(public.OIDC.Issuer, "/") + "/"
	}
	return nil
}

func (p *proxy) serve() error {
	if p.MetricsPort != 0 {
		go p.serveMetrics()
	}
	listener, err := net.Listen("tcp", net.JoinHostPort("", strconv.Itoa(p.Port)))
	if err != nil {
		return err
	}
	slog.Info("proxy is running", "port", p.Port)
	server := &http.Server{Handler: http.HandlerFunc(p.handle), ReadHeaderTimeout: time.Minute}
	failures := make(chan error, 1)
	go func() {
		if p.EnableTLS {
			failures <- server.ServeTLS(listener, p.TLSCertFile, p.TLSKeyFile)
		} else {
			failures <- server.Serve(listener)
		}
	}()
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	select {
	case err := <-failures:
		return err
	case <-signals:
		return p.drain(server)
	}
}

// drain takes no more connections and waits for open requests, at most SHUTDOWN_TIMEOUT_SEC.
func (p *proxy) drain(server *http.Server) error {
	slog.Info("shutting down", "timeout-seconds", p.ShutdownTimeoutSec)
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(p.ShutdownTimeoutSec)*time.Second)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		return fmt.Errorf("shutdown timeout reached, forcing exit: %w", err)
	}
	return nil
}

// serveMetrics has the one metric that every Go process could report.
func (p *proxy) serveMetrics() {
	started := time.Now()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, "# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds %d\n", started.Unix())
	})
	if err := http.ListenAndServe(net.JoinHostPort("", strconv.Itoa(p.MetricsPort)), mux); err != nil {
		slog.Error("metrics are not served", "error", err)
	}
}

// handle tells previews, which are known by their host, from the proxy's own paths.
func (p *proxy) handle(w http.ResponseWriter, r *http.Request) {
	if port, sandbox, base, ok := parseHost(r.Host); ok {
		if p.ToolboxOnlyMode && port != toolboxPort {
			fail(w, http.StatusNotFound, errors.New("not found"))
			return
		}
		p.forward(w, r, request{port: port, sandbox: sandbox, base: base, path: r.URL.EscapedPath()})
		return
	}
	switch rest, toolbox := strings.CutPrefix(r.URL.EscapedPath(), "/toolbox/"); {
	case r.Method == http.MethodGet && r.URL.Path == "/health":
		answer(w, http.StatusOK, map[string]string{"status": "ok", "version": version})
	case r.Method == http.MethodGet && r.URL.Path == "/callback":
		p.callback(w, r)
	case toolbox && strings.Contains(rest, "/"):
		sandbox, path, _ := strings.Cut(rest, "/")
		p.forward(w, r, request{port: toolboxPort, sandbox: sandbox, path: "/" + path, toolbox: true})
	default:
		fail(w, http.StatusNotFound, errors.New("not found"))
	}
}

// parseHost reads PORT-SANDBOX.BASE; every other host is the proxy's own.
func parseHost(host string) (port, sandbox, base string, ok bool) {
	first, base, found := strings.Cut(host, ".")
	if !found {
		return "", "", "", false
	}
	port, sandbox, found = strings.Cut(first, "-")
	if _, err := strconv.Atoi(port); err != nil || !found {
		return "", "", "", false
	}
	return port, sandbox, base, true
}
