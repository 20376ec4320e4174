package runner

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"daytona-operator.dev/testing/stand-in/internal/backoff"
	"daytona-operator.dev/testing/stand-in/internal/platform"
	"daytona-operator.dev/testing/stand-in/internal/toolbox"
)

type job struct {
	ID         string `json:"id"`
	Type       string `json:"type"`
	ResourceID string `json:"resourceId"`
	Payload    string `json:"payload"`
}

// pollJobs does again what was in progress when the last process ended, then waits for more.
func (r *runner) pollJobs(ctx context.Context) {
	var unfinished struct{ Items []job }
	if err := r.api.Get(ctx, "/jobs?status=IN_PROGRESS", &unfinished); err != nil {
		slog.Warn("failed to fetch IN_PROGRESS jobs", "error", err)
	}
	for _, job := range unfinished.Items {
		go r.execute(ctx, job)
	}
	path := "/jobs/poll?" + url.Values{
		"timeout": {strconv.Itoa(int(r.PollTimeout.Seconds()))}, "limit": {strconv.Itoa(r.PollLimit)},
	}.Encode()
	for ctx.Err() == nil {
		var found struct{ Jobs []job }
		if err := r.api.Get(ctx, path, &found); err != nil {
			slog.Error("failed to poll jobs", "error", err) // the runner stays alive, also with a wrong token
			time.Sleep(5 * time.Second)
		}
		for _, job := range found.Jobs {
			go r.execute(ctx, job)
		}
	}
}

func (r *runner) execute(ctx context.Context, job job) {
	slog.Info("executing job", "id", job.ID, "type", job.Type, "resource", job.ResourceID)
	result, err := r.dispatch(ctx, job)
	update := object{"status": "COMPLETED"}
	if err != nil {
		slog.Error("job failed", "id", job.ID, "type", job.Type, "error", err)
		update = object{"status": "FAILED", "errorMessage": err.Error()}
	} else if result != nil {
		encoded, _ := json.Marshal(result)
		update["resultMetadata"] = string(encoded)
	}
	err = backoff.Retry(ctx, "report job", 5, 100*time.Millisecond, 5*time.Second, func() error {
		err := r.api.Post(ctx, "/jobs/"+job.ID+"/status", update, nil)
		var answer *platform.StatusError
		if errors.As(err, &answer) && answer.Status/100 == 4 {
			slog.Error("job status refused", "id", job.ID, "error", err)
			return nil
		}
		return err
	})
	if err != nil {
		slog.Error("job status was not reported", "id", job.ID, "error", err)
	}
}

func (r *runner) dispatch(ctx context.Context, job job) (any, error) {
	switch job.Type {
	case "PULL_SNAPSHOT":
		var wanted pull
		if err := json.Unmarshal([]byte(job.Payload), &wanted); err != nil {
			return nil, err
		}
		return r.pullSnapshot(ctx, wanted)
	case "CREATE_SANDBOX":
		var wanted sandbox
		if err := json.Unmarshal([]byte(job.Payload), &wanted); err != nil {
			return nil, err
		}
		return r.createSandbox(ctx, wanted)
	case "DESTROY_SANDBOX":
		err := r.docker.call(ctx, http.MethodDelete, "/containers/"+url.PathEscape(job.ResourceID)+"?force=1&v=1", nil, nil)
		if missing(err) {
			err = nil
		}
		return nil, err
	}
	return nil, fmt.Errorf("unknown job type: %s", job.Type)
}

type pull struct {
	Snapshot            string `json:"snapshot"`
	Registry            *login `json:"registry"`
	DestinationRegistry *login `json:"destinationRegistry"`
}

// pullSnapshot copies an image into the internal registry, under the name that sandboxes use.
func (r *runner) pullSnapshot(ctx context.Context, wanted pull) (any, error) {
	ctx, cancel := context.WithTimeout(ctx, r.SnapshotPullTimeout)
	defer cancel()
	image, err := r.docker.pull(ctx, wanted.Snapshot, wanted.Registry)
	if err != nil {
		return nil, err
	}
	hash := strings.TrimPrefix(image.ID, "sha256:")
	if to := wanted.DestinationRegistry; to != nil {
		if to.Project == "" {
			return nil, errors.New("project is required when pushing to registry")
		}
		target := fmt.Sprintf("%s/%s/daytona-%s:daytona", to.URL, to.Project, hash)
		if err := r.docker.tag(ctx, wanted.Snapshot, target); err != nil {
			return nil, err
		}
		if err := r.docker.push(ctx, target, to); err != nil {
			return nil, err
		}
	}
	return object{
		"name": wanted.Snapshot, "hash": hash, "sizeGB": float64(image.Size) / (1 << 30),
		"entrypoint": image.Config.Entrypoint, "cmd": image.Config.Cmd,
	}, nil
}

type sandbox struct {
	ID           string            `json:"id"`
	Snapshot     string            `json:"snapshot"`
	OSUser       string            `json:"osUser"`
	CPUQuota     int64             `json:"cpuQuota"`
	MemoryQuota  int64             `json:"memoryQuota"`
	Env          map[string]string `json:"env"`
	Registry     *login            `json:"registry"`
	Organization string            `json:"organizationId"`
	Region       string            `json:"regionId"`
}

// createSandbox starts a container from the internal registry's image and waits for its toolbox.
func (r *runner) createSandbox(ctx context.Context, s sandbox) (any, error) {
	image, err := r.docker.pull(ctx, s.Snapshot, s.Registry)
	if err != nil {
		return nil, err
	}
	if image.Architecture != "amd64" && image.Architecture != "x86_64" {
		return nil, fmt.Errorf("image %s architecture (%s) is not x64 compatible", image.ID, image.Architecture)
	}
	var conflict *dockerError
	err = r.docker.call(ctx, http.MethodPost, "/containers/create?name="+url.QueryEscape(s.ID), r.containerOf(s, image), nil)
	if err != nil && (!errors.As(err, &conflict) || conflict.status != http.StatusConflict) {
		return nil, err // one that exists is started: the job may be a repetition
	}
	if err := r.docker.call(ctx, http.MethodPost, "/containers/"+s.ID+"/start", nil, nil); err != nil {
		return nil, err
	}
	if r.UseSnapshotEntrypoint {
		if err := r.startToolbox(ctx, s.ID); err != nil {
			return nil, err
		}
	}
	return r.waitForToolbox(ctx, s.ID)
}

func (r *runner) containerOf(s sandbox, image image) object {
	env := []string{"DAYTONA_SANDBOX_ID=" + s.ID, "DAYTONA_SANDBOX_SNAPSHOT=" + s.Snapshot, "DAYTONA_SANDBOX_USER=" + s.OSUser,
		"DAYTONA_ORGANIZATION_ID=" + s.Organization, "DAYTONA_REGION_ID=" + s.Region}
	for name, value := range s.Env {
		env = append(env, name+"="+value)
	}
	slices.Sort(env)
	host := object{"Privileged": true, "Binds": []string{toolboxFile() + ":" + toolbox.Path + ":ro"}, "Runtime": r.ContainerRuntime}
	if !r.ResourceLimitsDisabled {
		host["CpuPeriod"], host["CpuQuota"] = 100000, 100000*s.CPUQuota
		host["Memory"], host["MemorySwap"] = s.MemoryQuota<<30, s.MemoryQuota<<30
	}
	network := r.ContainerNetwork
	if !r.InterSandboxNetworkEnabled {
		network = bridge
	}
	if network != "" {
		host["NetworkMode"] = network
	}
	content := object{"Hostname": s.ID, "Image": s.Snapshot, "Env": env, "HostConfig": host,
		"Labels": object{"daytona.organization_id": s.Organization}}
	if !r.UseSnapshotEntrypoint { // the toolbox starts what the image would have started
		content["Entrypoint"], content["Cmd"] = []string{toolbox.Path}, image.Config.Entrypoint
	}
	return content
}

// startToolbox is for sandboxes whose first process is the image's own.
func (r *runner) startToolbox(ctx context.Context, id string) error {
	var created struct {
		ID string `json:"Id"`
	}
	err := r.docker.call(ctx, http.MethodPost, "/containers/"+id+"/exec", object{"Cmd": []string{toolbox.Path}}, &created)
	if err != nil {
		return err
	}
	return r.docker.call(ctx, http.MethodPost, "/exec/"+created.ID+"/start", object{"Detach": true}, nil)
}

func (r *runner) waitForToolbox(ctx context.Context, id string) (any, error) {
	client := &http.Client{Timeout: 2 * time.Second}
	failure := errors.New("no address")
	for deadline := time.Now().Add(time.Duration(r.DaemonStartTimeoutSec) * time.Second); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		found, err := r.docker.container(ctx, id)
		if err != nil {
			return nil, err
		}
		if !found.State.Running {
			return nil, fmt.Errorf("sandbox is %s", found.State.Status)
		}
		response, err := client.Get("http://" + net.JoinHostPort(found.address(), toolbox.Port) + "/version")
		if err != nil {
			failure = err
			continue
		}
		defer response.Body.Close()
		var answer struct{ Version string }
		err = json.NewDecoder(response.Body).Decode(&answer)
		return object{"daemonVersion": answer.Version}, err
	}
	return nil, fmt.Errorf("timeout waiting for daemon to start: %w", failure)
}
