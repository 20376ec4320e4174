#!/usr/bin/env bash
# Stops what up.sh started.
#   down.sh DIR [--purge]    --purge also deletes all state
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lib.sh
source "$here/lib.sh"
[ $# -ge 1 ] || fail "usage: down.sh DIR [--purge]"
[ -d "$1" ] || exit 0
dir=$(cd "$1" && pwd)
stop_all "$dir"
if [ "${2:-}" = --purge ]; then
  rm -rf "$dir"
fi
