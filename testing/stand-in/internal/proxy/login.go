package proxy

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

const (
	cookieName    = "daytona-sandbox-auth-"
	verifierName  = "pkce_verifier"
	cookieSeconds = 3600
)

// login sends a browser to the issuer. The redirect URI is made of the public scheme and the
// request's host, so a wrong one is refused there (contract T28).
func (p *proxy) login(w http.ResponseWriter, r *http.Request, wanted request) {
	config, _, err := p.oauth(r.Context(), wanted.base)
	if err != nil {
		fail(w, http.StatusBadRequest, err)
		return
	}
	verifier := oauth2.GenerateVerifier()
	p.writeCookie(w, wanted.base, verifierName, verifier, 300)
	state, err := json.Marshal(map[string]string{
		"state":     oauth2.GenerateVerifier(),
		"returnTo":  p.Protocol + "://" + r.Host + r.URL.String(),
		"sandboxId": wanted.sandbox,
	})
	if err != nil {
		fail(w, http.StatusInternalServerError, err)
		return
	}
	http.Redirect(w, r, config.AuthCodeURL(base64.URLEncoding.EncodeToString(state),
		oauth2.SetAuthURLParam("audience", p.OIDCAudience),
		oauth2.S256ChallengeOption(verifier)), http.StatusTemporaryRedirect)
}

// callback is where the issuer sends the browser back to, with a code for a token.
func (p *proxy) callback(w http.ResponseWriter, r *http.Request) {
	var state struct{ ReturnTo, SandboxID string }
	decoded, err := base64.URLEncoding.DecodeString(r.URL.Query().Get("state"))
	if err == nil {
		err = json.Unmarshal(decoded, &state)
	}
	var verifier string
	switch {
	case r.URL.Query().Get("error") != "":
		err = fmt.Errorf("login failed: %s", r.URL.Query().Get("error_description"))
	case err != nil || state.ReturnTo == "" || state.SandboxID == "":
		err = fmt.Errorf("no state of a login in callback")
	case !p.readCookie(r, verifierName, &verifier):
		err = fmt.Errorf("authentication state verification failed")
	}
	if err != nil {
		fail(w, http.StatusBadRequest, err)
		return
	}
	config, ctx, err := p.oauth(r.Context(), r.Host)
	if err != nil {
		fail(w, http.StatusBadRequest, err)
		return
	}
	token, err := config.Exchange(ctx, r.URL.Query().Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		fail(w, http.StatusBadRequest, fmt.Errorf("failed to exchange token: %w", err))
		return
	}
	access := "/preview/" + url.PathEscape(state.SandboxID) + "/access"
	if allowed, err := p.api.As(token.AccessToken).Allowed(r.Context(), access); err != nil || !allowed {
		fail(w, http.StatusNotFound, fmt.Errorf("sandbox not found"))
		return
	}
	p.writeCookie(w, r.Host, cookieName+state.SandboxID, state.SandboxID, cookieSeconds)
	http.Redirect(w, r, state.ReturnTo, http.StatusFound)
}

// oauth discovers the issuer for each login. Without a public domain the issuer must call itself
// exactly OIDC_DOMAIN; with one it may not, and the token URL is rewritten to the internal one.
func (p *proxy) oauth(ctx context.Context, host string) (*oauth2.Config, context.Context, error) {
	if p.OIDCPublicDomain != "" {
		ctx = oidc.InsecureIssuerURLContext(ctx, p.OIDCDomain)
	}
	provider, err := oidc.NewProvider(ctx, p.OIDCDomain)
	if err != nil {
		return nil, ctx, fmt.Errorf("failed to initialize OIDC provider: %w", err)
	}
	endpoint := provider.Endpoint()
	if p.OIDCPublicDomain != "" {
		endpoint.TokenURL = strings.Replace(endpoint.TokenURL, p.OIDCPublicDomain, p.OIDCDomain, 1)
	}
	return &oauth2.Config{
		ClientID:     p.OIDCClientID,
		ClientSecret: p.OIDCClientSecret,
		RedirectURL:  p.Protocol + "://" + host + "/callback",
		Endpoint:     endpoint,
		Scopes:       []string{oidc.ScopeOpenID, "profile"},
	}, ctx, nil
}

// Cookies are signed with the API key: another key makes all of them invalid (contract 4.1).
func (p *proxy) sign(name, value string, expires int64) string {
	mac := hmac.New(sha256.New, []byte(p.APIKey))
	fmt.Fprintf(mac, "%s|%s|%d", name, value, expires)
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

type cookie struct {
	Value   string `json:"v"`
	Expires int64  `json:"e"`
	MAC     string `json:"m"`
}

func (p *proxy) writeCookie(w http.ResponseWriter, host, name, value string, seconds int) {
	expires := time.Now().Add(time.Duration(seconds) * time.Second).Unix()
	content, _ := json.Marshal(cookie{value, expires, p.sign(name, value, expires)})
	domain, _, _ := strings.Cut(host, ":")
	if p.CookieDomain != "" {
		domain = p.CookieDomain
	}
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: base64.RawURLEncoding.EncodeToString(content),
		Path: "/", Domain: domain, MaxAge: seconds, HttpOnly: true,
		Secure: p.EnableTLS, // alone: not behind an ingress that ends TLS
	})
}

func (p *proxy) readCookie(r *http.Request, name string, value *string) bool {
	raw, err := r.Cookie(name)
	if err != nil {
		return false
	}
	content, err := base64.RawURLEncoding.DecodeString(raw.Value)
	var c cookie
	if err != nil || json.Unmarshal(content, &c) != nil || time.Now().Unix() > c.Expires ||
		!hmac.Equal([]byte(c.MAC), []byte(p.sign(name, c.Value, c.Expires))) {
		return false
	}
	*value = c.Value
	return true
}
