package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5"
)

const snapshotJSON = `json_build_object('id', "id", 'organizationId', "organizationId", 'general', "general", 'name', "name",
	'imageName', "imageName", 'state', "state", 'errorReason', "errorReason", 'size', "size", 'ref', "ref",
	'initialRunnerId', "initialRunnerId", 'entrypoint', NULL, 'cpu', 1, 'gpu', 0, 'mem', 1, 'disk', 3, 'lastUsedAt', NULL,
	'createdAt', to_char("createdAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
	'updatedAt', to_char("updatedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`

var (
	imageForm  = regexp.MustCompile(`^[a-zA-Z0-9_.\-:]+(/[a-zA-Z0-9_.\-:]+)*(@sha256:[a-f0-9]{64})?$`)
	digestForm = regexp.MustCompile(`^[a-f0-9]{64}$`)
)

// imageFault says why an image cannot be a snapshot: it must name a tag or digest, never latest.
func imageFault(image string) string {
	if name, digest, found := strings.Cut(image, "@sha256:"); found {
		if name == "" || !digestForm.MatchString(digest) {
			return "Invalid digest format. Must be image@sha256:64_hex_characters"
		}
		return ""
	}
	switch {
	case !strings.Contains(image, ":") || strings.HasSuffix(strings.TrimSpace(image), ":"):
		return "Image name must include a tag (e.g., ubuntu:22.04) or digest (@sha256:...)"
	case strings.HasSuffix(image, ":latest"):
		return `Images with tag ":latest" are not allowed`
	case !imageForm.MatchString(image):
		return "Invalid image name format. Must be lowercase, may contain digits, dots, dashes, and single slashes between components"
	}
	return ""
}

func (s *server) createSnapshot(ctx context.Context, organization, name, image string, general bool) (id string, err error) {
	if image == "" {
		return "", refuse(http.StatusBadRequest, "Must specify an image name")
	}
	if !imageForm.MatchString(name) {
		return "", refuse(http.StatusBadRequest, "Invalid snapshot name format. May contain letters, digits, dots, colons, and dashes")
	}
	if fault := imageFault(image); fault != "" {
		return "", refuse(http.StatusBadRequest, "%s", fault)
	}
	var region *string
	if err := s.db.QueryRow(ctx, `SELECT "defaultRegionId" FROM "organization" WHERE "id" = $1`, organization).Scan(&region); err != nil {
		return "", err
	}
	if region == nil {
		return "", errNoRegion
	}
	found, err := s.exists(ctx, `SELECT FROM "runner" WHERE "region" = $1 AND NOT "unschedulable" AND NOT "draining" AND "state" <> 'decommissioned'`, *region)
	if err != nil {
		return "", err
	}
	if !found {
		return "", refuse(http.StatusBadRequest, "No runners are configured in region '%s' for sandbox class 'container'. Try a different region or sandbox class.", *region)
	}
	err = s.db.QueryRow(ctx, `INSERT INTO "snapshot" ("organizationId", "name", "imageName", "general") VALUES ($1, $2, $3, $4) RETURNING "id"`,
		organization, name, image, general).Scan(&id)
	return id, conflict(err, "Snapshot with name %q already exists for this organization", name)
}

var errNoRegion = refuse(http.StatusPreconditionRequired, "This organization does not have a default region. Please open the Daytona Dashboard to set a default region.")

func (s *server) postSnapshot(w http.ResponseWriter, r *http.Request, c caller) error {
	var body struct{ Name, ImageName string }
	if err := decode(r, &body); err != nil {
		return err
	}
	id, err := s.createSnapshot(r.Context(), c.organization, body.Name, body.ImageName, false)
	if err != nil {
		return err
	}
	return s.json(r.Context(), w, http.StatusOK, `SELECT `+snapshotJSON+` FROM "snapshot" WHERE "id" = $1`, id)
}

func (s *server) listSnapshots(w http.ResponseWriter, r *http.Request, c caller) error {
	return s.json(r.Context(), w, http.StatusOK, `SELECT json_build_object('items', coalesce(json_agg(`+snapshotJSON+` ORDER BY "createdAt"), '[]'),
		'total', count(*), 'page', 1, 'totalPages', 1) FROM "snapshot" WHERE "organizationId" = $1 OR "general"`, c.organization)
}

func (s *server) setGeneral(w http.ResponseWriter, r *http.Request, _ caller) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	var body struct{ General bool }
	if err := decode(r, &body); err != nil {
		return err
	}
	err = s.json(r.Context(), w, http.StatusOK, `UPDATE "snapshot" SET "general" = $2 WHERE "id" = $1 RETURNING `+snapshotJSON, id, body.General)
	return orNotFound(err, "Snapshot not found")
}

// registry is what a runner needs to log in; the URL has no scheme there.
type registry struct {
	Project  string `json:"project"`
	URL      string `json:"url"`
	Username string `json:"username"`
	Password string `json:"password"`
}

func (s *server) registry(ctx context.Context, kind string) (*registry, error) {
	var found registry
	err := s.db.QueryRow(ctx, `SELECT "project", "url", "username", "password" FROM "docker_registry"
		WHERE "registryType" = $1 AND "isDefault"`, kind).Scan(&found.Project, &found.URL, &found.Username, &found.Password)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	found.URL = strings.TrimPrefix(strings.TrimPrefix(found.URL, "http://"), "https://")
	return &found, err
}

type pull struct {
	Snapshot            string    `json:"snapshot"`
	Registry            *registry `json:"registry,omitempty"`
	DestinationRegistry *registry `json:"destinationRegistry,omitempty"`
}

// pullPending gives waiting snapshots to a runner that scores high enough. None does: they wait, with
// no error to be seen anywhere but in the log (contract 5.6).
func (s *server) pullPending(ctx context.Context) error {
	rows, err := s.db.Query(ctx, `SELECT s."id", s."imageName", o."defaultRegionId" FROM "snapshot" s
		JOIN "organization" o ON o."id" = s."organizationId" WHERE s."state" = 'pending'`)
	if err != nil {
		return err
	}
	type waiting struct{ ID, Image, Region string }
	pending, err := pgx.CollectRows(rows, pgx.RowToStructByPos[waiting])
	if err != nil {
		return err
	}
	for _, snapshot := range pending {
		least := s.env.Number("RUNNER_AVAILABILITY_SCORE_THRESHOLD", "10") + s.env.Number("RUNNER_INITIAL_RUNNER_SCORE_ADDON", "20")
		runner, err := s.availableRunner(ctx, snapshot.Region, least)
		if err != nil {
			slog.Warn("failed to get initial runner", "snapshot", snapshot.Image, "error", err)
			continue
		}
		internal, err := s.registry(ctx, "internal")
		if err != nil {
			return err
		}
		if internal == nil {
			_, err = s.db.Exec(ctx, `UPDATE "snapshot" SET "state" = 'error', "errorReason" = 'No internal registry found for snapshot' WHERE "id" = $1`, snapshot.ID)
			return err
		}
		source := internal
		if !strings.HasPrefix(snapshot.Image, internal.URL+"/") {
			source = nil
		}
		if _, err := s.db.Exec(ctx, `UPDATE "snapshot" SET "state" = 'pulling', "initialRunnerId" = $2 WHERE "id" = $1`, snapshot.ID, runner); err != nil {
			return err
		}
		if err := s.createJob(ctx, "PULL_SNAPSHOT", runner, "SNAPSHOT", snapshot.Image, pull{snapshot.Image, source, internal}); err != nil {
			return err
		}
	}
	return nil
}

// availableRunner is a ready, schedulable one for sandboxes without GPU with at least that score.
func (s *server) availableRunner(ctx context.Context, region string, least float64) (id string, err error) {
	err = s.db.QueryRow(ctx, `SELECT "id" FROM "runner" WHERE "region" = $1 AND "state" = 'ready' AND NOT "unschedulable"
		AND NOT "draining" AND coalesce("gpu", 0) = 0 AND "availabilityScore" >= $2 ORDER BY random() LIMIT 1`, region, least).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", refuse(http.StatusBadRequest, "No available runners")
	}
	return id, err
}
