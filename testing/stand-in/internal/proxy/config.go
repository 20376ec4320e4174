// Package proxy stands in for daytona-proxy (contract 1.5, 2.2, 2.3): previews of sandboxes by host
// name, and the toolbox by path.
package proxy

import (
	"errors"
	"time"

	"github.com/go-playground/validator/v10"
	"github.com/kelseyhightower/envconfig"
)

// config is read by the libraries that the real proxy reads its own with, so that numbers and
// booleans have the same spelling and "required" refuses the same zero values.
type config struct {
	Port                  int    `envconfig:"PROXY_PORT" validate:"required"`
	MetricsPort           int    `envconfig:"METRICS_PORT"`
	Protocol              string `envconfig:"PROXY_PROTOCOL" validate:"required"`
	APIKey                string `envconfig:"PROXY_API_KEY" validate:"required"`
	CookieDomain          string `envconfig:"COOKIE_DOMAIN"`
	TLSCertFile           string `envconfig:"TLS_CERT_FILE"`
	TLSKeyFile            string `envconfig:"TLS_KEY_FILE"`
	EnableTLS             bool   `envconfig:"ENABLE_TLS"`
	APIURL                string `envconfig:"DAYTONA_API_URL" validate:"required"`
	OIDCClientID          string `envconfig:"OIDC_CLIENT_ID"`
	OIDCClientSecret      string `envconfig:"OIDC_CLIENT_SECRET"`
	OIDCDomain            string `envconfig:"OIDC_DOMAIN"`
	OIDCPublicDomain      string `envconfig:"OIDC_PUBLIC_DOMAIN"`
	OIDCAudience          string `envconfig:"OIDC_AUDIENCE"`
	RedisHost             string `envconfig:"REDIS_HOST"`
	RedisPort             *int   `envconfig:"REDIS_PORT"`
	RedisUsername         string `envconfig:"REDIS_USERNAME"`
	RedisPassword         string `envconfig:"REDIS_PASSWORD"`
	RedisTLS              bool   `envconfig:"REDIS_TLS"`
	ToolboxOnlyMode       bool   `envconfig:"TOOLBOX_ONLY_MODE"`
	PreviewWarningEnabled bool   `envconfig:"PREVIEW_WARNING_ENABLED"`
	ShutdownTimeoutSec    int    `envconfig:"SHUTDOWN_TIMEOUT_SEC"`
	APIClientTimeoutSec   int    `envconfig:"API_CLIENT_TIMEOUT_SEC"`
}

func read() (*config, error) {
	c := &config{}
	if err := envconfig.Process("", c); err != nil {
		return nil, err
	}
	if err := validator.New().Struct(c); err != nil {
		return nil, err
	}
	if c.ShutdownTimeoutSec == 0 {
		c.ShutdownTimeoutSec = 3600
	}
	if c.APIClientTimeoutSec <= 0 {
		c.APIClientTimeoutSec = 60
	}
	return c, nil
}

// redis says whether there is one to use; without a host the cache is in memory. A host without
// port is found out only after the API has answered.
func (c *config) redis() (bool, error) {
	if c.RedisHost == "" {
		return false, nil
	}
	if c.RedisPort == nil {
		return false, errors.New("REDIS_HOST is set and REDIS_PORT is not: host and port are required")
	}
	return true, nil
}

func (c *config) apiTimeout() time.Duration {
	return time.Duration(c.APIClientTimeoutSec) * time.Second
}
