package api

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"daytona-operator.dev/testing/stand-in/internal/nodeenv"
)

func idle(disk, memory float64) *metrics {
	return &metrics{CPUUsage: 5, CPULoadAverage: 0.1, DiskUsage: disk, MemoryUsage: memory, CPU: 4, MemoryGiB: 16, DiskGiB: 100}
}

// The points are those that contract 5.6 computes from the real formula.
func TestScoreHasTheCliff(t *testing.T) {
	env := nodeenv.Of(nil)
	if got := score(env, idle(30, 5)); math.Abs(float64(got)-81) > 3 {
		t.Errorf("an idle runner with a third of its disk used scores %d", got)
	}
	for _, point := range []struct{ percent, threshold float64 }{{81, 30}, {88, 10}, {97, 3}} {
		for what, m := range map[string][2]*metrics{
			"disk":   {idle(point.percent-2, 5), idle(point.percent+2, 5)},
			"memory": {idle(30, point.percent-2), idle(30, point.percent+2)},
		} {
			before, after := float64(score(env, m[0])), float64(score(env, m[1]))
			if before < point.threshold || after > point.threshold {
				t.Errorf("%s at %v %%: %v before and %v after, should cross %v", what, point.percent, before, after, point.threshold)
			}
		}
	}
	forgiving := nodeenv.Of(map[string]string{"RUNNER_DISK_PENALTY_THRESHOLD": "95"})
	if low, high := score(env, idle(90, 5)), score(forgiving, idle(90, 5)); high <= low {
		t.Errorf("a later penalty must score higher: %d and %d", low, high)
	}
}

func TestImages(t *testing.T) {
	digest := "@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	for _, image := range []string{"daytonaio/sandbox:v0.185.0-amd64", "registry.ns.svc:6000/a/b:1", "a" + digest} {
		if fault := imageFault(image); fault != "" {
			t.Errorf("%s: %s", image, fault)
		}
	}
	for _, image := range []string{"ubuntu", "ubuntu:", "ubuntu:latest", "a@sha256:12", digest, "a b:1"} {
		if imageFault(image) == "" {
			t.Errorf("%q must be refused", image)
		}
	}
}

func TestKeysAreFetchedFromTheRewrittenURL(t *testing.T) {
	const jwks = "https://dex.example.com/dex/keys"
	for public, want := range map[string]string{
		"https://dex.example.com/dex":  "http://dex.ns.svc:5556/dex/keys",
		"https://dex.example.com/dex/": "http://dex.ns.svc:5556/dexkeys", // T11
		"https://login.example.com":    jwks,
		"":                             jwks,
	} {
		if got := rewrite(jwks, public, "http://dex.ns.svc:5556/dex"); got != want {
			t.Errorf("%q: %s", public, got)
		}
	}
}

func TestSSHCommand(t *testing.T) {
	for gateway, want := range map[string]string{
		"ssh.example.com:2222":      "ssh -p 2222 t@ssh.example.com",
		"ssh.example.com":           "ssh t@ssh.example.com",
		"ssh://ssh.example.com:22":  "ssh t@ssh.example.com",
		"ssh://ssh.example.com:123": "ssh -p 123 t@ssh.example.com",
	} {
		if got := sshCommand(gateway, "t"); got != want {
			t.Errorf("%s: %s", gateway, got)
		}
	}
}

func TestToolboxURL(t *testing.T) {
	for want, variables := range map[string]map[string]string{
		"undefined://undefined/toolbox":     {},
		"https://proxy.example.com/toolbox": {"PROXY_PROTOCOL": "https", "PROXY_DOMAIN": "proxy.example.com"},
		"http://other/toolbox":              {"PROXY_TOOLBOX_BASE_URL": "http://other", "PROXY_DOMAIN": "x"},
	} {
		if got := (&server{env: nodeenv.Of(variables)}).toolboxURL(); got != want {
			t.Errorf("%v: %s", variables, got)
		}
	}
}

func TestDashboardIsRewrittenInPlace(t *testing.T) {
	dashboard := t.TempDir()
	assets := filepath.Join(dashboard, "assets")
	if err := os.Mkdir(assets, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{filepath.Join(dashboard, "index.html"), filepath.Join(assets, "a.js")} {
		if err := os.WriteFile(file, []byte("<"+baseURLPlaceholder+">"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := rewriteDashboard(dashboard, "https://d.example.com"); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(assets, "a.js"))
	if err != nil || string(content) != "<https://d.example.com>" {
		t.Errorf("%s, %v", content, err)
	}
	if err := rewriteDashboard(filepath.Join(dashboard, "missing"), ""); err == nil {
		t.Error("no dashboard to rewrite must be an error")
	}
}

func TestWhatLooksLikeAJWTIsNoAPIKey(t *testing.T) {
	if !jwtForm.MatchString("eyJhbGciOi.eyJpc3Mi.sig-_") || jwtForm.MatchString("dtn_0123") || jwtForm.MatchString("eyJa.b.c") {
		t.Error("the form of a JWT")
	}
}
