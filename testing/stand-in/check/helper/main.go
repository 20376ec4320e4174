// Command helper is what the checks need beside real servers: an OpenID issuer that signs whatever
// token a check wants, a name server that knows one name, and a line for a registry's htpasswd.
//
//	helper issuer ADDRESS PUBLIC-URL     discovery, keys, and /mint?sub=...&aud=...&iss=...
//	helper nameserver ADDRESS NAME IP
//	helper htpasswd USER PASSWORD
package main

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log"
	"math/big"
	"net/http"
	"os"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/miekg/dns"
	"golang.org/x/crypto/bcrypt"
)

func main() {
	switch {
	case len(os.Args) == 4 && os.Args[1] == "issuer":
		log.Fatal(serveIssuer(os.Args[2], os.Args[3]))
	case len(os.Args) == 5 && os.Args[1] == "nameserver":
		log.Fatal(serveNames(os.Args[2], os.Args[3], os.Args[4]))
	case len(os.Args) == 4 && os.Args[1] == "htpasswd":
		hash, err := bcrypt.GenerateFromPassword([]byte(os.Args[3]), bcrypt.MinCost)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s:%s\n", os.Args[2], hash)
	default:
		log.Fatal("usage: helper issuer ADDRESS PUBLIC-URL | nameserver ADDRESS NAME IP | htpasswd USER PASSWORD")
	}
}

// serveIssuer calls itself by its public URL, as Dex behind an ingress does; its paths begin with
// /dex, and nothing else is there.
func serveIssuer(address, public string) error {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return err
	}
	exponent := big.NewInt(int64(key.E)).Bytes()
	encode := base64.RawURLEncoding.EncodeToString
	mux := http.NewServeMux()
	answer := func(path string, content any) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(content)
		})
	}
	answer("/dex/.well-known/openid-configuration", map[string]any{
		"issuer": public, "jwks_uri": public + "/keys", "authorization_endpoint": public + "/auth",
		"token_endpoint": public + "/token", "id_token_signing_alg_values_supported": []string{"RS256"},
	})
	answer("/dex/keys", map[string]any{"keys": []any{map[string]string{
		"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "one", "n": encode(key.N.Bytes()), "e": encode(exponent),
	}}})
	mux.HandleFunc("GET /mint", func(w http.ResponseWriter, r *http.Request) {
		issuer := r.URL.Query().Get("iss")
		if issuer == "" {
			issuer = public
		}
		token := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims{
			"iss": issuer, "aud": r.URL.Query().Get("aud"), "sub": r.URL.Query().Get("sub"),
			"email": "user@example.test", "email_verified": true, "name": "User", "exp": time.Now().Add(time.Hour).Unix(),
		})
		token.Header["kid"] = "one"
		signed, err := token.SignedString(key)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		fmt.Fprint(w, signed)
	})
	// Node joins a base URL with a trailing slash to a path with two; Dex does not know that path.
	return http.ListenAndServe(address, exact(mux))
}

// exact refuses what the mux would redirect to a clean path.
func exact(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, pattern := mux.Handler(r); pattern == "" || len(r.URL.Path) > 1 && r.URL.Path != clean(r.URL.Path) {
			http.NotFound(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func clean(path string) string {
	result := make([]byte, 0, len(path))
	for i := range len(path) {
		if path[i] != '/' || i == 0 || path[i-1] != '/' {
			result = append(result, path[i])
		}
	}
	return string(result)
}

func serveNames(address, name, ip string) error {
	handler := dns.HandlerFunc(func(w dns.ResponseWriter, r *dns.Msg) {
		answer := new(dns.Msg).SetReply(r)
		switch question := r.Question[0]; {
		case question.Name != dns.Fqdn(name):
			answer.Rcode = dns.RcodeNameError
		case question.Qtype == dns.TypeA:
			record, err := dns.NewRR(dns.Fqdn(name) + " 5 IN A " + ip)
			if err != nil {
				log.Fatal(err)
			}
			answer.Answer = append(answer.Answer, record)
		}
		_ = w.WriteMsg(answer)
	})
	return (&dns.Server{Addr: address, Net: "udp", Handler: handler}).ListenAndServe()
}
