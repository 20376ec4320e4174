// Package runner stands in for daytona-runner (contract 1.7, 2.2, 2.3, 5): it lives beside a real
// dockerd, tells the API its health, and does the API's jobs with real images and containers.
package runner

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	"github.com/go-playground/validator/v10"
	"github.com/kelseyhightower/envconfig"
)

// config is read by the libraries that the real runner reads its own with: the same spelling of
// booleans and durations, the same limits.
type config struct {
	APIURL                     string        `envconfig:"DAYTONA_API_URL"`
	Token                      string        `envconfig:"DAYTONA_RUNNER_TOKEN"`
	Port                       int           `envconfig:"API_PORT"`
	Domain                     string        `envconfig:"RUNNER_DOMAIN" validate:"omitempty,hostname|ip"`
	APIVersion                 int           `envconfig:"API_VERSION" default:"2"`
	HealthcheckInterval        time.Duration `envconfig:"HEALTHCHECK_INTERVAL" default:"30s" validate:"min=10s"`
	HealthcheckTimeout         time.Duration `envconfig:"HEALTHCHECK_TIMEOUT" default:"10s"`
	PollTimeout                time.Duration `envconfig:"POLL_TIMEOUT" default:"30s"`
	PollLimit                  int           `envconfig:"POLL_LIMIT" default:"10" validate:"min=1,max=100"`
	ResourceLimitsDisabled     bool          `envconfig:"RESOURCE_LIMITS_DISABLED"`
	InterSandboxNetworkEnabled bool          `envconfig:"INTER_SANDBOX_NETWORK_ENABLED" default:"true"`
	ContainerNetwork           string        `envconfig:"CONTAINER_NETWORK"`
	ContainerRuntime           string        `envconfig:"CONTAINER_RUNTIME"`
	GPUEnabled                 bool          `envconfig:"GPU_ENABLED" default:"false"`
	UseSnapshotEntrypoint      bool          `envconfig:"USE_SNAPSHOT_ENTRYPOINT"`
	Environment                string        `envconfig:"ENVIRONMENT"`
	LogFilePath                string        `envconfig:"LOG_FILE_PATH"`
	LogRequests                bool          `envconfig:"API_LOG_REQUESTS" default:"false"`
	TLSCertFile                string        `envconfig:"TLS_CERT_FILE"`
	TLSKeyFile                 string        `envconfig:"TLS_KEY_FILE"`
	EnableTLS                  bool          `envconfig:"ENABLE_TLS"`
	OtelLoggingEnabled         bool          `envconfig:"OTEL_LOGGING_ENABLED"`
	OtelTracingEnabled         bool          `envconfig:"OTEL_TRACING_ENABLED"`
	OtelEndpoint               string        `envconfig:"OTEL_EXPORTER_OTLP_ENDPOINT"`
	BackupTimeoutMin           int           `envconfig:"BACKUP_TIMEOUT_MIN" default:"60" validate:"min=1"`
	SnapshotPullTimeout        time.Duration `envconfig:"SNAPSHOT_PULL_TIMEOUT" default:"60m" validate:"min=1m"`
	BuildTimeoutMin            int           `envconfig:"BUILD_TIMEOUT_MIN" default:"120" validate:"min=1"`
	BuildCPUCores              int64         `envconfig:"BUILD_CPU_CORES" default:"4" validate:"min=1"`
	BuildMemoryGB              int64         `envconfig:"BUILD_MEMORY_GB" default:"8" validate:"min=1"`
	BuildEngine                string        `envconfig:"BUILD_ENGINE" default:"buildkit" validate:"oneof=buildkit legacy"`
	DaemonStartTimeoutSec      int           `envconfig:"DAEMON_START_TIMEOUT_SEC"`
	SandboxStartTimeoutSec     int           `envconfig:"SANDBOX_START_TIMEOUT_SEC"`
	CollectorWindowSize        int           `envconfig:"COLLECTOR_WINDOW_SIZE" default:"60" validate:"min=1"`
	CPUSnapshotInterval        time.Duration `envconfig:"CPU_USAGE_SNAPSHOT_INTERVAL" default:"5s" validate:"min=1s"`
	AllocatedSnapshotInterval  time.Duration `envconfig:"ALLOCATED_RESOURCES_SNAPSHOT_INTERVAL" default:"5s" validate:"min=1s"`
	VolumeCleanupInterval      time.Duration `envconfig:"VOLUME_CLEANUP_INTERVAL" default:"30s" validate:"min=10s"`
	VolumeCleanupDryRun        bool          `envconfig:"VOLUME_CLEANUP_DRY_RUN" default:"true"`
	VolumeCleanupExclusion     time.Duration `envconfig:"VOLUME_CLEANUP_EXCLUSION_PERIOD" default:"120s" validate:"min=0s"`
	BackupInfoCacheRetention   time.Duration `envconfig:"BACKUP_INFO_CACHE_RETENTION" default:"168h" validate:"min=5m"`
	SnapshotErrorRetention     time.Duration `envconfig:"SNAPSHOT_ERROR_CACHE_RETENTION" default:"10m" validate:"min=5m"`
	ForceSnapshotRemoval       bool          `envconfig:"FORCE_SNAPSHOT_REMOVAL" default:"true"`
	InitializeDaemonTelemetry  bool          `envconfig:"INITIALIZE_DAEMON_TELEMETRY" default:"true"`
}

func read() (*config, error) {
	c := &config{}
	if err := envconfig.Process("", c); err != nil {
		return nil, err
	}
	if err := validator.New().Struct(c); err != nil {
		return nil, err
	}
	if c.APIURL == "" {
		c.APIURL = os.Getenv("SERVER_URL")
	}
	if c.Token == "" {
		c.Token = os.Getenv("API_TOKEN")
	}
	switch {
	case c.APIURL == "":
		return nil, errors.New("DAYTONA_API_URL or SERVER_URL is required")
	case c.Token == "":
		return nil, errors.New("DAYTONA_RUNNER_TOKEN or API_TOKEN is required")
	}
	if c.Port == 0 {
		c.Port = 8080
	}
	if c.DaemonStartTimeoutSec <= 0 {
		c.DaemonStartTimeoutSec = 60
	}
	if c.Domain == "" {
		address, err := defaultRouteAddress("/proc/net/route")
		if err != nil {
			return nil, err
		}
		c.Domain = address
	}
	return c, nil
}

// url is what the runner says of itself; the API version's address and the proxy's are the same.
func (c *config) url() string {
	scheme := "http"
	if c.EnableTLS {
		scheme = "https"
	}
	return fmt.Sprintf("%s://%s:%d", scheme, c.Domain, c.Port)
}

// defaultRouteAddress is the first address of the interface that the default route uses.
func defaultRouteAddress(routes string) (string, error) {
	content, err := os.ReadFile(routes)
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(content)) {
		fields := strings.Fields(line)
		if len(fields) < 2 || fields[1] != "00000000" {
			continue
		}
		device, err := net.InterfaceByName(fields[0])
		if err != nil {
			return "", err
		}
		addresses, err := device.Addrs()
		if err != nil {
			return "", err
		}
		for _, address := range addresses {
			if ip, ok := address.(*net.IPNet); ok && ip.IP.To4() != nil {
				return ip.IP.String(), nil
			}
		}
	}
	return "", errors.New("no default route found")
}
