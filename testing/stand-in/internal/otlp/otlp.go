// Package otlp exports a span and a metric over OTLP/HTTP, configured as the OpenTelemetry SDKs
// are: by the standard OTEL_EXPORTER_OTLP_* variables. The encoding is the JSON that the API's own
// exporters use.
package otlp

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"daytona-operator.dev/testing/stand-in/internal/nodeenv"
)

// Exporter sends what one service reports.
type Exporter struct {
	env     nodeenv.Env
	service string
	client  *http.Client
	started time.Time
}

// New is an exporter for the service that the resource names.
func New(env nodeenv.Env, service string) *Exporter {
	return &Exporter{env, service, &http.Client{Timeout: 10 * time.Second}, time.Now()}
}

// Start exports one span now and a metric every period, as long as the process lives. A failure is
// logged and disturbs nothing, as in the SDKs (contract 3.1).
func (e *Exporter) Start(span string, period time.Duration) {
	go func() {
		if err := e.Span(context.Background(), span, e.started); err != nil {
			slog.Error("exporting a trace failed", "error", err)
		}
		for {
			if err := e.Uptime(context.Background()); err != nil {
				slog.Error("exporting metrics failed", "error", err)
			}
			time.Sleep(period)
		}
	}()
}

// Span exports one finished span that began at start.
func (e *Exporter) Span(ctx context.Context, name string, start time.Time) error {
	span := object{
		"traceId": identifier(16), "spanId": identifier(8), "name": name, "kind": 1,
		"startTimeUnixNano": nanos(start), "endTimeUnixNano": nanos(time.Now()),
	}
	scope := []any{object{"scope": object{"name": "daytona-stand-in"}, "spans": []any{span}}}
	return e.send(ctx, "traces", object{
		"resourceSpans": []any{object{"resource": e.resource(), "scopeSpans": scope}},
	})
}

// Uptime exports the gauge process.uptime in seconds.
func (e *Exporter) Uptime(ctx context.Context) error {
	point := object{"asDouble": time.Since(e.started).Seconds(), "timeUnixNano": nanos(time.Now())}
	metric := object{"name": "process.uptime", "unit": "s", "gauge": object{"dataPoints": []any{point}}}
	scope := []any{object{"scope": object{"name": "daytona-stand-in"}, "metrics": []any{metric}}}
	return e.send(ctx, "metrics", object{
		"resourceMetrics": []any{object{"resource": e.resource(), "scopeMetrics": scope}},
	})
}

type object = map[string]any

func (e *Exporter) resource() object {
	host, _ := os.Hostname()
	attribute := func(key, value string) any {
		return object{"key": key, "value": object{"stringValue": value}}
	}
	return object{"attributes": []any{
		attribute("service.name", e.service),
		attribute("service.instance.id", host),
		attribute("deployment.environment.name", e.env.Get("ENVIRONMENT")),
	}}
}

// Endpoint is where a signal goes: its own variable as it is, or the common one with the signal's
// path appended.
func (e *Exporter) Endpoint(signal string) string {
	if own := e.env.Get("OTEL_EXPORTER_OTLP_" + strings.ToUpper(signal) + "_ENDPOINT"); own != "" {
		return own
	}
	base := e.env.Or("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318")
	return strings.TrimSuffix(base, "/") + "/v1/" + signal
}

// Headers are KEY=VALUE pairs with commas between them, URL-encoded.
func (e *Exporter) Headers(signal string) map[string]string {
	headers := map[string]string{}
	for _, name := range []string{"OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_" + strings.ToUpper(signal) + "_HEADERS"} {
		for pair := range strings.SplitSeq(e.env.Get(name), ",") {
			key, value, found := strings.Cut(pair, "=")
			if !found {
				continue
			}
			if decoded, err := url.QueryUnescape(strings.TrimSpace(value)); err == nil {
				headers[strings.TrimSpace(key)] = decoded
			}
		}
	}
	return headers
}

func (e *Exporter) send(ctx context.Context, signal string, content object) error {
	encoded, err := json.Marshal(content)
	if err != nil {
		return err
	}
	var body bytes.Buffer
	compressed := gzip.NewWriter(&body)
	if _, err := compressed.Write(encoded); err != nil {
		return err
	}
	if err := compressed.Close(); err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, e.Endpoint(signal), &body)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Content-Encoding", "gzip")
	for key, value := range e.Headers(signal) {
		request.Header.Set(key, value)
	}
	response, err := e.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode/100 != 2 {
		return fmt.Errorf("%s answers %s", request.URL.Redacted(), response.Status)
	}
	return nil
}

func identifier(bytes int) string {
	id := make([]byte, bytes)
	_, _ = rand.Read(id)
	return hex.EncodeToString(id)
}

func nanos(t time.Time) string { return strconv.FormatInt(t.UnixNano(), 10) }
