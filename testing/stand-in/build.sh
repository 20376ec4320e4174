#!/usr/bin/env bash
# Builds the stand-in as one static program into a cache folder keyed by its sources.
# What exists is kept. Prints the folder's path on stdout, progress on stderr.
#   build.sh               build what is missing
#   build.sh --print-dir   only print the folder
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here"

cache_root=${DAYTONA_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/daytona-operator}
key=$(find . -path ./check -prune -o -type f \( -name '*.go' -o -name '*.sql' -o -name 'go.*' \) ! -name '*_test.go' -print0 |
  LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-12)
dir=$cache_root/stand-in-$key
if [ "${1:-}" = --print-dir ]; then
  echo "$dir"
  exit 0
fi
if [ -x "$dir/bin/daytona-stand-in" ]; then
  echo "$dir"
  exit 0
fi

command -v go >/dev/null || {
  echo "Go 1.26 or newer is needed to build the stand-in; install it and put 'go' on the PATH." >&2
  exit 1
}
mkdir -p "$dir/bin"
exec 9>"$dir/lock"
flock 9 # a second caller waits and finds it built
if [ ! -x "$dir/bin/daytona-stand-in" ]; then
  echo "building the stand-in (once; cached in $dir)" >&2
  CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o "$dir/bin/.new" .
  mv "$dir/bin/.new" "$dir/bin/daytona-stand-in"
fi
echo "$dir"
