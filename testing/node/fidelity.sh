#!/usr/bin/env bash
# Shows that the real servers accept what the operator renders, and do their work: looks at the
# installation that bin/up --real has brought up. The last line counts the checks.
#   fidelity.sh DIR [NAME...]    DIR is the node's state, NAME a file of fidelity/ without .sh
set -uo pipefail
# shellcheck source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
[ $# -ge 1 ] || fail "usage: fidelity.sh DIR [NAME...]"
needs_root
[ -f "$1/kubeconfig" ] || fail "no node in $1; bin/up --real starts one"
dir=$(cd "$1" && pwd)
shift
[ $# -gt 0 ] || set -- security stores login sandbox registry tools network life
bin=$dir/bin
namespace=daytona
installation=daytona
packages openssh-client
"$node/images.sh" load "$dir" tools || fail "the image of the tools is missing"
work=$(mktemp -d)
# shellcheck source=fidelity/lib.sh
source "$node/fidelity/lib.sh"
trap 'end_forwards; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

check "the installation is ready" ready 60
for name in "$@"; do
  [ -f "$node/fidelity/$name.sh" ] || fail "no such checks: $name"
  # shellcheck source=/dev/null
  source "$node/fidelity/$name.sh"
  end_forwards
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
