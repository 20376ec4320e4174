package runner

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func readWith(t *testing.T, changes map[string]string) (*config, error) {
	t.Helper()
	os.Clearenv()
	for name, value := range map[string]string{
		"DAYTONA_API_URL": "http://api:3000/api", "DAYTONA_RUNNER_TOKEN": "token", "RUNNER_DOMAIN": "r-0.runner.ns.svc.cluster.local",
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
	return read()
}

func TestDefaults(t *testing.T) {
	c, err := readWith(t, nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.Port != 8080 || c.APIVersion != 2 || c.HealthcheckInterval != 30*time.Second || !c.InterSandboxNetworkEnabled {
		t.Errorf("%+v", c)
	}
	if got := c.url(); got != "http://r-0.runner.ns.svc.cluster.local:8080" {
		t.Error(got)
	}
}

func TestRefused(t *testing.T) {
	for _, fault := range []map[string]string{
		{"DAYTONA_API_URL": "-"}, {"DAYTONA_RUNNER_TOKEN": ""},
		{"RUNNER_DOMAIN": "runner:3003"}, {"RUNNER_DOMAIN": "http://runner"}, {"RUNNER_DOMAIN": "$(POD_NAME).runner"},
		{"HEALTHCHECK_INTERVAL": "9s"}, {"HEALTHCHECK_INTERVAL": "10"}, {"POLL_LIMIT": "101"}, {"BUILD_ENGINE": "kaniko"},
		{"INTER_SANDBOX_NETWORK_ENABLED": "no"}, {"GPU_ENABLED": ""}, {"API_PORT": "tcp://10.0.0.1:3003"},
	} {
		if _, err := readWith(t, fault); err == nil {
			t.Errorf("%v must be refused", fault)
		}
	}
}

func TestAccepted(t *testing.T) {
	for _, fine := range []map[string]string{
		{"DAYTONA_API_URL": "-", "SERVER_URL": "http://api/api"}, {"DAYTONA_RUNNER_TOKEN": "-", "API_TOKEN": "t"},
		{"RUNNER_DOMAIN": "10.0.0.7"}, {"RUNNER_DOMAIN": "fd00::7"}, {"HEALTHCHECK_INTERVAL": "10s"}, {"GPU_ENABLED": "1"}, {"GPU_ENABLED": "F"},
	} {
		if _, err := readWith(t, fine); err != nil {
			t.Errorf("%v: %v", fine, err)
		}
	}
}

func TestNoDefaultRoute(t *testing.T) {
	routes := filepath.Join(t.TempDir(), "route")
	if err := os.WriteFile(routes, []byte("Iface Destination Gateway\nlo 0000007F 00000000\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := defaultRouteAddress(routes); err == nil || !strings.Contains(err.Error(), "no default route") {
		t.Error(err)
	}
}
