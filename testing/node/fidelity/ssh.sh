# A sandbox by ssh, through the gateway, with keys of the kind $ssh_keys.
# shellcheck shell=bash
# shellcheck disable=SC2154
echo "--- SSH"
forward api 35040 3000
forward ssh-gateway 35003 2222
api=http://localhost:35040/api
soon 90 runner_is_ready && soon 90 snapshot_is_active
ssh_id=$(admin -d '{"cpu":1,"memory":1}' "$api/sandbox" | jq -r '.id // .message')
token=$(admin -X POST "$api/sandbox/$ssh_id/ssh-access" | jq -r .token)
gateway() { timeout 20 ssh -F none -p 35003 -o StrictHostKeyChecking=no -o UserKnownHostsFile="$work/known" -o LogLevel=ERROR -o BatchMode=yes "$@"; }
rm -f "$work/known"
equal "through the gateway, by a token" "$ssh_id" "$(gateway "$token@localhost" hostname </dev/null)"
equal "  with what is piped in" piped "$(echo piped | gateway "$token@localhost" cat)"
check "  no other token" refused gateway another@localhost hostname
public_key() { # KEY_OF_THE_SECRET: the type and the key; a private key is not written where others read
  (umask 077 && secret ssh-keys "$1" | base64 -d >"$work/private-key")
  ssh-keygen -yf "$work/private-key" | cut -d' ' -f1,2
}
equal "  the host key is the generated one" "$(public_key hostKey)" "$(cut -d' ' -f2,3 "$work/known")"
kinds() { for key in hostKey gatewayPrivateKey; do public_key $key | cut -d' ' -f1; done | paste -sd ' '; }
equal "  both keys are of the kind that is wanted" "$ssh_keys $ssh_keys" "$(kinds)"
admin -X DELETE "$api/sandbox/$ssh_id" >/dev/null
end_forwards
