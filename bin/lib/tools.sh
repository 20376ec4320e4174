# What every script in bin/ shares: places, messages and the tools that are needed.
# shellcheck shell=bash
shopt -s inherit_errexit # a failure inside $(...) is a failure
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
state=${DAYTONA_LOCAL_STATE:-$root/.local} # tests have one of their own

say() { printf '%s\n' "$*"; }
fail() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# need PROGRAM SENTENCE
need() {
  command -v "$1" >/dev/null || fail "$2"
}

# jdk_major FOLDER: the major version of the JDK there; fails where there is no compiler
jdk_major() {
  [ -x "$1/bin/javac" ] || return 1
  local version
  # The file `release` saves the start of a virtual machine for each candidate.
  version=$(sed -n 's/^JAVA_VERSION="\(.*\)"$/\1/p' "$1/release" 2>/dev/null || true)
  [ -n "$version" ] || version=$("$1/bin/javac" -version 2>&1 | sed -n 's/^javac //p')
  printf '%s\n' "${version%%[!0-9]*}"
}

find_jdk() {
  local on_path home major
  on_path=$(command -v javac || true)
  [ -z "$on_path" ] || on_path=$(dirname "$(dirname "$(readlink -f "$on_path")")")
  for home in "${JAVA_HOME:-}" /usr/lib/jvm/* "$on_path"; do
    if [ -n "$home" ] && major=$(jdk_major "$home") && [ "${major:-0}" -ge 25 ]; then
      printf '%s\n' "$home"
      return
    fi
  done
  fail "JDK 25 or newer is needed and was found neither by JAVA_HOME nor in /usr/lib/jvm nor on the PATH; install one, for example Temurin 25"
}

need_jdk() {
  JAVA_HOME=$(find_jdk)
  export JAVA_HOME
}

need_maven() {
  need mvn "Maven 3.8.7 or newer is needed; install it and put 'mvn' on the PATH"
}

# One Maven at a time in this clone: two would write the same target folders. It ends after
# MAVEN_LIMIT seconds, so that a download that hangs is not waited for for ever.
maven() {
  mkdir -p "$root/.local"
  (
    if ! flock -n 8; then
      say "waiting for another build in this folder" >&2
      flock 8
    fi
    cd "$root" || exit
    timeout --foreground "${MAVEN_LIMIT:-1800}" mvn -B -ntp "$@" </dev/null
  ) 8>"$root/.local/build.lock"
}

control_plane_scripts=$root/testing/control-plane

# The folder of the control plane's programs, whether built or not.
control_plane_bin() { printf '%s/bin\n' "$("$control_plane_scripts/build.sh" --print-dir)"; }

# Helm is what build.sh builds last.
control_plane_built() { [ -x "$(control_plane_bin)/helm" ]; }

# What building and running the control plane takes; asked before anything slow begins.
need_control_plane_tools() {
  need flock "flock (util-linux) is needed to run the embedded control plane"
  need setsid "setsid (util-linux) is needed to run the embedded control plane"
  need openssl "OpenSSL is needed for the certificates of the embedded control plane"
  control_plane_built || need_go
}

need_go() {
  # The place that Go's own instructions name; it is often missing on the PATH of services.
  command -v go >/dev/null || PATH=$PATH:/usr/local/go/bin
  need go "Go 1.25 or newer is needed to build the control plane; install it and put 'go' on the PATH"
}

# Empty where a real node can run; else the sentence that says why not. testing/node/up.sh looks
# closer: at the kernel's features.
real_node_fault() {
  if [ "$(uname -s)" != Linux ]; then
    say "a real node needs Linux"
  elif [ "$(id -u)" != 0 ]; then
    say "a real node needs root: it mounts file systems and configures the network"
  elif ! command -v apt-get >/dev/null; then
    say "a real node needs Debian or a system like it: its containerd and its images are made of Debian packages"
  fi
}

need_real_node() {
  local fault
  fault=$(real_node_fault)
  [ -z "$fault" ] || fail "$fault"
}
