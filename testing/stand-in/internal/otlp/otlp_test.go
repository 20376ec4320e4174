package otlp

import (
	"testing"

	"daytona-operator.dev/testing/stand-in/internal/nodeenv"
)

func TestEndpoint(t *testing.T) {
	cases := []struct {
		env  map[string]string
		want string
	}{
		{nil, "http://localhost:4318/v1/traces"},
		{map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318"}, "http://c:4318/v1/traces"},
		{map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318/"}, "http://c:4318/v1/traces"},
		{map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://t/x"}, "http://t/x"},
	}
	for _, c := range cases {
		if got := New(nodeenv.Of(c.env), "test").Endpoint("traces"); got != c.want {
			t.Errorf("%v: %s, want %s", c.env, got, c.want)
		}
	}
}

func TestHeaders(t *testing.T) {
	env := nodeenv.Of(map[string]string{
		"OTEL_EXPORTER_OTLP_HEADERS":         "a=1, b = two%20words ,broken",
		"OTEL_EXPORTER_OTLP_METRICS_HEADERS": "a=2",
	})
	got := New(env, "test").Headers("metrics")
	if len(got) != 2 || got["a"] != "2" || got["b"] != "two words" {
		t.Errorf("%v", got)
	}
}
