module daytona-operator.dev/testing/otel-collector

go 1.25.0

require (
	github.com/open-telemetry/opentelemetry-collector-contrib/exporter/prometheusexporter v0.138.0
	github.com/open-telemetry/opentelemetry-collector-contrib/extension/healthcheckextension v0.138.0
	go.opentelemetry.io/collector/confmap/provider/envprovider v1.44.0
	go.opentelemetry.io/collector/consumer/consumertest v0.138.0
	go.opentelemetry.io/collector/exporter/otlpexporter v0.138.0
	go.opentelemetry.io/collector/exporter/otlphttpexporter v0.138.0
	go.opentelemetry.io/collector/otelcol v0.138.0
	go.opentelemetry.io/collector/processor/batchprocessor v0.138.0
	go.opentelemetry.io/collector/processor/memorylimiterprocessor v0.138.0
	go.opentelemetry.io/collector/receiver/otlpreceiver v0.138.0
)
