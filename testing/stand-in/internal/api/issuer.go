package api

import (
	"context"
	"crypto/rsa"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"daytona-operator.dev/testing/stand-in/internal/database"
	"daytona-operator.dev/testing/stand-in/internal/nameserver"
	"daytona-operator.dev/testing/stand-in/internal/nodeenv"
)

// issuer validates the tokens of an OpenID provider: signed by RS256 with a key of its JWKS, by the
// issuer that its discovery document names, for the configured audience.
type issuer struct {
	name     string
	jwks     string
	audience string
	client   *http.Client

	mutex sync.Mutex
	keys  map[string]*rsa.PublicKey
}

// discover asks the issuer once; there is no second try (contract T10).
func discover(ctx context.Context, env nodeenv.Env) (*issuer, error) {
	internal, _ := env.Alias("OIDC_ISSUER_BASE_URL", "OID_ISSUER_BASE_URL")
	if internal == "" {
		return nil, errors.New("configuration of OIDC_ISSUER_BASE_URL is undefined")
	}
	roots, err := database.Roots(env)
	if err != nil {
		return nil, err
	}
	transport := nameserver.Transport()
	transport.TLSClientConfig = &tls.Config{RootCAs: roots}
	i := &issuer{client: &http.Client{Timeout: 30 * time.Second, Transport: transport}}
	var document struct {
		Issuer string `json:"issuer"`
		JWKS   string `json:"jwks_uri"`
	}
	if err := i.get(ctx, internal+"/.well-known/openid-configuration", &document); err != nil {
		return nil, fmt.Errorf("failed to fetch OpenID configuration: %w", err)
	}
	i.name = document.Issuer
	i.audience, _ = env.Alias("OIDC_AUDIENCE", "OID_AUDIENCE")
	i.jwks = rewrite(document.JWKS, env.Get("PUBLIC_OIDC_DOMAIN"), internal)
	if parsed, err := url.Parse(i.jwks); err != nil || !parsed.IsAbs() {
		return nil, fmt.Errorf("invalid jwks_uri %q", i.jwks)
	}
	return i, nil
}

// rewrite makes the public URL of the keys an internal one by replacing text. A public issuer that
// is spelled differently, say with a trailing slash, leads elsewhere, and no token is valid (T11).
func rewrite(jwks, public, internal string) string {
	if public == "" {
		return jwks
	}
	return strings.Replace(jwks, public, internal, 1)
}

func (i *issuer) get(ctx context.Context, url string, result any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := i.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode/100 != 2 {
		return fmt.Errorf("%s answers %s", url, response.Status)
	}
	return json.NewDecoder(response.Body).Decode(result)
}

type claims struct {
	jwt.RegisteredClaims
	Email         string `json:"email"`
	EmailVerified bool   `json:"email_verified"`
	Name          string `json:"name"`
	Username      string `json:"username"`
}

func (i *issuer) validate(ctx context.Context, token string) (*claims, error) {
	options := []jwt.ParserOption{jwt.WithValidMethods([]string{"RS256"}), jwt.WithIssuer(i.name)}
	if i.audience != "" {
		options = append(options, jwt.WithAudience(i.audience))
	}
	content := &claims{}
	_, err := jwt.ParseWithClaims(token, content, func(t *jwt.Token) (any, error) {
		id, _ := t.Header["kid"].(string)
		return i.key(ctx, id)
	}, options...)
	return content, err
}

// key fetches the keys at the first token and whenever one is signed with a key not seen before.
func (i *issuer) key(ctx context.Context, id string) (*rsa.PublicKey, error) {
	i.mutex.Lock()
	defer i.mutex.Unlock()
	if key := i.keys[id]; key != nil {
		return key, nil
	}
	var set struct {
		Keys []struct{ Kid, Kty, N, E string }
	}
	if err := i.get(ctx, i.jwks, &set); err != nil {
		return nil, err
	}
	i.keys = map[string]*rsa.PublicKey{}
	for _, key := range set.Keys {
		n, errN := base64.RawURLEncoding.DecodeString(key.N)
		e, errE := base64.RawURLEncoding.DecodeString(key.E)
		if key.Kty == "RSA" && errN == nil && errE == nil {
			exponent := int(new(big.Int).SetBytes(e).Int64())
			i.keys[key.Kid] = &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: exponent}
		}
	}
	if key := i.keys[id]; key != nil {
		return key, nil
	}
	return nil, fmt.Errorf("%s has no key %q", i.jwks, id)
}
