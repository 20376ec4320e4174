package main

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/exporter"
)

// discard is the exporter "nop", whose own module cannot be had in this version.
type discard struct {
	component.StartFunc
	component.ShutdownFunc
	consumertest.Consumer
}

func nopExporter() exporter.Factory {
	nop := discard{Consumer: consumertest.NewNop()}
	const stability = component.StabilityLevelBeta
	return exporter.NewFactory(
		component.MustNewType("nop"),
		func() component.Config { return &struct{}{} },
		exporter.WithTraces(func(context.Context, exporter.Settings, component.Config) (exporter.Traces, error) {
			return nop, nil
		}, stability),
		exporter.WithMetrics(func(context.Context, exporter.Settings, component.Config) (exporter.Metrics, error) {
			return nop, nil
		}, stability),
		exporter.WithLogs(func(context.Context, exporter.Settings, component.Config) (exporter.Logs, error) {
			return nop, nil
		}, stability))
}
