// Package sshgateway stands in for daytona-ssh-gateway (contract 1.6 and 4.2): who connects gives a
// token as the user name and lands in a sandbox, by way of its runner's port 2220.
package sshgateway

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"strconv"

	"golang.org/x/crypto/ssh"
)

const defaultPort = 2222

type config struct {
	apiURL     string
	apiKey     string
	port       int
	privateKey ssh.Signer
	hostKey    ssh.Signer
}

// read takes empty for absent, and a port that is no number for the default, silently.
func read(get func(string) string) (config, error) {
	c := config{apiURL: get("API_URL"), apiKey: get("API_KEY"), port: defaultPort}
	if c.apiURL == "" {
		c.apiURL = "http://localhost:3000"
	}
	if port, err := strconv.Atoi(get("SSH_GATEWAY_PORT")); err == nil {
		c.port = port
	}
	for _, name := range []string{"API_KEY", "SSH_PRIVATE_KEY", "SSH_HOST_KEY"} {
		if get(name) == "" {
			return c, fmt.Errorf("%s environment variable is required", name)
		}
	}
	var err error
	if c.privateKey, err = parseKey(get("SSH_PRIVATE_KEY")); err != nil {
		return c, fmt.Errorf("SSH_PRIVATE_KEY: %w", err)
	}
	if c.hostKey, err = parseKey(get("SSH_HOST_KEY")); err != nil {
		return c, fmt.Errorf("SSH_HOST_KEY: %w", err)
	}
	return c, nil
}

// parseKey decodes the base64 of a PEM file. The decoder skips line ends and nothing else.
func parseKey(encoded string) (ssh.Signer, error) {
	content, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return nil, fmt.Errorf("not base64: %w", err)
	}
	signer, err := ssh.ParsePrivateKey(content)
	if err == nil {
		return signer, nil
	}
	block, _ := pem.Decode(content)
	if block == nil {
		return nil, errors.New("no PEM block in what base64 gives")
	}
	key, pkcs1 := x509.ParsePKCS1PrivateKey(block.Bytes)
	if pkcs1 != nil {
		return nil, err
	}
	return ssh.NewSignerFromKey(key)
}
