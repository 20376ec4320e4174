package api

import (
	"math"

	"daytona-operator.dev/testing/stand-in/internal/nodeenv"
)

// health is the body of POST /runners/healthcheck.
type health struct {
	Domain        string          `json:"domain"`
	APIURL        string          `json:"apiUrl"`
	ProxyURL      string          `json:"proxyUrl"`
	AppVersion    string          `json:"appVersion"`
	ServiceHealth []serviceHealth `json:"serviceHealth"`
	Metrics       *metrics        `json:"metrics"`
}

type serviceHealth struct {
	ServiceName string `json:"serviceName"`
	Healthy     bool   `json:"healthy"`
	ErrorReason string `json:"errorReason,omitempty"`
}

type metrics struct {
	CPULoadAverage     float64 `json:"currentCpuLoadAverage"`
	CPUUsage           float64 `json:"currentCpuUsagePercentage"`
	MemoryUsage        float64 `json:"currentMemoryUsagePercentage"`
	DiskUsage          float64 `json:"currentDiskUsagePercentage"`
	AllocatedCPU       float64 `json:"currentAllocatedCpu"`
	AllocatedMemoryGiB float64 `json:"currentAllocatedMemoryGiB"`
	AllocatedDiskGiB   float64 `json:"currentAllocatedDiskGiB"`
	Snapshots          float64 `json:"currentSnapshotCount"`
	StartedSandboxes   float64 `json:"currentStartedSandboxes"`
	CPU                float64 `json:"cpu"`
	MemoryGiB          float64 `json:"memoryGiB"`
	DiskGiB            float64 `json:"diskGiB"`
	GPU                *int    `json:"gpu"`
	GPUType            string  `json:"gpuType"`
}

// A criterion weighs one utilization in percent by its distance from the best and the worst value.
type criterion struct{ value, weight, optimal, critical float64 }

// score is the runner's availability from 0 to 100: the relative closeness to the optimum (TOPSIS),
// times a penalty that falls exponentially above a threshold (contract 5.6). It is what makes the
// cliff at about 81 % of disk or node memory.
func score(env nodeenv.Env, m *metrics) int {
	number := func(name, fallback string) float64 { return env.Float(name, fallback) }
	criteria := []criterion{
		{m.CPUUsage, number("RUNNER_CPU_USAGE_WEIGHT", "0.25"), number("RUNNER_OPTIMAL_CPU", "0"), number("RUNNER_CRITICAL_CPU", "100")},
		{m.MemoryUsage, number("RUNNER_MEMORY_USAGE_WEIGHT", "0.4"), number("RUNNER_OPTIMAL_MEMORY", "0"), number("RUNNER_CRITICAL_MEMORY", "100")},
		{m.DiskUsage, number("RUNNER_DISK_USAGE_WEIGHT", "0.4"), number("RUNNER_OPTIMAL_DISK", "0"), number("RUNNER_CRITICAL_DISK", "100")},
		{100 * m.AllocatedCPU / m.CPU, number("RUNNER_ALLOCATED_CPU_WEIGHT", "0.03"), number("RUNNER_OPTIMAL_ALLOC_CPU", "100"), number("RUNNER_CRITICAL_ALLOC_CPU", "500")},
		{100 * m.AllocatedMemoryGiB / m.MemoryGiB, number("RUNNER_ALLOCATED_MEMORY_WEIGHT", "0.03"), number("RUNNER_OPTIMAL_ALLOC_MEM", "100"), number("RUNNER_CRITICAL_ALLOC_MEM", "500")},
		{100 * m.AllocatedDiskGiB / m.DiskGiB, number("RUNNER_ALLOCATED_DISK_WEIGHT", "0.03"), number("RUNNER_OPTIMAL_ALLOC_DISK", "100"), number("RUNNER_CRITICAL_ALLOC_DISK", "500")},
		{m.StartedSandboxes, number("RUNNER_STARTED_SANDBOXES_WEIGHT", "0.1"), number("RUNNER_OPTIMAL_STARTED_SANDBOXES", "0"), number("RUNNER_CRITICAL_STARTED_SANDBOXES", "100")},
	}
	var toOptimal, toCritical float64
	for _, c := range criteria {
		toOptimal += c.weight * math.Pow((c.value-c.optimal)/100, 2)
		toCritical += c.weight * math.Pow((c.value-c.critical)/100, 2)
	}
	closeness := math.Sqrt(toCritical) / (math.Sqrt(toOptimal) + math.Sqrt(toCritical))
	penalty := func(value, threshold, exponent float64) float64 {
		if value < threshold {
			return 1
		}
		return math.Exp(-exponent * (value - threshold))
	}
	closeness *= penalty(m.CPUUsage, number("RUNNER_CPU_PENALTY_THRESHOLD", "90"), number("RUNNER_CPU_PENALTY_EXPONENT", "0.15"))
	closeness *= penalty(m.CPULoadAverage, number("RUNNER_CPU_LOAD_AVG_PENALTY_THRESHOLD", "0.7"), number("RUNNER_CPU_LOAD_AVG_PENALTY_EXPONENT", "0.1"))
	closeness *= penalty(m.MemoryUsage, number("RUNNER_MEMORY_PENALTY_THRESHOLD", "75"), number("RUNNER_MEMORY_PENALTY_EXPONENT", "0.15"))
	closeness *= penalty(m.DiskUsage, number("RUNNER_DISK_PENALTY_THRESHOLD", "75"), number("RUNNER_DISK_PENALTY_EXPONENT", "0.15"))
	if math.IsNaN(closeness) {
		return 0
	}
	return int(math.Round(100 * closeness))
}
