package runner

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/crypto/ssh"

	"daytona-operator.dev/testing/stand-in/internal/sshforward"
	"daytona-operator.dev/testing/stand-in/internal/toolbox"
)

const defaultSSHPort = 2220

// gatewayKey is the only key that may log in: base64 of an authorized_keys line.
func gatewayKey(encoded string) (ssh.PublicKey, error) {
	if encoded == "" {
		return nil, errors.New("SSH_PUBLIC_KEY environment variable not set")
	}
	line, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return nil, fmt.Errorf("failed to base64 decode SSH_PUBLIC_KEY: %w", err)
	}
	key, _, _, _, err := ssh.ParseAuthorizedKey(line)
	if err != nil {
		return nil, fmt.Errorf("failed to parse SSH public key from config: %w", err)
	}
	return key, nil
}

// serveSSH is for the gateway, which names the sandbox as the user. A fault ends it, not the runner.
func (r *runner) serveSSH() error {
	allowed, err := gatewayKey(os.Getenv("SSH_PUBLIC_KEY"))
	if err != nil {
		return err
	}
	path := os.Getenv("SSH_HOST_KEY_PATH")
	if path == "" {
		path = "/root/.ssh/id_rsa"
	}
	host, err := hostKey(path)
	if err != nil {
		return err
	}
	server := &ssh.ServerConfig{
		PublicKeyCallback: func(conn ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
			if bytes.Equal(key.Marshal(), allowed.Marshal()) {
				return nil, nil
			}
			slog.Warn("public key authentication failed", "sandbox", conn.User())
			return nil, errors.New("authentication failed")
		},
	}
	server.AddHostKey(host)
	port, err := strconv.Atoi(os.Getenv("SSH_GATEWAY_PORT"))
	if err != nil {
		port = defaultSSHPort
	}
	listener, err := net.Listen("tcp", net.JoinHostPort("", strconv.Itoa(port)))
	if err != nil {
		return err
	}
	slog.Info("SSH gateway listening", "port", port)
	for {
		conn, err := listener.Accept()
		if err != nil {
			slog.Warn("failed to accept incoming connection", "error", err)
			continue
		}
		go r.serveConnection(conn, server)
	}
}

func (r *runner) serveConnection(conn net.Conn, server *ssh.ServerConfig) {
	defer conn.Close()
	client, channels, requests, err := ssh.NewServerConn(conn, server)
	if err != nil {
		return
	}
	defer client.Close()
	sandbox := client.User()
	sshforward.Serve(channels, requests, func() (*ssh.Client, error) { return r.dialSandbox(sandbox) })
}

func (r *runner) dialSandbox(id string) (*ssh.Client, error) {
	found, err := r.docker.container(context.Background(), id)
	if err != nil {
		return nil, err
	}
	if found.address() == "" {
		return nil, fmt.Errorf("sandbox IP not found for %s", id)
	}
	return ssh.Dial("tcp", net.JoinHostPort(found.address(), toolbox.SSHPort), &ssh.ClientConfig{
		User: "daytona", Auth: []ssh.AuthMethod{ssh.Password(toolbox.SSHPassword)},
		HostKeyCallback: ssh.InsecureIgnoreHostKey(), Timeout: 30 * time.Second,
	})
}

// hostKey is made when it is missing.
func hostKey(path string) (ssh.Signer, error) {
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		var key *rsa.PrivateKey
		if key, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
			return nil, err
		}
		content = pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
		if err = os.MkdirAll(filepath.Dir(path), 0o700); err == nil {
			err = os.WriteFile(path, content, 0o600)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("SSH host key: %w", err)
	}
	return ssh.ParsePrivateKey(content)
}
