# Dex: the discovery document, and the authorization-code flow with PKCE as a browser goes through it.
# shellcheck shell=bash
# shellcheck disable=SC2154
echo "--- Dex"
forward dex 35006 5556
issuer=http://localhost:35006/dex
email=$(k get daytonainstallation "$installation" -o 'jsonpath={.status.credentials.firstUser.email}')
password_secret=$(k get daytonainstallation "$installation" -o 'jsonpath={.status.credentials.firstUser.secretName}')
password_key=$(k get daytonainstallation "$installation" -o 'jsonpath={.status.credentials.firstUser.key}')
k get secret "$password_secret" -o "go-template={{index .data \"$password_key\" | base64decode}}" >"$work/password"
verifier=$(openssl rand -hex 32)
challenge=$(printf %s "$verifier" | openssl dgst -sha256 -binary | base64 | tr '+/' '-_' | tr -d '=\n')

# form REDIRECT_URI: the address of the page that asks for the password
form() {
  rm -f "$work/cookies"
  request -L -G -b "$work/cookies" -c "$work/cookies" -o "$work/form" -w '%{http_code} %{url_effective}' "$issuer/auth" \
    --data-urlencode client_id=daytona --data-urlencode "redirect_uri=$1" --data-urlencode state=the-state \
    --data-urlencode response_type=code --data-urlencode "scope=openid profile email offline_access" \
    --data-urlencode "code_challenge=$challenge" --data-urlencode code_challenge_method=S256
}
# code REDIRECT_URI PASSWORD_FILE: the code that the browser is sent back with
code() {
  local answer address
  answer=$(form "$1")
  [ "${answer%% *}" = 200 ] || return 1
  address=$(request -b "$work/cookies" -c "$work/cookies" -o /dev/null -D - "${answer#* }" \
    --data-urlencode "login=$email" --data-urlencode "password@$2" | tr -d '\r' | sed -n 's/^[Ll]ocation: //p')
  [[ $address == "$1?"*state=the-state* ]] || return 1
  sed 's/.*[?&]code=\([^&]*\).*/\1/' <<<"$address"
}
# tokens REDIRECT_URI VERIFIER: exchanges a code
tokens() {
  local code
  code=$(code "$1" "$work/password") || return 1
  request "$issuer/token" -d grant_type=authorization_code -d client_id=daytona -d "code=$code" \
    -d "code_verifier=$2" --data-urlencode "redirect_uri=$1" >"$work/tokens"
}
claim() {
  jq -r '.id_token | split(".")[1] | gsub("-"; "+") | gsub("_"; "/") | @base64d | fromjson | .'"$1" "$work/tokens"
}
logs_in() { tokens "$1" "$verifier" && [ "$(claim email) $(claim iss) $(claim aud)" = "$email $issuer daytona" ]; }

equal "the issuer is the public one, literally" "$issuer" \
  "$(request "$issuer/.well-known/openid-configuration" | jq -r .issuer)"
for redirect in http://localhost:35000 http://localhost:35000/dashboard \
  http://localhost:35000/api/oauth2-redirect.html http://localhost:3009/callback \
  http://proxy.localhost:35001/callback; do
  check "the first user logs in with the generated password: $redirect" logs_in "$redirect"
done
for redirect in http://localhost:35000/ http://localhost:35000/other http://evil.example/callback; do
  answer=$(form "$redirect")
  equal "  and is not sent elsewhere: $redirect" 400 "${answer%% *}"
done
wrong_password() { echo wrong >"$work/wrong" && ! code http://localhost:35000 "$work/wrong"; }
wrong_verifier() { tokens http://localhost:35000 "$(openssl rand -hex 32)" && says invalid_grant cat "$work/tokens"; }
check "no other password" wrong_password
check "no other verifier (PKCE)" wrong_verifier

logs_in http://localhost:35000
# The operator makes the user in Daytona before the first login, by the id that Dex will tell of it.
user_id=$(k get configmap "$installation-state" -o 'go-template={{index .data "user.dev.id"}}')
length=$(printf '\\x%02x' ${#user_id})
equal "its subject is the one that the user is made with" \
  "$(printf "\\x0a$length%s\\x12\\x05local" "$user_id" | base64 -w 0 | tr '+/' '-_' | tr -d =)" "$(claim sub)"
jq -r '"header = \"Authorization: Bearer \(.id_token)\""' "$work/tokens" >"$work/bearer"
end_forwards
forward api 35030 3000
equal "the API knows the user by the token" "$email" \
  "$(request -K "$work/bearer" http://localhost:35030/api/users/me | jq -r .email)"
equal "  and nobody without" 401 "$(status http://localhost:35030/api/users/me)"
end_forwards
