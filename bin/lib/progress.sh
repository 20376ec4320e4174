# Tells how installations get on until all are ready. Needs tools.sh, operator.sh and a function
# `kubectl` that talks to the cluster; `began` is when what is waited for began.
# shellcheck shell=bash
resource=daytonainstallations.daytona-operator.dev

# One record per line, fields separated by a character that no text has.
# shellcheck disable=SC2016 # the $ is the template's
status_template='{{$f := "\x1f"}}{{with .status}}
meta{{$f}}{{$.metadata.generation}}{{$f}}{{.observedGeneration}}{{$f}}{{or .summary ""}}
{{range .components}}component{{$f}}{{.name}}{{$f}}{{.available}}/{{.desired}}{{$f}}{{or .reason ""}}{{$f}}{{or .message ""}}
{{end}}{{range .conditions}}{{if or (eq .type "Ready") (eq .type "Stalled")}}condition{{$f}}{{.type}}{{$f}}{{.status}}{{$f}}{{.lastTransitionTime}}{{$f}}{{.reason}}{{$f}}{{or .message ""}}
{{end}}{{end}}{{end}}'

declare -A said=() reported=()

# tell INSTALLATION SUBJECT COUNT REASON MESSAGE: one line when count or reason changed
tell() {
  local key="$1 $2" news="$3 $4"
  [ "${said[$key]:-}" != "$news" ] || return 0
  said[$key]=$news
  case $4 in
    # The count says it all.
    Ready | Progressing) printf '%s  %-14s %-7s %s\n' "$prefix" "$2" "$3" "$4" ;;
    *) printf '%s  %-14s %-7s %s%s\n' "$prefix" "$2" "$3" "$4" "${5:+: $5}" ;;
  esac
}

# look NAMESPACE NAME: tells what changed; sets outcome to ready, stalled or waiting, and verdict to
# the sentence that goes with it
look() {
  local kind a b c d e summary='' ready='' stalled='' since='' answer
  outcome=waiting
  verdict="the operator has said nothing about it"
  prefix=
  [ "$installation_count" -eq 1 ] || prefix=" $1/$2"
  answer=$(kubectl get "$resource" -n "$1" "$2" -o "go-template=$status_template" 2>&1) || {
    verdict="kubectl get: $answer"
    return 0
  }
  while IFS=$'\x1f' read -r kind a b c d e; do
    case $kind in
      meta)
        # What is said about an earlier generation says nothing about this one.
        [ "$a" = "$b" ] || return 0
        summary=$c
        ;;
      component) tell "$1/$2" "$a" "$b" "$c" "$d" ;;
      condition)
        case $a in
          Ready) ready=$b verdict="$d: $e" ;;
          Stalled) stalled=$b since=$c ;;
        esac
        [ "$a=$b" != Ready=False ] || [ -n "${reported[$1/$2]:-}" ] || tell "$1/$2" installation "$summary" "$d" "$e"
        ;;
    esac
  done <<<"$answer"
  [ "$stalled" = True ] || unset "reported[$1/$2]"
  if [ "$ready" = True ]; then
    outcome=ready
  elif [ "$stalled" = True ]; then
    # The cause of an old one may be gone; the operator looks again within half a minute.
    if [[ $since < $began ]] && [ $((SECONDS - wait_started)) -lt 40 ]; then
      # Said once: until then nothing else can change.
      [ -n "${reported[$1/$2]:-}" ] || say "$prefix  it was stalled before; waiting for the operator to look again"
      reported[$1/$2]=stalled
    else
      outcome=stalled
    fi
  fi
}

# wait_for_ready LIMIT NAMESPACE/NAME...
wait_for_ready() {
  local limit=$1 pending still item
  shift
  installation_count=$#
  wait_started=$SECONDS
  pending=("$@")
  while [ ${#pending[@]} -gt 0 ]; do
    still=()
    for item in "${pending[@]}"; do
      look "${item%/*}" "${item#*/}"
      case $outcome in
        stalled) fail "$item is stalled, $verdict (operator's log: $operator_log)" ;;
        waiting) still+=("$item") ;;
      esac
    done
    pending=("${still[@]}")
    [ ${#pending[@]} -gt 0 ] || break
    operator_pid >/dev/null || operator_died
    if [ $((SECONDS - wait_started)) -ge "$limit" ]; then
      look "${pending[0]%/*}" "${pending[0]#*/}"
      operator_complaints
      fail "${pending[0]} is not ready after $limit s, $verdict (operator's log: $operator_log)"
    fi
    sleep 0.5
  done
}

# shellcheck disable=SC2016 # the $ is the template's
summary_template='{{$ns := .metadata.namespace}}{{with .status}}
{{$ns}}/{{$.metadata.name}} is ready: {{or .summary ""}} components, Daytona {{or .version ""}}
{{range $name, $value := .endpoints}}{{printf "  %-14s %s\n" $name $value}}{{end}}
Credentials are in Secrets of namespace {{$ns}}:
{{with .credentials}}{{with .firstUser}}{{printf "  %-14s %s, password in Secret %s, key %s" "first user" .email .secretName .key}}
{{printf "  %-14s kubectl -n %s get secret %s -o go-template='"'{{index .data %q | base64decode}}{{%q}}'"'" "" $ns .secretName .key "\n"}}
{{end}}{{with .adminApiKey}}{{printf "  %-14s Secret %s, key %s" "admin API key" .name .key}}
{{end}}{{with .database}}{{printf "  %-14s Secret %s" "database" .name}}
{{end}}{{with .registry}}{{printf "  %-14s Secret %s" "registry" .name}}
{{end}}{{with .objectStorage}}{{printf "  %-14s Secret %s" "object storage" .name}}
{{end}}{{end}}{{end}}'

# summarise NAMESPACE NAME
summarise() {
  kubectl get "$resource" -n "$1" "$2" -o "go-template=$summary_template" ||
    fail "reading the status of $1/$2 failed"
}
