package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

const jobJSON = `json_build_object('id', "id", 'type', "type", 'status', "status", 'resourceType', "resourceType",
	'resourceId', "resourceId", 'payload', "payload", 'errorMessage', "errorMessage",
	'createdAt', to_char("createdAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`

func queueOf(runner string) string { return "runner:jobs:" + runner }

// createJob leaves work for a runner in the database and wakes its long poll through Redis.
func (s *server) createJob(ctx context.Context, kind, runner, resourceType, resource string, payload any) error {
	encoded, err := json.Marshal(payload)
	if err != nil {
		return err
	}
	var id string
	err = s.db.QueryRow(ctx, `INSERT INTO "job" ("type", "runnerId", "resourceType", "resourceId", "payload")
		VALUES ($1, $2, $3, $4, $5) RETURNING "id"`, kind, runner, resourceType, resource, string(encoded)).Scan(&id)
	if err != nil {
		return err
	}
	if err := s.redis.LPush(ctx, queueOf(runner), id).Err(); err != nil {
		slog.Warn("runner was not notified", "runner", runner, "error", err) // its next poll finds the job
	}
	return nil
}

func (s *server) listJobs(w http.ResponseWriter, r *http.Request, c caller) error {
	return s.json(r.Context(), w, http.StatusOK, `SELECT json_build_object('items', coalesce(json_agg(`+jobJSON+` ORDER BY "createdAt" DESC), '[]'),
		'total', count(*), 'page', 1, 'totalPages', 1) FROM "job" WHERE "runnerId" = $1 AND ($2 = '' OR "status" = $2)`,
		c.runner, r.URL.Query().Get("status"))
}

// pollJobs answers at once when there is work, otherwise when some comes or the time is over. Jobs
// that it hands out are in progress from then on, whether or not the answer arrives: the next job
// after a runner's restart can be lost to the poll of its dead predecessor (contract 11).
func (s *server) pollJobs(w http.ResponseWriter, r *http.Request, c caller) error {
	ctx := context.WithoutCancel(r.Context())
	timeout := time.Duration(min(numberOf(r, "timeout", 30), 60)) * time.Second
	limit := min(numberOf(r, "limit", 10), 100)
	jobs, err := s.claim(ctx, c.runner, limit)
	if err != nil {
		return err
	}
	if string(jobs) == "[]" {
		waiting := s.redis.WithTimeout(timeout + 5*time.Second)
		if err := waiting.BRPop(ctx, timeout, queueOf(c.runner)).Err(); err != nil && !errors.Is(err, redis.Nil) {
			slog.Error("waiting for jobs failed", "runner", c.runner, "error", err)
		}
		if jobs, err = s.claim(ctx, c.runner, limit); err != nil {
			return err
		}
	}
	return answer(w, http.StatusOK, map[string]json.RawMessage{"jobs": jobs})
}

func numberOf(r *http.Request, name string, fallback int) int {
	number, err := strconv.ParseFloat(r.URL.Query().Get(name), 64)
	if err != nil || number <= 0 {
		return fallback
	}
	return int(number)
}

func (s *server) claim(ctx context.Context, runner string, limit int) (json.RawMessage, error) {
	var jobs json.RawMessage
	err := s.db.QueryRow(ctx, `WITH claimed AS (
			UPDATE "job" SET "status" = 'IN_PROGRESS', "startedAt" = now(), "updatedAt" = now() WHERE "id" IN (
				SELECT "id" FROM "job" WHERE "runnerId" = $1 AND "status" = 'PENDING'
				ORDER BY "createdAt" LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING *)
		SELECT coalesce(json_agg(`+jobJSON+` ORDER BY "createdAt"), '[]')::text FROM claimed`, runner, limit).Scan(&jobs)
	if err == nil && string(jobs) != "[]" {
		_ = s.redis.Del(ctx, queueOf(runner)).Err() // its entries are hints only
	}
	return jobs, err
}

func (s *server) jobStatus(w http.ResponseWriter, r *http.Request, c caller) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	var body struct{ Status, ErrorMessage, ResultMetadata string }
	if err := decode(r, &body); err != nil {
		return err
	}
	if body.Status != "COMPLETED" && body.Status != "FAILED" && body.Status != "IN_PROGRESS" {
		return refuse(http.StatusBadRequest, "status must be one of the following values: PENDING, IN_PROGRESS, COMPLETED, FAILED")
	}
	var owner, before, kind, resource string
	err = s.db.QueryRow(r.Context(), `SELECT "runnerId", "status", "type", "resourceId" FROM "job" WHERE "id" = $1`, id).
		Scan(&owner, &before, &kind, &resource)
	switch {
	case err != nil:
		return orNotFound(err, fmt.Sprintf("Job with ID %s not found", id))
	case owner != c.runner:
		return refuse(http.StatusForbidden, "Forbidden resource")
	case before == "COMPLETED" || before == "FAILED":
		return refuse(http.StatusConflict, "Invalid job status transition from %s to %s for job %s", before, body.Status, id)
	}
	_, err = s.db.Exec(r.Context(), `UPDATE "job" SET "status" = $2::text, "errorMessage" = nullif($3, ''), "resultMetadata" = nullif($4, ''),
		"updatedAt" = now(), "completedAt" = CASE WHEN $2::text = 'IN_PROGRESS' THEN NULL ELSE now() END WHERE "id" = $1`,
		id, body.Status, body.ErrorMessage, body.ResultMetadata)
	if err == nil && body.Status != "IN_PROGRESS" {
		err = s.completed(r.Context(), kind, resource, body.ErrorMessage, body.ResultMetadata, body.Status == "COMPLETED")
	}
	if err != nil {
		return err
	}
	return s.json(r.Context(), w, http.StatusCreated, `SELECT `+jobJSON+` FROM "job" WHERE "id" = $1`, id)
}

// completed carries a job's outcome over to what it was about.
func (s *server) completed(ctx context.Context, kind, resource, failure, metadata string, success bool) error {
	var result struct {
		Hash          string  `json:"hash"`
		SizeGB        float64 `json:"sizeGB"`
		DaemonVersion string  `json:"daemonVersion"`
	}
	if metadata != "" {
		if err := json.Unmarshal([]byte(metadata), &result); err != nil {
			return refuse(http.StatusBadRequest, "resultMetadata is no JSON: %v", err)
		}
	}
	var err error
	switch {
	case kind == "PULL_SNAPSHOT" && success:
		_, err = s.db.Exec(ctx, `UPDATE "snapshot" SET "state" = 'active', "size" = $3, "errorReason" = NULL, "updatedAt" = now(), "ref" = (
				SELECT regexp_replace("url", '^https?://', '') || '/' || "project" || '/daytona-' || $2::text || ':daytona'
				FROM "docker_registry" WHERE "registryType" = 'internal' AND "isDefault")
			WHERE "imageName" = $1 AND "state" = 'pulling'`, resource, result.Hash, result.SizeGB)
	case kind == "PULL_SNAPSHOT":
		_, err = s.db.Exec(ctx, `UPDATE "snapshot" SET "state" = 'error', "errorReason" = $2, "updatedAt" = now()
			WHERE "imageName" = $1 AND "state" = 'pulling'`, resource, failure)
	case kind == "CREATE_SANDBOX" && success:
		_, err = s.db.Exec(ctx, `UPDATE "sandbox" SET "state" = 'started', "daemonVersion" = $2, "updatedAt" = now()
			WHERE "id" = $1 AND "desiredState" = 'started'`, resource, result.DaemonVersion)
	case kind == "DESTROY_SANDBOX" && success:
		_, err = s.db.Exec(ctx, `UPDATE "sandbox" SET "state" = 'destroyed', "updatedAt" = now() WHERE "id" = $1`, resource)
	default:
		_, err = s.db.Exec(ctx, `UPDATE "sandbox" SET "state" = 'error', "errorReason" = $2, "updatedAt" = now() WHERE "id" = $1`, resource, failure)
	}
	return err
}
