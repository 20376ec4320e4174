package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// runnerJSON is a runner with its token in clear, as the admin sees it (contract T24).
const runnerJSON = `json_build_object('id', r."id", 'name', r."name", 'region', r."region", 'domain', r."domain",
	'apiUrl', r."apiUrl", 'proxyUrl', r."proxyUrl", 'apiKey', r."apiKey", 'state', r."state",
	'cpu', r."cpu", 'memory', r."memoryGiB", 'disk', r."diskGiB", 'gpu', r."gpu", 'gpuType', r."gpuType",
	'sandboxClass', r."sandboxClass", 'runnerClass', 'container',
	'currentCpuUsagePercentage', r."currentCpuUsagePercentage",
	'currentMemoryUsagePercentage', r."currentMemoryUsagePercentage",
	'currentDiskUsagePercentage', r."currentDiskUsagePercentage",
	'currentAllocatedCpu', r."currentAllocatedCpu", 'currentAllocatedMemoryGiB', r."currentAllocatedMemoryGiB",
	'currentAllocatedDiskGiB', r."currentAllocatedDiskGiB", 'currentSnapshotCount', r."currentSnapshotCount",
	'currentStartedSandboxes', r."currentStartedSandboxes", 'availabilityScore', r."availabilityScore",
	'unschedulable', r."unschedulable", 'tags', r."tags", 'version', r."apiVersion", 'apiVersion', r."apiVersion",
	'appVersion', r."appVersion", 'regionType', 'shared',
	'lastChecked', to_char(r."lastChecked" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
	'createdAt', to_char(r."createdAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
	'updatedAt', to_char(r."updatedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`

func (s *server) runnerRoutes(route router, keys, both []strategy) {
	route("GET /api/admin/runners", both, isAdmin, s.listRunners)
	route("POST /api/admin/runners", both, isAdmin, s.postRunner)
	route("GET /api/admin/runners/{id}", both, isAdmin, s.getRunner)
	route("PATCH /api/admin/runners/{id}/scheduling", both, isAdmin, s.scheduleRunner)
	route("DELETE /api/admin/runners/{id}", both, isAdmin, s.deleteRunner)
	route("GET /api/runners/me", keys, is("runner"), func(w http.ResponseWriter, r *http.Request, c caller) error {
		return s.runner(r.Context(), w, c.runner)
	})
	route("GET /api/runners/by-sandbox/{id}", keys, is("proxy", "ssh-gateway"), s.runnerOfSandbox)
	route("POST /api/runners/healthcheck", keys, is("runner"), s.runnerHealth)
	route("GET /api/jobs", keys, is("runner"), s.listJobs)
	route("GET /api/jobs/poll", keys, is("runner"), s.pollJobs)
	route("POST /api/jobs/{id}/status", keys, is("runner"), s.jobStatus)
}

var uuidForm = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

func idOf(r *http.Request) (string, error) {
	id := r.PathValue("id")
	if !uuidForm.MatchString(id) {
		return "", refuse(http.StatusBadRequest, "Validation failed (uuid is expected)")
	}
	return id, nil
}

func (s *server) listRunners(w http.ResponseWriter, r *http.Request, _ caller) error {
	return s.json(r.Context(), w, http.StatusOK, `SELECT coalesce(json_agg(`+runnerJSON+` ORDER BY r."createdAt"), '[]')
		FROM "runner" r WHERE $1 = '' OR r."region" = $1`, r.URL.Query().Get("regionId"))
}

func (s *server) runner(ctx context.Context, w http.ResponseWriter, id string) error {
	err := s.json(ctx, w, http.StatusOK, `SELECT `+runnerJSON+` FROM "runner" r WHERE r."id" = $1`, id)
	return orNotFound(err, "Runner not found")
}

func orNotFound(err error, message string) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return refuse(http.StatusNotFound, "%s", message)
	}
	return err
}

func (s *server) getRunner(w http.ResponseWriter, r *http.Request, _ caller) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	return s.runner(r.Context(), w, id)
}

type newRunner struct {
	RegionID   string   `json:"regionId"`
	Name       string   `json:"name"`
	APIKey     string   `json:"apiKey"`
	APIVersion string   `json:"apiVersion"`
	Domain     string   `json:"domain"`
	APIURL     string   `json:"apiUrl"`
	ProxyURL   string   `json:"proxyUrl"`
	Tags       []string `json:"tags"`
}

var runnerName = regexp.MustCompile(`^[a-zA-Z0-9_.-]{2,255}$`)

func (s *server) postRunner(w http.ResponseWriter, r *http.Request, _ caller) error {
	var wanted newRunner
	if err := decode(r, &wanted); err != nil {
		return err
	}
	if wanted.APIKey == "" || wanted.RegionID == "" {
		return refuse(http.StatusBadRequest, "regionId and apiKey must be strings")
	}
	found, err := s.exists(r.Context(), `SELECT FROM "region" WHERE "id" = $1`, wanted.RegionID)
	if err != nil {
		return err
	}
	if !found {
		return refuse(http.StatusNotFound, "Region not found")
	}
	id, err := s.createRunner(r.Context(), wanted)
	if err != nil {
		return err
	}
	return answer(w, http.StatusCreated, map[string]string{"id": id, "apiKey": wanted.APIKey})
}

// createRunner accepts a token that another runner has: uniqueness is the caller's duty.
func (s *server) createRunner(ctx context.Context, n newRunner) (id string, err error) {
	switch {
	case !runnerName.MatchString(n.Name):
		return "", refuse(http.StatusBadRequest, "Runner name must contain only letters, numbers, underscores, periods, and hyphens, 2 to 255 of them")
	case !slices.Contains([]string{"0", "2"}, n.APIVersion):
		return "", refuse(http.StatusBadRequest, "Invalid runner version")
	case n.APIVersion == "0" && n.APIURL == "":
		return "", errors.New("API URL is required for runner version 0")
	case n.APIVersion == "2": // tells its addresses itself
		n.Domain, n.APIURL, n.ProxyURL = "", "", ""
	}
	if n.Tags == nil {
		n.Tags = []string{}
	}
	err = s.db.QueryRow(ctx, `INSERT INTO "runner" ("region", "name", "apiKey", "apiVersion", "domain", "apiUrl", "proxyUrl", "tags", "appVersion")
		VALUES ($1, $2, $3, $4, nullif($5, ''), nullif($6, ''), nullif($7, ''), $8, NULL) RETURNING "id"`,
		n.RegionID, n.Name, n.APIKey, n.APIVersion, n.Domain, n.APIURL, n.ProxyURL, n.Tags).Scan(&id)
	return id, conflict(err, "Runner with name %s already exists in this region", n.Name)
}

func (s *server) scheduleRunner(w http.ResponseWriter, r *http.Request, _ caller) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	var body struct {
		Unschedulable bool `json:"unschedulable"`
	}
	if err := decode(r, &body); err != nil {
		return err
	}
	changed, err := s.db.Exec(r.Context(), `UPDATE "runner" SET "unschedulable" = $2, "updatedAt" = now() WHERE "id" = $1`, id, body.Unschedulable)
	if err == nil && changed.RowsAffected() == 0 {
		err = refuse(http.StatusNotFound, "Runner not found")
	}
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusOK) // no body
	return nil
}

func (s *server) deleteRunner(w http.ResponseWriter, r *http.Request, _ caller) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	var unschedulable, busy bool
	err = s.db.QueryRow(r.Context(), `SELECT "unschedulable", EXISTS (SELECT FROM "sandbox"
		WHERE "runnerId" = $1 AND "state" NOT IN ('archived', 'destroyed')) FROM "runner" WHERE "id" = $1`, id).Scan(&unschedulable, &busy)
	switch {
	case err != nil:
		return orNotFound(err, "Runner not found")
	case !unschedulable:
		return refuse(http.StatusBadRequest, "Cannot delete runner which is available for scheduling sandboxes")
	case busy:
		return refuse(http.StatusBadRequest, "Cannot delete runner which has sandboxes associated with it")
	}
	if _, err := s.db.Exec(r.Context(), `DELETE FROM "runner" WHERE "id" = $1`, id); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (s *server) runnerOfSandbox(w http.ResponseWriter, r *http.Request, _ caller) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	err = s.json(r.Context(), w, http.StatusOK, `SELECT `+runnerJSON+` FROM "runner" r
		JOIN "sandbox" b ON b."runnerId" = r."id" WHERE b."id" = $1`, id)
	return orNotFound(err, "Runner not found")
}

// runnerHealth makes a runner ready and keeps where it says it is. A service that it reports as
// unhealthy makes it unresponsive; a decommissioned one stays so.
func (s *server) runnerHealth(w http.ResponseWriter, r *http.Request, c caller) error {
	var h health
	if err := decode(r, &h); err != nil {
		return err
	}
	if h.AppVersion == "" {
		return refuse(http.StatusBadRequest, "appVersion must be a string")
	}
	state := "ready"
	for _, service := range h.ServiceHealth {
		if !service.Healthy {
			slog.Warn("runner reports an unhealthy service", "runner", c.runner, "service", service.ServiceName, "reason", service.ErrorReason)
			state = "unresponsive"
		}
	}
	services, err := json.Marshal(h.ServiceHealth)
	if err != nil {
		return err
	}
	_, err = s.db.Exec(r.Context(), `UPDATE "runner" SET "state" = $2, "lastChecked" = now(), "updatedAt" = now(),
		"domain" = coalesce(nullif($3, ''), "domain"), "apiUrl" = coalesce(nullif($4, ''), "apiUrl"),
		"proxyUrl" = coalesce(nullif($5, ''), "proxyUrl"), "appVersion" = $6, "serviceHealth" = $7
		WHERE "id" = $1 AND "state" <> 'decommissioned'`, c.runner, state, h.Domain, h.APIURL, h.ProxyURL, h.AppVersion, services)
	if err == nil && h.Metrics != nil {
		err = s.storeMetrics(r.Context(), c.runner, h.Metrics)
	}
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusCreated)
	return nil
}

func (s *server) storeMetrics(ctx context.Context, runner string, m *metrics) error {
	_, err := s.db.Exec(ctx, `UPDATE "runner" SET "currentCpuLoadAverage" = $2, "currentCpuUsagePercentage" = $3,
		"currentMemoryUsagePercentage" = $4, "currentDiskUsagePercentage" = $5, "currentAllocatedCpu" = $6,
		"currentAllocatedMemoryGiB" = $7, "currentAllocatedDiskGiB" = $8, "currentSnapshotCount" = $9,
		"currentStartedSandboxes" = $10, "cpu" = $11, "memoryGiB" = $12, "diskGiB" = $13,
		"gpu" = coalesce($14, "gpu"), "availabilityScore" = $15 WHERE "id" = $1`,
		runner, m.CPULoadAverage, m.CPUUsage, m.MemoryUsage, m.DiskUsage, m.AllocatedCPU, m.AllocatedMemoryGiB, m.AllocatedDiskGiB,
		int(m.Snapshots), int(m.StartedSandboxes), m.CPU, m.MemoryGiB, m.DiskGiB, m.GPU, score(s.env, m))
	return err
}

// startSchedules are the parts of the real one's cron jobs that others can see.
func (s *server) startSchedules(ctx context.Context) {
	started := time.Now()
	s.every(ctx, "check-runners", 10*time.Second, func() error {
		// No word for 60 s; the flip itself refreshes lastChecked (contract 11).
		stale := `coalesce("lastChecked" < now() - interval '60 seconds', false)`
		if time.Since(started) < time.Minute {
			stale += ` AND "lastChecked" >= now() - $1 * interval '1 second'`
			_, err := s.db.Exec(ctx, `UPDATE "runner" SET "state" = 'unresponsive', "lastChecked" = now()
				WHERE "state" IN ('ready', 'initializing') AND `+stale, time.Since(started).Seconds())
			return err
		}
		_, err := s.db.Exec(ctx, `UPDATE "runner" SET "state" = 'unresponsive', "lastChecked" = now()
			WHERE "state" IN ('ready', 'initializing') AND `+stale)
		return err
	})
	s.every(ctx, "sync-snapshots", 2*time.Second, func() error { return s.pullPending(ctx) })
}

// every runs a job in whichever of several APIs takes the lock in Redis.
func (s *server) every(ctx context.Context, name string, period time.Duration, job func() error) {
	go func() {
		for range time.Tick(period) {
			taken, err := s.redis.SetNX(ctx, name, "1", time.Minute).Result()
			if err == nil && !taken {
				continue
			}
			if err == nil {
				err = errors.Join(job(), s.redis.Del(ctx, name).Err())
			}
			if err != nil {
				slog.Error("scheduled job failed", "job", name, "error", err)
			}
		}
	}()
}
