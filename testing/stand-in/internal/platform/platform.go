// Package platform is the client by which proxy, SSH gateway and runner talk to the API.
package platform

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// Client calls the API below its base URL, which must end with /api: nothing is added to it.
type Client struct {
	Base  string
	Token string
	HTTP  *http.Client
}

// New is a client with a limit for each call.
func New(base, token string, timeout time.Duration) *Client {
	return &Client{Base: base, Token: token, HTTP: &http.Client{Timeout: timeout}}
}

// As is the same client with the token of somebody else.
func (c *Client) As(token string) *Client {
	return &Client{Base: c.Base, Token: token, HTTP: c.HTTP}
}

// StatusError is an answer outside 2xx.
type StatusError struct {
	Status int
	Body   string
}

func (e *StatusError) Error() string { return fmt.Sprintf("API answers %d: %s", e.Status, e.Body) }

// Get decodes the answer into result unless that is nil.
func (c *Client) Get(ctx context.Context, path string, result any) error {
	return c.call(ctx, http.MethodGet, path, nil, result)
}

// Post sends body as JSON unless it is nil.
func (c *Client) Post(ctx context.Context, path string, body, result any) error {
	return c.call(ctx, http.MethodPost, path, body, result)
}

func (c *Client) call(ctx context.Context, method, path string, body, result any) error {
	var content io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return err
		}
		content = bytes.NewReader(encoded)
	}
	request, err := http.NewRequestWithContext(ctx, method, c.Base+path, content)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+c.Token)
	response, err := c.HTTP.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, 10<<20))
	if err != nil {
		return err
	}
	if response.StatusCode/100 != 2 {
		return &StatusError{response.StatusCode, string(answer[:min(len(answer), 300)])}
	}
	if result == nil {
		return nil
	}
	if err := json.Unmarshal(answer, result); err != nil {
		return fmt.Errorf("%s is no answer of the API (does its URL end with /api?): %w", path, err)
	}
	return nil
}

// PublicConfig is what GET /config tells everybody.
type PublicConfig struct {
	Version string `json:"version"`
	OIDC    struct {
		Issuer   string `json:"issuer"`
		ClientID string `json:"clientId"`
		Audience string `json:"audience"`
	} `json:"oidc"`
}

// Config is asked by a proxy before it opens its port.
func (c *Client) Config(ctx context.Context) (PublicConfig, error) {
	var config PublicConfig
	err := c.Get(ctx, "/config", &config)
	if err == nil && config.OIDC.Issuer == "" {
		err = fmt.Errorf("/config names no OIDC issuer")
	}
	return config, err
}

// Runner is where a sandbox runs, and the token that its runner expects.
type Runner struct {
	ID       string `json:"id"`
	Domain   string `json:"domain"`
	ProxyURL string `json:"proxyUrl"`
	APIKey   string `json:"apiKey"`
}

// RunnerOf is for proxy and gateway only.
func (c *Client) RunnerOf(ctx context.Context, sandbox string) (Runner, error) {
	var runner Runner
	err := c.Get(ctx, "/runners/by-sandbox/"+url.PathEscape(sandbox), &runner)
	return runner, err
}

// Allowed is a question that the API answers with 200 or an error of the 4xx.
func (c *Client) Allowed(ctx context.Context, path string) (bool, error) {
	err := c.Get(ctx, path, nil)
	if status, ok := err.(*StatusError); ok && status.Status/100 == 4 {
		return false, nil
	}
	return err == nil, err
}
