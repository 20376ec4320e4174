package runner

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"daytona-operator.dev/testing/stand-in/internal/backoff"
	"daytona-operator.dev/testing/stand-in/internal/nodeenv"
	"daytona-operator.dev/testing/stand-in/internal/otlp"
	"daytona-operator.dev/testing/stand-in/internal/platform"
)

const (
	version       = "v0.190.0"
	bridge        = "runner-bridge"
	bridgeSubnet  = "172.20.0.0/16"
	binaries      = "/usr/local/bin/.tmp/binaries"
	faulty        = 2   // exit status for whatever keeps it from starting
	terminated    = 143 // exit status after SIGTERM
	rulesFile     = "/etc/iptables/rules.v4"
	rulesInterval = time.Minute
)

type runner struct {
	*config
	api        *platform.Client
	docker     *docker
	gpus       int
	processors processors
}

// Main runs until SIGTERM. dockerd, its child or neighbour, is not stopped: when this is the pod's
// first process, every sandbox dies with it (contract 2.3).
func Main() int {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	r, err := prepare(context.Background())
	if err != nil {
		slog.Error("runner cannot start", "error", err)
		return faulty
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go r.processors.watch(ctx, r.CPUSnapshotInterval, r.CollectorWindowSize)
	if os.Getenv("SSH_GATEWAY_ENABLE") == "true" { // not by the libraries' rule for booleans
		go func() {
			if err := r.serveSSH(); err != nil {
				slog.Error("SSH gateway error", "error", err) // the runner stays, without SSH
			}
		}()
	}
	if r.APIVersion == 2 {
		go r.reportHealth(ctx)
		go r.pollJobs(ctx)
	}
	server, failures := r.serveHTTP()
	select {
	case err := <-failures:
		slog.Error("API server error", "error", err)
		return 1
	case <-signals:
		slog.Info("signal received, shutting down")
		stop, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		if err := server.Shutdown(stop); err != nil {
			slog.Error("failed to shutdown API server", "error", err)
		}
		return terminated
	}
}

// prepare is everything whose failure ends the runner, in the order of the real one.
func prepare(ctx context.Context) (*runner, error) {
	config, err := read()
	if err != nil {
		return nil, fmt.Errorf("failed to get config: %w", err)
	}
	if config.OtelTracingEnabled && config.OtelEndpoint != "" {
		otlp.New(nodeenv.Process(), "daytona-runner").Start("start", 30*time.Second)
	}
	r := &runner{config: config, api: platform.New(config.APIURL, config.Token, 0)}
	if r.docker, err = newDocker(os.Getenv("DOCKER_HOST")); err != nil {
		return nil, err
	}
	if output, err := exec.Command("iptables", "-w", "-t", "filter", "-n", "-L", "FORWARD").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("failed to initialize net rules manager: iptables: %w: %s", err, output)
	}
	if config.Environment != "development" {
		go persistRules()
	}
	if err := installToolbox(); err != nil {
		return nil, fmt.Errorf("error writing daemon binary: %w", err)
	}
	err = backoff.Retry(ctx, "get Docker info", 8, time.Second, 5*time.Second, func() error { return r.docker.ping(ctx) })
	if err != nil {
		return nil, err
	}
	if !config.InterSandboxNetworkEnabled {
		if err := r.docker.ensureNetwork(ctx, bridge, bridgeSubnet); err != nil {
			return nil, fmt.Errorf("failed to create %s network: %w", bridge, err)
		}
	}
	r.gpus = countGPUs(config.GPUEnabled)
	return r, nil
}

// persistRules fails every minute in the official image, which has no such directory; harmless.
func persistRules() {
	for range time.Tick(rulesInterval) {
		if err := exec.Command("sh", "-c", "iptables-save > "+rulesFile).Run(); err != nil {
			slog.Error("failed to save iptables rules", "error", err)
		}
	}
}

// installToolbox writes this program where sandboxes get it mounted from. Runner and dockerd must
// see the same file there, and the root file system must be writable.
func installToolbox() (err error) {
	if err := os.MkdirAll(binaries, 0o755); err != nil {
		return err
	}
	source, err := os.Open("/proc/self/exe")
	if err != nil {
		return err
	}
	defer source.Close()
	// A new file each time: the old one is running in sandboxes.
	target, err := os.CreateTemp(binaries, "daemon-")
	if err != nil {
		return err
	}
	_, err = io.Copy(target, source)
	if err := errors.Join(err, target.Chmod(0o755), target.Close()); err != nil {
		return err
	}
	return os.Rename(target.Name(), toolboxFile())
}

func toolboxFile() string { return filepath.Join(binaries, "daemon-amd64") }

func countGPUs(enabled bool) int {
	if !enabled {
		return 0
	}
	output, err := exec.Command("nvidia-smi", "--list-gpus").Output()
	if err != nil {
		slog.Warn("GPU_ENABLED=true but nvidia-smi did not report any GPUs", "error", err)
		return 0
	}
	count := 0
	for _, character := range output {
		if character == '\n' {
			count++
		}
	}
	return count
}
