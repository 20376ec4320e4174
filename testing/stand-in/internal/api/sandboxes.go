package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

const sandboxJSON = `json_build_object('id', "id", 'organizationId', "organizationId", 'name', "name", 'snapshot', "snapshot",
	'user', "osUser", 'env', "env", 'labels', "labels", 'public', "public", 'target', "region", 'cpu', "cpu", 'gpu', 0,
	'memory', "mem", 'disk', "disk", 'state', "state", 'desiredState', "desiredState", 'errorReason', "errorReason",
	'runnerId', "runnerId", 'daemonVersion', "daemonVersion", 'sandboxClass', 'container', 'networkBlockAll', false,
	'createdAt', to_char("createdAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
	'updatedAt', to_char("updatedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`

func (s *server) sandboxRoutes(route router, keys, both []strategy) {
	route("POST /api/snapshots", both, is("user"), s.postSnapshot)
	route("GET /api/snapshots", both, is("user"), s.listSnapshots)
	route("PATCH /api/admin/snapshots/{id}/general", both, isAdmin, s.setGeneral)
	route("POST /api/sandbox", both, is("user"), s.postSandbox)
	route("GET /api/sandbox/{id}", both, is("user", "proxy", "ssh-gateway"), s.getSandbox)
	route("DELETE /api/sandbox/{id}", both, is("user"), s.deleteSandbox)
	route("POST /api/sandbox/{id}/last-activity", keys, is("proxy", "ssh-gateway"), s.lastActivity)
	route("GET /api/sandbox/{id}/toolbox-proxy-url", both, is("user"), s.toolboxProxyURL)
	route("POST /api/sandbox/{id}/ssh-access", both, is("user"), s.grantSSH)
	route("GET /api/sandbox/ssh-access/validate", keys, is("ssh-gateway"), s.validateSSH)
	route("GET /api/preview/{id}/public", keys, is("proxy"), s.ask(`"public"`))
	route("GET /api/preview/{id}/access", both, is("user"), s.ask(`("organizationId"::text = @organization OR @admin)`))
	route("GET /api/preview/{id}/validate/{secret}", keys, is("proxy"), s.ask(`"authToken" = @secret`))
}

// ask answers 200 when the sandbox meets the condition, 404 otherwise.
func (s *server) ask(condition string) endpoint {
	return func(w http.ResponseWriter, r *http.Request, c caller) error {
		id, err := idOf(r)
		if err != nil {
			return refuse(http.StatusNotFound, "Sandbox not found")
		}
		met, err := s.exists(r.Context(), `SELECT FROM "sandbox" WHERE "id" = @id AND `+condition, pgx.NamedArgs{
			"id": id, "organization": c.organization, "admin": c.admin, "secret": r.PathValue("secret")})
		if err == nil && !met {
			err = refuse(http.StatusNotFound, "Sandbox with ID or name %s not found", id)
		}
		if err != nil {
			return err
		}
		return answer(w, http.StatusOK, true)
	}
}

type newSandbox struct {
	Name     string            `json:"name"`
	Snapshot string            `json:"snapshot"`
	Env      map[string]string `json:"env"`
	Labels   map[string]string `json:"labels"`
	Public   bool              `json:"public"`
	CPU      int               `json:"cpu"`
	Memory   int               `json:"memory"`
	Disk     int               `json:"disk"`
}

// create is the payload of the runner's job.
type create struct {
	ID             string            `json:"id"`
	Name           string            `json:"name"`
	UserID         string            `json:"userId"`
	Snapshot       string            `json:"snapshot"`
	OSUser         string            `json:"osUser"`
	CPUQuota       int               `json:"cpuQuota"`
	MemoryQuota    int               `json:"memoryQuota"`
	StorageQuota   int               `json:"storageQuota"`
	Env            map[string]string `json:"env"`
	Registry       *registry         `json:"registry"`
	OrganizationID string            `json:"organizationId"`
	RegionID       string            `json:"regionId"`
}

// postSandbox waits up to 30 s for the sandbox and then answers 200 with whatever state it has.
func (s *server) postSandbox(w http.ResponseWriter, r *http.Request, c caller) error {
	wanted := newSandbox{Snapshot: s.env.Get("DEFAULT_SNAPSHOT"), CPU: 1, Memory: 1, Disk: 3}
	if err := decode(r, &wanted); err != nil {
		return err
	}
	region, err := s.allowedRegion(r.Context(), c, wanted)
	if err != nil {
		return err
	}
	var state string
	var ref *string
	err = s.db.QueryRow(r.Context(), `SELECT "state", "ref" FROM "snapshot" WHERE ("organizationId" = $1 OR "general")
		AND ("name" = $2 OR "id"::text = $2) ORDER BY "general" LIMIT 1`, c.organization, wanted.Snapshot).Scan(&state, &ref)
	if errors.Is(err, pgx.ErrNoRows) {
		return refuse(http.StatusBadRequest, "Snapshot %s not found. Did you add it through the Daytona Dashboard?", wanted.Snapshot)
	}
	if err != nil {
		return err
	}
	if state != "active" || ref == nil {
		return refuse(http.StatusBadRequest, "Snapshot %s is %s", wanted.Snapshot, state)
	}
	runner, err := s.availableRunner(r.Context(), region, s.env.Number("RUNNER_AVAILABILITY_SCORE_THRESHOLD", "10"))
	if err != nil {
		return err
	}
	id, err := s.startSandbox(r.Context(), c, wanted, region, runner, *ref)
	if err != nil {
		return err
	}
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		if settled, err := s.exists(r.Context(), `SELECT FROM "sandbox" WHERE "id" = $1 AND "state" <> 'creating'`, id); err != nil || settled {
			break
		}
	}
	return s.sandbox(r.Context(), w, id, c)
}

// allowedRegion refuses what the organization may not have; the admin's limits are 0 by default (T2).
func (s *server) allowedRegion(ctx context.Context, c caller, wanted newSandbox) (string, error) {
	var region *string
	var suspended bool
	var limit quotas
	err := s.db.QueryRow(ctx, `SELECT "defaultRegionId", "suspended", "maxCpuPerSandbox", "maxMemoryPerSandbox", "maxDiskPerSandbox"
		FROM "organization" WHERE "id" = $1`, c.organization).Scan(&region, &suspended, &limit.cpu, &limit.memory, &limit.disk)
	switch {
	case err != nil:
		return "", err
	case region == nil:
		return "", errNoRegion
	case suspended:
		return "", refuse(http.StatusForbidden, "Organization is suspended")
	case wanted.CPU > limit.cpu:
		return "", refuse(http.StatusBadRequest, "CPU request %d exceeds maximum allowed per sandbox (%d).", wanted.CPU, limit.cpu)
	case wanted.Memory > limit.memory:
		return "", refuse(http.StatusBadRequest, "Memory request %dGB exceeds maximum allowed per sandbox (%dGB).", wanted.Memory, limit.memory)
	case wanted.Disk > limit.disk:
		return "", refuse(http.StatusBadRequest, "Disk request %dGB exceeds maximum allowed per sandbox (%dGB).", wanted.Disk, limit.disk)
	}
	return *region, nil
}

func (s *server) startSandbox(ctx context.Context, c caller, n newSandbox, region, runner, ref string) (id string, err error) {
	env, errEnv := json.Marshal(orEmpty(n.Env))
	labels, errLabels := json.Marshal(orEmpty(n.Labels))
	if err := errors.Join(errEnv, errLabels); err != nil {
		return "", err
	}
	if n.Name == "" {
		n.Name = "sandbox-" + randomHex(4)
	}
	err = s.db.QueryRow(ctx, `INSERT INTO "sandbox" ("organizationId", "name", "snapshot", "region", "runnerId", "env", "labels",
		"public", "authToken", "cpu", "mem", "disk") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING "id"`,
		c.organization, n.Name, n.Snapshot, region, runner, env, labels, n.Public, randomHex(16), n.CPU, n.Memory, n.Disk).Scan(&id)
	if err != nil {
		return "", conflict(err, "Sandbox with name %s already exists", n.Name)
	}
	internal, err := s.registry(ctx, "internal")
	if err != nil {
		return "", err
	}
	return id, s.createJob(ctx, "CREATE_SANDBOX", runner, "SANDBOX", id, create{ID: id, Name: n.Name, UserID: c.organization,
		Snapshot: ref, OSUser: "daytona", CPUQuota: n.CPU, MemoryQuota: n.Memory, StorageQuota: n.Disk, Env: n.Env,
		Registry: internal, OrganizationID: c.organization, RegionID: region})
}

func orEmpty(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return m
}

// sandbox answers with one that the caller may see. Its toolbox address is the cached one.
func (s *server) sandbox(ctx context.Context, w http.ResponseWriter, id string, c caller) error {
	var content map[string]any
	var region string
	err := s.db.QueryRow(ctx, `SELECT `+sandboxJSON+`, "region" FROM "sandbox" WHERE ("id"::text = $1 OR "name" = $1)
		AND ($2 OR "organizationId"::text = $3)`, id, c.admin || c.role != "user", c.organization).Scan(&content, &region)
	if err != nil {
		return orNotFound(err, "Sandbox with ID or name "+id+" not found")
	}
	content["toolboxProxyUrl"] = s.cachedToolboxURL(ctx, region)
	return answer(w, http.StatusOK, content)
}

// cachedToolboxURL stays in Redis for 30 minutes, whatever the variables say meanwhile (contract 11).
func (s *server) cachedToolboxURL(ctx context.Context, region string) string {
	key := "toolbox-proxy-url:region:" + region
	if cached, err := s.redis.Get(ctx, key).Result(); err == nil {
		return cached
	}
	_ = s.redis.SetEx(ctx, key, s.toolboxURL(), 30*time.Minute).Err()
	return s.toolboxURL()
}

func (s *server) getSandbox(w http.ResponseWriter, r *http.Request, c caller) error {
	return s.sandbox(r.Context(), w, r.PathValue("id"), c)
}

func (s *server) toolboxProxyURL(w http.ResponseWriter, r *http.Request, _ caller) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	var region string
	if err := s.db.QueryRow(r.Context(), `SELECT "region" FROM "sandbox" WHERE "id" = $1`, id).Scan(&region); err != nil {
		return orNotFound(err, "Sandbox not found")
	}
	return answer(w, http.StatusOK, map[string]string{"url": s.cachedToolboxURL(r.Context(), region)})
}

func (s *server) deleteSandbox(w http.ResponseWriter, r *http.Request, c caller) error {
	var id, runner string
	err := s.db.QueryRow(r.Context(), `UPDATE "sandbox" SET "state" = 'destroying', "desiredState" = 'destroyed', "updatedAt" = now()
		WHERE ("id"::text = $1 OR "name" = $1) AND ($2 OR "organizationId"::text = $3) AND "desiredState" <> 'destroyed'
		RETURNING "id", "runnerId"`, r.PathValue("id"), c.admin, c.organization).Scan(&id, &runner)
	if err != nil {
		return orNotFound(err, "Sandbox with ID or name "+r.PathValue("id")+" not found")
	}
	if err := s.createJob(r.Context(), "DESTROY_SANDBOX", runner, "SANDBOX", id, nil); err != nil {
		return err
	}
	return s.sandbox(r.Context(), w, id, c)
}

func (s *server) lastActivity(w http.ResponseWriter, r *http.Request, _ caller) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	if _, err := s.db.Exec(r.Context(), `UPDATE "sandbox" SET "lastActivityAt" = now() WHERE "id" = $1`, id); err != nil {
		return err
	}
	w.WriteHeader(http.StatusCreated)
	return nil
}

// grantSSH makes a token that is the user name at the gateway, and the command to show.
func (s *server) grantSSH(w http.ResponseWriter, r *http.Request, _ caller) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	token := randomHex(16)
	_, err = s.db.Exec(r.Context(), `INSERT INTO "ssh_access" ("sandboxId", "token", "expiresAt")
		SELECT "id", $2, now() + $3 * interval '1 minute' FROM "sandbox" WHERE "id" = $1`, id, token, numberOf(r, "expiresInMinutes", 60))
	if err != nil {
		return err
	}
	gateway, err := s.env.OrThrow("SSH_GATEWAY_URL")
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, map[string]string{"sandboxId": id, "token": token, "sshCommand": sshCommand(gateway, token)})
}

func sshCommand(gateway, token string) string {
	host, port, _ := strings.Cut(gateway, ":")
	if parsed, err := url.Parse(gateway); strings.Contains(gateway, "://") && err == nil {
		host, port = parsed.Hostname(), parsed.Port()
	}
	if port == "" || port == "22" {
		return "ssh " + token + "@" + host
	}
	return "ssh -p " + port + " " + token + "@" + host
}

func (s *server) validateSSH(w http.ResponseWriter, r *http.Request, _ caller) error {
	var sandbox string
	err := s.db.QueryRow(r.Context(), `SELECT "sandboxId" FROM "ssh_access" WHERE "token" = $1 AND "expiresAt" > now()`,
		r.URL.Query().Get("token")).Scan(&sandbox)
	if errors.Is(err, pgx.ErrNoRows) {
		return answer(w, http.StatusOK, map[string]any{"valid": false, "sandboxId": nil})
	}
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, map[string]any{"valid": true, "sandboxId": sandbox})
}
