package runner

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// docker is the Docker Engine API on dockerd's socket.
type docker struct {
	base string
	http *http.Client
}

func newDocker(host string) (*docker, error) {
	if host == "" {
		host = "unix:///var/run/docker.sock"
	}
	parsed, err := url.Parse(host)
	if err != nil {
		return nil, fmt.Errorf("error creating Docker client: %w", err)
	}
	switch parsed.Scheme {
	case "unix":
		transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", parsed.Path)
		}}
		return &docker{"http://docker", &http.Client{Transport: transport}}, nil
	case "tcp":
		return &docker{"http://" + parsed.Host, http.DefaultClient}, nil
	}
	return nil, fmt.Errorf("error creating Docker client: unable to parse docker host %q", host)
}

type object = map[string]any

// dockerError is an answer of dockerd.
type dockerError struct {
	status  int
	message string
}

func (e *dockerError) Error() string { return "docker: " + e.message }

func missing(err error) bool {
	var answer *dockerError
	return errors.As(err, &answer) && answer.status == http.StatusNotFound
}

func (d *docker) send(ctx context.Context, method, path string, header http.Header, body any) (*http.Response, error) {
	var content io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(encoded)
	}
	request, err := http.NewRequestWithContext(ctx, method, d.base+path, content)
	if err != nil {
		return nil, err
	}
	if header != nil {
		request.Header = header
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := d.http.Do(request)
	if err != nil || response.StatusCode/100 == 2 || response.StatusCode == http.StatusNotModified {
		return response, err
	}
	defer response.Body.Close()
	var failure struct{ Message string }
	_ = json.NewDecoder(response.Body).Decode(&failure)
	return nil, &dockerError{response.StatusCode, failure.Message}
}

func (d *docker) call(ctx context.Context, method, path string, body, result any) error {
	response, err := d.send(ctx, method, path, nil, body)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if result == nil {
		_, err = io.Copy(io.Discard, response.Body)
		return err
	}
	return json.NewDecoder(response.Body).Decode(result)
}

func (d *docker) ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	return d.call(ctx, http.MethodGet, "/info", nil, nil)
}

// ensureNetwork leaves an existing network as it is, whatever its subnet.
func (d *docker) ensureNetwork(ctx context.Context, name, subnet string) error {
	err := d.call(ctx, http.MethodGet, "/networks/"+name, nil, nil)
	if err == nil {
		return nil
	}
	if !missing(err) {
		return err
	}
	return d.call(ctx, http.MethodPost, "/networks/create", object{
		"Name": name, "Driver": "bridge",
		"Options": object{"com.docker.network.bridge.enable_icc": "false"},
		"IPAM":    object{"Driver": "default", "Config": []any{object{"Subnet": subnet}}},
	}, nil)
}

type image struct {
	ID           string `json:"Id"`
	Architecture string
	Size         int64
	Config       struct {
		Entrypoint, Cmd []string
		WorkingDir      string
	}
}

func (d *docker) image(ctx context.Context, name string) (image, error) {
	var found image
	err := d.call(ctx, http.MethodGet, "/images/"+name+"/json", nil, &found)
	return found, err
}

// pull leaves an image alone that is there already, unless its tag is latest.
func (d *docker) pull(ctx context.Context, name string, login *login) (image, error) {
	if !strings.HasSuffix(name, ":latest") {
		if found, err := d.image(ctx, name); err == nil {
			return found, nil
		}
	}
	query := url.Values{"fromImage": {name}, "platform": {"linux/amd64"}}
	if err := d.stream(ctx, "/images/create?"+query.Encode(), login); err != nil {
		return image{}, err
	}
	return d.image(ctx, name)
}

func (d *docker) tag(ctx context.Context, name, target string) error {
	repository, tag := splitTag(target)
	query := url.Values{"repo": {repository}, "tag": {tag}}
	return d.call(ctx, http.MethodPost, "/images/"+name+"/tag?"+query.Encode(), nil, nil)
}

func (d *docker) push(ctx context.Context, name string, login *login) error {
	repository, tag := splitTag(name)
	return d.stream(ctx, "/images/"+repository+"/push?"+url.Values{"tag": {tag}}.Encode(), login)
}

// splitTag finds the colon of the tag, not that of a registry's port.
func splitTag(name string) (repository, tag string) {
	if colon := strings.LastIndex(name, ":"); colon > strings.LastIndex(name, "/") {
		return name[:colon], name[colon+1:]
	}
	return name, "latest"
}

// login is what the API tells of a registry; its URL has no scheme.
type login struct {
	Project  string `json:"project"`
	URL      string `json:"url"`
	Username string `json:"username"`
	Password string `json:"password"`
}

func (l *login) header() string {
	if l == nil || l.Username == "" || l.Password == "" {
		return "empty" // not the empty string, which some registries refuse
	}
	encoded, _ := json.Marshal(map[string]string{"username": l.Username, "password": l.Password})
	return base64.URLEncoding.EncodeToString(encoded)
}

// stream follows a long operation, whose failure is a message in a successful answer.
func (d *docker) stream(ctx context.Context, path string, login *login) error {
	response, err := d.send(ctx, http.MethodPost, path, http.Header{"X-Registry-Auth": {login.header()}}, nil)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	messages := json.NewDecoder(response.Body)
	for {
		var message struct{ Error string }
		if err := messages.Decode(&message); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if message.Error != "" {
			return errors.New(message.Error)
		}
	}
}

type container struct {
	ID    string `json:"Id"`
	State struct {
		Running bool
		Status  string
	}
	HostConfig      struct{ CPUQuota, CPUPeriod, Memory int64 }
	NetworkSettings struct {
		IPAddress string
		Networks  map[string]struct{ IPAddress string }
	}
}

func (d *docker) container(ctx context.Context, name string) (container, error) {
	var found container
	err := d.call(ctx, http.MethodGet, "/containers/"+url.PathEscape(name)+"/json", nil, &found)
	return found, err
}

// address is that on the sandboxes' own bridge, or on Docker's.
func (c container) address() string {
	if own, ok := c.NetworkSettings.Networks[bridge]; ok && own.IPAddress != "" {
		return own.IPAddress
	}
	for _, network := range c.NetworkSettings.Networks {
		if network.IPAddress != "" {
			return network.IPAddress
		}
	}
	return c.NetworkSettings.IPAddress
}
