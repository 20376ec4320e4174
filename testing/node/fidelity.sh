#!/usr/bin/env bash
# Shows that the real servers accept what the operator renders, and do their work: looks at the
# installation that bin/up --real has brought up. The last line counts the checks.
#   fidelity.sh DIR [NAME...]    DIR is the node's state, NAME a file of fidelity/ without .sh
# FIDELITY_KILL_SECONDS (45): how long life.sh ends pods at random.
set -uo pipefail
# shellcheck source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=fidelity/lib.sh
source "$node/fidelity/lib.sh"
[ $# -ge 1 ] || fail "usage: fidelity.sh DIR [NAME...]"
prepare "$1"
shift

# part NAME: the checks of that file, in this shell
part() {
  local part=$1 part_started=$SECONDS
  [ -f "$node/fidelity/$part.sh" ] || fail "no such checks: $part"
  # shellcheck source=/dev/null
  source "$node/fidelity/$part.sh"
  end_forwards
  echo "        ($part: $((SECONDS - part_started)) s)"
}
# side_by_side NAME...: what does not disturb each other; each one's output is shown in one piece
side_by_side() {
  local side p f
  for side in "$@"; do
    (
      passed=0 failed=0 forwards=()
      trap end_forwards EXIT
      part "$side" >"$work/$side.log" 2>&1
      echo "$passed $failed" >"$work/$side.counts"
    ) &
  done
  wait
  for side in "$@"; do
    cat "$work/$side.log"
    # no counts: it has ended in the middle
    read -r p f <"$work/$side.counts" || p=0 f=1
    passed=$((passed + p)) failed=$((failed + f))
  done
}

check "the installation is ready" ready 60
if [ $# -gt 0 ]; then
  for chosen in "$@"; do part "$chosen"; done
else
  lend_tools "${components[@]}"
  part servers
  side_by_side security network database objects login registry tools sandbox ssh
  part restarts
  part life
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
