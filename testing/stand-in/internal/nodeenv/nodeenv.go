// Package nodeenv reads environment variables by the rules of the API, a Node.js program: a
// variable that is empty is not the same as one that is absent, and only the word "true" is true
// (contract section 1).
package nodeenv

import (
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
)

// Env is an environment; the lookup has the meaning of os.LookupEnv.
type Env struct {
	lookup func(string) (string, bool)
}

// Process is the environment of this process.
func Process() Env { return Env{os.LookupEnv} }

// Of is an environment with exactly these variables.
func Of(variables map[string]string) Env {
	return Env{func(name string) (string, bool) {
		value, defined := variables[name]
		return value, defined
	}}
}

// Get is the variable's value, or the empty string when it is absent.
func (e Env) Get(name string) string {
	value, _ := e.lookup(name)
	return value
}

// Defined says whether the variable is there, empty or not.
func (e Env) Defined(name string) bool {
	_, defined := e.lookup(name)
	return defined
}

// OrThrow fails for an absent variable only: the empty string passes.
func (e Env) OrThrow(name string) (string, error) {
	value, defined := e.lookup(name)
	if !defined {
		return "", fmt.Errorf("configuration of %s is undefined", name)
	}
	return value, nil
}

// Require fails for the first of these variables that is absent.
func (e Env) Require(names ...string) error {
	for _, name := range names {
		if _, err := e.OrThrow(name); err != nil {
			return err
		}
	}
	return nil
}

// Or is JavaScript's ||: the fallback stands in for an empty value too.
func (e Env) Or(name, fallback string) string {
	if value := e.Get(name); value != "" {
		return value
	}
	return fallback
}

// Alias is the value of the first variable that is not empty. It is undefined only when the last
// one is absent and the others are absent or empty.
func (e Env) Alias(names ...string) (value string, defined bool) {
	for _, name := range names {
		if value, defined = e.lookup(name); value != "" {
			return value, true
		}
	}
	return value, defined
}

// True is a boolean that is off by default.
func (e Env) True(name string) bool { return e.Get(name) == "true" }

// NotFalse is a boolean that is on by default.
func (e Env) NotFalse(name string) bool { return e.Get(name) != "false" }

// Number is parseInt(value || fallback, 10): leading digits count, anything else is NaN.
func (e Env) Number(name string, fallback string) float64 {
	return ParseInt(e.Or(name, fallback))
}

// Float is parseFloat for the plain decimal numbers that configuration uses.
func (e Env) Float(name string, fallback string) float64 {
	value, err := strconv.ParseFloat(strings.TrimSpace(e.Or(name, fallback)), 64)
	if err != nil {
		return math.NaN()
	}
	return value
}

// ParseInt is JavaScript's parseInt with radix 10.
func ParseInt(text string) float64 {
	text = strings.TrimSpace(text)
	end := 0
	if end < len(text) && (text[0] == '-' || text[0] == '+') {
		end++
	}
	digits := end
	for end < len(text) && text[end] >= '0' && text[end] <= '9' {
		end++
	}
	if end == digits {
		return math.NaN()
	}
	number, err := strconv.ParseFloat(text[:end], 64)
	if err != nil {
		return math.NaN()
	}
	return number
}

// Port is a TCP port, or an error as Node's sockets raise it.
func Port(name string, number float64) (int, error) {
	if math.IsNaN(number) || number < 0 || number > 65535 {
		return 0, fmt.Errorf("%s: port should be >= 0 and < 65536, received %v", name, number)
	}
	return int(number), nil
}
