package sshgateway

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
)

func openSSH(t *testing.T, key crypto.PrivateKey) []byte {
	t.Helper()
	block, err := ssh.MarshalPrivateKey(key, "")
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(block)
}

func keys(t *testing.T) map[string][]byte {
	t.Helper()
	_, ed, _ := ed25519.GenerateKey(rand.Reader)
	ec, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	rs, _ := rsa.GenerateKey(rand.Reader, 2048)
	pkcs8, err := x509.MarshalPKCS8PrivateKey(rs)
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{
		"ed25519": openSSH(t, ed), "ecdsa": openSSH(t, ec), "rsa": openSSH(t, rs),
		"rsa pkcs1": pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(rs)}),
		"rsa pkcs8": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}),
	}
}

func TestEveryKindOfKey(t *testing.T) {
	for kind, content := range keys(t) {
		if _, err := parseKey(base64.StdEncoding.EncodeToString(content)); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

func TestEncodingOfTheKey(t *testing.T) {
	content := keys(t)["ed25519"]
	encoded := base64.StdEncoding.EncodeToString(content)
	wrapped := encoded[:60] + "\n" + encoded[60:120] + "\r\n" + encoded[120:] + "\n"
	if _, err := parseKey(wrapped); err != nil {
		t.Errorf("line ends are ignored: %v", err)
	}
	for fault, value := range map[string]string{
		"the PEM itself":   string(content),
		"trailing space":   encoded + " ",
		"encoded twice":    base64.StdEncoding.EncodeToString([]byte(encoded)),
		"another alphabet": strings.NewReplacer("+", "-", "/", "_").Replace(base64.StdEncoding.EncodeToString([]byte("???>>>"))),
		"half of it":       base64.StdEncoding.EncodeToString(content[:len(content)/2]),
	} {
		if _, err := parseKey(value); err == nil {
			t.Errorf("%s must be refused", fault)
		}
	}
}

func TestRead(t *testing.T) {
	key := base64.StdEncoding.EncodeToString(keys(t)["ed25519"])
	complete := map[string]string{"API_KEY": "k", "SSH_PRIVATE_KEY": key, "SSH_HOST_KEY": key, "SSH_GATEWAY_PORT": "22a"}
	get := func(missing string) func(string) string {
		return func(name string) string {
			if name == missing {
				return ""
			}
			return complete[name]
		}
	}
	c, err := read(get("none"))
	if err != nil || c.port != 2222 || c.apiURL != "http://localhost:3000" {
		t.Errorf("%v, port %d, API %s", err, c.port, c.apiURL)
	}
	for _, name := range []string{"API_KEY", "SSH_PRIVATE_KEY", "SSH_HOST_KEY"} {
		if _, err := read(get(name)); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("without %s: %v", name, err)
		}
	}
}
