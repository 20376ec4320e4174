package sshgateway

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"daytona-operator.dev/testing/stand-in/internal/platform"
	"daytona-operator.dev/testing/stand-in/internal/sshforward"
)

// runnerPort is a constant of the real gateway, whatever runners are told (contract T23).
const runnerPort = "2220"

// Main starts without asking the API for anything. It handles no signal: sessions drop at once.
func Main() int {
	config, err := read(os.Getenv)
	if err != nil {
		slog.Error("SSH gateway cannot start", "error", err)
		return 1
	}
	listener, err := net.Listen("tcp", net.JoinHostPort("", strconv.Itoa(config.port)))
	if err != nil {
		slog.Error("SSH gateway cannot start", "error", err)
		return 1
	}
	slog.Info("SSH gateway listening", "port", config.port)
	gateway := &gateway{config, platform.New(config.apiURL, config.apiKey, 30*time.Second)}
	server := &ssh.ServerConfig{NoClientAuth: true}
	server.AddHostKey(config.hostKey)
	for {
		conn, err := listener.Accept()
		if err != nil {
			slog.Error("cannot accept a connection", "error", err)
			continue
		}
		go gateway.serve(conn, server)
	}
}

type gateway struct {
	config config
	api    *platform.Client
}

func (g *gateway) serve(conn net.Conn, server *ssh.ServerConfig) {
	defer conn.Close()
	client, channels, requests, err := ssh.NewServerConn(conn, server)
	if err != nil {
		slog.Info("handshake failed", "error", err) // each TCP probe is one of these
		return
	}
	defer client.Close()
	sandbox, runner, err := g.find(context.Background(), client.User())
	if err != nil {
		slog.Warn("connection refused", "error", err)
		return
	}
	go g.keepAlive(client, sandbox)
	sshforward.Serve(channels, requests, func() (*ssh.Client, error) { return g.dial(sandbox, runner) })
}

// find resolves the token that the user name is: its sandbox must be started.
func (g *gateway) find(ctx context.Context, token string) (sandbox string, runner platform.Runner, err error) {
	var access struct {
		Valid     bool   `json:"valid"`
		SandboxID string `json:"sandboxId"`
	}
	if err := g.api.Get(ctx, "/sandbox/ssh-access/validate?token="+url.QueryEscape(token), &access); err != nil {
		return "", runner, fmt.Errorf("validating the token: %w", err)
	}
	if !access.Valid {
		return "", runner, fmt.Errorf("the token is not valid")
	}
	if runner, err = g.api.RunnerOf(ctx, access.SandboxID); err != nil {
		return "", runner, fmt.Errorf("finding the runner: %w", err)
	}
	if runner.Domain == "" {
		return "", runner, fmt.Errorf("runner %s has no domain", runner.ID)
	}
	var state struct {
		State string `json:"state"`
	}
	if err := g.api.Get(ctx, "/sandbox/"+url.PathEscape(access.SandboxID), &state); err != nil {
		return "", runner, fmt.Errorf("finding the sandbox: %w", err)
	}
	if state.State != "started" {
		return "", runner, fmt.Errorf("sandbox %s is not started but %s", access.SandboxID, state.State)
	}
	return access.SandboxID, runner, nil
}

func (g *gateway) dial(sandbox string, runner platform.Runner) (*ssh.Client, error) {
	host, _, _ := strings.Cut(runner.Domain, ":") // a port is dropped, an IPv6 address is lost
	return ssh.Dial("tcp", net.JoinHostPort(host, runnerPort), &ssh.ClientConfig{
		User:            sandbox,
		Auth:            []ssh.AuthMethod{ssh.PublicKeys(g.config.privateKey)},
		HostKeyCallback: ssh.InsecureIgnoreHostKey(), // the real one does not look either
		Timeout:         30 * time.Second,
	})
}

// keepAlive tells the API that the sandbox is in use while the connection is open.
func (g *gateway) keepAlive(client *ssh.ServerConn, sandbox string) {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		_ = client.Wait()
		cancel()
	}()
	for {
		if err := g.api.Post(ctx, "/sandbox/"+url.PathEscape(sandbox)+"/last-activity", nil, nil); err != nil && ctx.Err() == nil {
			slog.Warn("last activity was not updated", "error", err)
		}
		select {
		case <-time.After(45 * time.Second):
		case <-ctx.Done():
			return
		}
	}
}
