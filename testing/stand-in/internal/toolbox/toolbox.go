// Package toolbox is the program that a runner puts into each sandbox as its first process: the
// toolbox over HTTP on 2280 and an SSH server on 22220, both reached by way of the runner only.
package toolbox

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"
)

const (
	// Port is the toolbox's.
	Port = "2280"
	// SSHPort is for the runner's SSH server.
	SSHPort = "22220"
	// Path is where the runner mounts the program in a sandbox.
	Path = "/usr/local/bin/daytona"
	// Version is what it reports.
	Version = "v0.190.0"
)

// Main runs until it is told to stop, with the arguments as a child: what the image starts itself.
func Main() int {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	if child := os.Args[1:]; len(child) > 0 {
		command := exec.Command(child[0], child[1:]...)
		command.Stdout, command.Stderr = os.Stdout, os.Stderr
		if err := command.Start(); err != nil {
			slog.Error("the image's own program did not start", "error", err)
		} else {
			go func() { _ = command.Wait() }()
		}
	}
	failures := make(chan error, 2)
	go func() { failures <- serveHTTP() }()
	go func() { failures <- serveSSH() }()
	select {
	case err := <-failures:
		slog.Error("toolbox ended", "error", err)
		return 1
	case <-signals:
		return 0
	}
}

func serveHTTP() error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /version", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]string{"version": Version})
	})
	mux.HandleFunc("POST /process/execute", execute)
	mux.HandleFunc("/proxy/{port}/{path...}", preview)
	return http.ListenAndServe(net.JoinHostPort("", Port), mux)
}

type executeRequest struct {
	Command string            `json:"command"`
	Dir     string            `json:"cwd"`
	Env     map[string]string `json:"envs"`
	Timeout int               `json:"timeout"` // seconds
}

func execute(w http.ResponseWriter, r *http.Request) {
	var request executeRequest
	if err := json.NewDecoder(r.Body).Decode(&request); err != nil || request.Command == "" {
		answer(w, http.StatusBadRequest, map[string]string{"message": "command is required"})
		return
	}
	timeout := 360 * time.Second
	if request.Timeout > 0 {
		timeout = time.Duration(request.Timeout) * time.Second
	}
	ctx, cancel := context.WithTimeout(r.Context(), timeout)
	defer cancel()
	command := exec.CommandContext(ctx, "sh", "-c", request.Command)
	command.Dir = request.Dir
	command.Env = os.Environ()
	for key, value := range request.Env {
		command.Env = append(command.Env, key+"="+value)
	}
	output, err := command.CombinedOutput()
	code := 0
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		answer(w, http.StatusRequestTimeout, map[string]string{"message": "command execution timeout"})
		return
	case errors.As(err, &exit):
		code = exit.ExitCode()
	case err != nil:
		answer(w, http.StatusBadRequest, map[string]string{"message": err.Error()})
		return
	}
	answer(w, http.StatusOK, map[string]any{"exitCode": code, "result": string(output)})
}

// preview reaches what listens on a port of the sandbox itself.
func preview(w http.ResponseWriter, r *http.Request) {
	target := &url.URL{Scheme: "http", Host: net.JoinHostPort("127.0.0.1", r.PathValue("port"))}
	path := "/" + r.PathValue("path")
	(&httputil.ReverseProxy{Rewrite: func(out *httputil.ProxyRequest) {
		out.SetURL(target)
		out.Out.URL.Path, out.Out.URL.RawPath = path, ""
	}}).ServeHTTP(w, r)
}

func answer(w http.ResponseWriter, status int, content any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(content)
}
