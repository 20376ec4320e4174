package runner

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// reportHealth posts at start and every interval. Nothing is posted while dockerd does not answer:
// the API then takes the runner for unresponsive after a minute (contract 11).
func (r *runner) reportHealth(ctx context.Context) {
	for {
		call, cancel := context.WithTimeout(ctx, r.HealthcheckTimeout)
		if err := r.postHealth(call); err != nil {
			slog.Warn("failed to send healthcheck", "error", err)
		}
		cancel()
		select {
		case <-time.After(r.HealthcheckInterval):
		case <-ctx.Done():
			return
		}
	}
}

func (r *runner) postHealth(ctx context.Context) error {
	if err := r.docker.ping(ctx); err != nil {
		return fmt.Errorf("docker: %w", err)
	}
	report := object{
		"domain": r.Domain, "apiUrl": r.url(), "proxyUrl": r.url(), "appVersion": version,
		"serviceHealth": []any{object{"serviceName": "docker", "healthy": true}},
	}
	if metrics, err := r.metrics(ctx); err != nil {
		slog.Warn("failed to collect metrics for healthcheck", "error", err)
	} else {
		if r.gpus > 0 {
			metrics["gpu"] = r.gpus
		}
		report["metrics"] = metrics
	}
	return r.api.Post(ctx, "/runners/healthcheck", report, nil)
}

// metrics are those of the whole node, and of the file system of /var/lib/docker (contract 5.6).
func (r *runner) metrics(ctx context.Context) (object, error) {
	cpuUsage, cpus, err := r.processors.usage()
	if err != nil {
		return nil, err
	}
	load, errLoad := field("/proc/loadavg", 2)
	memory, errMemory := meminfo("MemTotal:")
	available, errAvailable := meminfo("MemAvailable:")
	var disk syscall.Statfs_t
	errDisk := syscall.Statfs("/var/lib/docker", &disk)
	var images []any
	errImages := r.docker.call(ctx, http.MethodGet, "/images/json", nil, &images)
	started, cpuQuota, memoryQuota, errContainers := r.allocated(ctx)
	if err := errors.Join(errLoad, errMemory, errAvailable, errDisk, errImages, errContainers); err != nil {
		return nil, err
	}
	diskSize := float64(disk.Blocks) * float64(disk.Bsize)
	return object{
		"currentCpuLoadAverage":        load / cpus,
		"currentCpuUsagePercentage":    cpuUsage,
		"currentMemoryUsagePercentage": 100 * (1 - available/memory),
		"currentDiskUsagePercentage":   100 * (1 - float64(disk.Bfree)/float64(max(disk.Blocks, 1))),
		"currentAllocatedCpu":          cpuQuota,
		"currentAllocatedMemoryGiB":    memoryQuota,
		"currentAllocatedDiskGiB":      0, // known only with a quota, which needs xfs
		"currentSnapshotCount":         len(images),
		"currentStartedSandboxes":      started,
		"cpu":                          cpus, "memoryGiB": memory / (1 << 20), "diskGiB": diskSize / (1 << 30),
	}, nil
}

func (r *runner) allocated(ctx context.Context) (started int, cpus, memoryGiB float64, err error) {
	var running []struct {
		ID string `json:"Id"`
	}
	if err := r.docker.call(ctx, http.MethodGet, "/containers/json", nil, &running); err != nil {
		return 0, 0, 0, err
	}
	for _, each := range running {
		found, err := r.docker.container(ctx, each.ID)
		if err != nil {
			continue // it ended meanwhile
		}
		if period := found.HostConfig.CPUPeriod; period > 0 {
			cpus += float64(found.HostConfig.CPUQuota) / float64(period)
		}
		memoryGiB += float64(found.HostConfig.Memory) / (1 << 30)
	}
	return len(running), cpus, memoryGiB, nil
}

// processors remembers the times of the last COLLECTOR_WINDOW_SIZE samples: usage is an average over
// minutes, and there is none before the second sample.
type processors struct {
	mutex   sync.Mutex
	samples []processorTime
}

type processorTime struct{ idle, total, count float64 }

func (p *processors) watch(ctx context.Context, interval time.Duration, window int) {
	for ctx.Err() == nil {
		sample, err := readProcessorTime()
		if err != nil {
			slog.Warn("failed to read the processors' times", "error", err)
		} else {
			p.mutex.Lock()
			p.samples = append(p.samples, sample)
			p.samples = p.samples[max(0, len(p.samples)-window-1):]
			p.mutex.Unlock()
		}
		time.Sleep(interval)
	}
}

func (p *processors) usage() (percent, count float64, err error) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if len(p.samples) < 2 {
		return 0, 0, errors.New("no sample of the processors yet")
	}
	first, last := p.samples[0], p.samples[len(p.samples)-1]
	return 100 * (1 - (last.idle-first.idle)/max(last.total-first.total, 1)), last.count, nil
}

// readProcessorTime is idle and total time of all processors since boot.
func readProcessorTime() (sample processorTime, err error) {
	content, err := os.ReadFile("/proc/stat")
	if err != nil {
		return sample, err
	}
	for line := range strings.Lines(string(content)) {
		fields := strings.Fields(line)
		switch {
		case len(fields) > 5 && fields[0] == "cpu":
			for i, text := range fields[1:] {
				value, _ := strconv.ParseFloat(text, 64)
				sample.total += value
				if i == 3 || i == 4 { // idle and iowait
					sample.idle += value
				}
			}
		case len(fields) > 0 && strings.HasPrefix(fields[0], "cpu"):
			sample.count++
		}
	}
	sample.count = max(sample.count, 1)
	return sample, nil
}

func field(file string, index int) (float64, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(content))
	if len(fields) <= index {
		return 0, fmt.Errorf("%s: unknown form", file)
	}
	return strconv.ParseFloat(fields[index], 64)
}

// meminfo is in KiB.
func meminfo(name string) (float64, error) {
	content, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(content)) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == name {
			return strconv.ParseFloat(fields[1], 64)
		}
	}
	return 0, fmt.Errorf("/proc/meminfo has no %s", name)
}
