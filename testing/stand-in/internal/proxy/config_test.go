package proxy

import (
	"os"
	"strings"
	"testing"
)

func environment(t *testing.T, changes map[string]string) {
	t.Helper()
	os.Clearenv()
	for name, value := range map[string]string{
		"PROXY_PORT": "4000", "PROXY_PROTOCOL": "https", "PROXY_API_KEY": "key", "DAYTONA_API_URL": "http://api:3000/api",
	} {
		t.Setenv(name, value)
	}
	for name, value := range changes {
		if value == "-" {
			os.Unsetenv(name)
		} else {
			t.Setenv(name, value)
		}
	}
}

func TestRequiredVariables(t *testing.T) {
	for _, value := range []string{"-", ""} {
		for _, name := range []string{"PROXY_PORT", "PROXY_PROTOCOL", "PROXY_API_KEY", "DAYTONA_API_URL"} {
			environment(t, map[string]string{name: value})
			if _, err := read(); err == nil {
				t.Errorf("%s=%q must be refused", name, value)
			}
		}
	}
	environment(t, nil)
	c, err := read()
	if err != nil || c.ShutdownTimeoutSec != 3600 {
		t.Errorf("%v, %+v", err, c)
	}
}

func TestBooleansAndNumbers(t *testing.T) {
	for value, want := range map[string]bool{"true": true, "1": true, "t": true, "TRUE": true, "false": false, "0": false} {
		environment(t, map[string]string{"REDIS_TLS": value})
		if c, err := read(); err != nil || c.RedisTLS != want {
			t.Errorf("REDIS_TLS=%s: %v", value, err)
		}
	}
	for name, value := range map[string]string{
		"REDIS_TLS": "yes", "REDIS_PORT": "tcp://10.0.0.1:6379", "SHUTDOWN_TIMEOUT_SEC": "60s", "PROXY_PORT": "http",
	} {
		environment(t, map[string]string{name: value})
		if _, err := read(); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s=%s must be refused: %v", name, value, err)
		}
	}
}

func TestRedisNeedsItsPort(t *testing.T) {
	environment(t, map[string]string{"REDIS_HOST": "redis"})
	c, err := read()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.redis(); err == nil {
		t.Error("a host without port must be refused")
	}
	environment(t, map[string]string{"REDIS_HOST": "", "REDIS_PORT": "6379"})
	if c, err = read(); err != nil {
		t.Fatal(err)
	}
	if used, err := c.redis(); used || err != nil {
		t.Errorf("an empty host means memory: %v %v", used, err)
	}
}

func TestParseHost(t *testing.T) {
	for host, want := range map[string][3]string{
		"3000-abc.proxy.example.com":     {"3000", "abc", "proxy.example.com"},
		"3000-a-b-c.proxy.localhost:400": {"3000", "a-b-c", "proxy.localhost:400"},
	} {
		port, sandbox, base, ok := parseHost(host)
		if !ok || [3]string{port, sandbox, base} != want {
			t.Errorf("%s: %s %s %s %v", host, port, sandbox, base, ok)
		}
	}
	for _, host := range []string{"proxy.example.com", "10.244.0.7:4000", "x-abc.proxy.example.com", "3000-abc", ""} {
		if _, _, _, ok := parseHost(host); ok {
			t.Errorf("%s is no preview", host)
		}
	}
}
