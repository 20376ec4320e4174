package nodeenv

import (
	"math"
	"testing"
)

func TestUndefinedIsNotEmpty(t *testing.T) {
	env := Of(map[string]string{"EMPTY": ""})
	if _, err := env.OrThrow("EMPTY"); err != nil {
		t.Errorf("empty must pass: %v", err)
	}
	if _, err := env.OrThrow("ABSENT"); err == nil {
		t.Error("absent must fail")
	}
	if env.Or("EMPTY", "fallback") != "fallback" {
		t.Error("|| replaces the empty string")
	}
	if err := env.Require("EMPTY", "ABSENT"); err == nil {
		t.Error("one absent variable must fail")
	}
}

func TestOnlyTheWordTrueIsTrue(t *testing.T) {
	for value, want := range map[string]bool{"true": true, "TRUE": false, "1": false, "yes": false, "": false, " true": false} {
		if got := Of(map[string]string{"B": value}).True("B"); got != want {
			t.Errorf("True(%q) = %v", value, got)
		}
	}
	for value, want := range map[string]bool{"false": false, "0": true, "": true, "no": true, "FALSE": true} {
		if got := Of(map[string]string{"B": value}).NotFalse("B"); got != want {
			t.Errorf("NotFalse(%q) = %v", value, got)
		}
	}
}

func TestParseInt(t *testing.T) {
	nan := math.NaN()
	for text, want := range map[string]float64{
		"3000": 3000, " 42 ": 42, "10abc": 10, "-1": -1, "1.9": 1,
		"": nan, "abc": nan, "-": nan, "tcp://10.0.0.1:6379": nan,
	} {
		got := ParseInt(text)
		if got != want && !(math.IsNaN(got) && math.IsNaN(want)) {
			t.Errorf("ParseInt(%q) = %v, want %v", text, got, want)
		}
	}
}

func TestPortRefusesWhatNodeRefuses(t *testing.T) {
	for _, number := range []float64{math.NaN(), -1, 65536} {
		if _, err := Port("PORT", number); err == nil {
			t.Errorf("port %v must be refused", number)
		}
	}
	if port, err := Port("PORT", 3000); err != nil || port != 3000 {
		t.Errorf("Port(3000) = %v, %v", port, err)
	}
}

func TestAlias(t *testing.T) {
	env := Of(map[string]string{"OIDC_CLIENT_ID": "", "OID_CLIENT_ID": "old"})
	if value, defined := env.Alias("OIDC_CLIENT_ID", "OID_CLIENT_ID"); value != "old" || !defined {
		t.Errorf("got %q, %v", value, defined)
	}
	// OIDC_CLIENT_ID || OID_CLIENT_ID with an absent second one: undefined, hence /api/config 500
	env = Of(map[string]string{"OIDC_CLIENT_ID": ""})
	if _, defined := env.Alias("OIDC_CLIENT_ID", "OID_CLIENT_ID"); defined {
		t.Error("an empty first and an absent second variable are undefined")
	}
}
