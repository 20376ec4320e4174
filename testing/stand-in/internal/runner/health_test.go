package runner

import (
	"testing"
	"time"
)

func TestUsageIsAnAverageOverTheWindow(t *testing.T) {
	p := &processors{samples: []processorTime{{idle: 100, total: 100, count: 2}}}
	if _, _, err := p.usage(); err == nil {
		t.Error("one sample says nothing")
	}
	p.samples = append(p.samples, processorTime{idle: 150, total: 200, count: 2}, processorTime{idle: 175, total: 400, count: 2})
	if usage, count, err := p.usage(); usage != 75 || count != 2 || err != nil {
		t.Errorf("%v %v %v", usage, count, err)
	}
}

func TestTheMachineCanBeRead(t *testing.T) {
	p := &processors{}
	go p.watch(t.Context(), 10*time.Millisecond, 2)
	deadline := time.Now().Add(5 * time.Second)
	for {
		usage, count, err := p.usage()
		if err == nil {
			if usage < 0 || usage > 100 || count < 1 {
				t.Errorf("%v %% of %v processors", usage, count)
			}
			break
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Millisecond)
	}
	total, err := meminfo("MemTotal:")
	if err != nil || total <= 0 {
		t.Errorf("memory %v, %v", total, err)
	}
	if _, err := field("/proc/loadavg", 2); err != nil {
		t.Error(err)
	}
}
