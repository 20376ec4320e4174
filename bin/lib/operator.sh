# Builds, starts and stops the operator as a process of this machine. Needs tools.sh.
# shellcheck shell=bash
operator_dir=$state/operator
operator_log=$state/operator.log

# The stamp of everything that the jar is made of, so that an unchanged tree is not built again.
source_stamp() {
  (
    cd "$root" || exit
    find pom.xml .mvn crds/pom.xml services/pom.xml testing/pom.xml operator/pom.xml \
      crds/src/main services/src/main testing/src/main operator/src/main -type f -print0 |
      LC_ALL=C sort -z | xargs -0 sha256sum
    printf '%s\n' "$JAVA_HOME"
  ) | sha256sum | cut -c1-16
}

# Prints the jar to run. It is a copy: a build must not change the files of a running process.
build_operator() {
  local stamp target
  stamp=$(source_stamp)
  target=$operator_dir/$stamp
  if [ ! -f "$target/daytona-operator.jar" ]; then
    local start=$SECONDS
    say "building the operator (log: $state/build.log)" >&2
    mkdir -p "$operator_dir"
    maven -q -pl operator -am package -Dmaven.test.skip=true >"$state/build.log" 2>&1 || {
      grep -m 10 '^\[ERROR\]' "$state/build.log" >&2 || tail -n 10 "$state/build.log" >&2
      fail "building the operator failed; see $state/build.log"
    }
    rm -rf "$target.part"
    mkdir "$target.part"
    cp -R "$root/operator/target/lib" "$root/operator/target/daytona-operator.jar" "$target.part/"
    rm -rf "$target"
    mv "$target.part" "$target"
    say "built the operator in $((SECONDS - start)) s" >&2
  fi
  printf '%s\n' "$target/daytona-operator.jar"
}

# The pid of the operator that bin/up started, if it still is that process: a pid may have gone to
# another one meanwhile.
operator_pid() {
  local pid arguments
  pid=$(cat "$operator_dir/pid" 2>/dev/null) || return 1
  arguments=$(tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline") || return 1
  case $arguments in
    *"-jar $operator_dir/"*/daytona-operator.jar*) printf '%s\n' "$pid" ;;
    *) return 1 ;;
  esac
}

stop_operator() {
  local pid tries=0
  if pid=$(operator_pid); then
    kill "$pid" 2>/dev/null || true
    # It may finish the pass that it is in; longer than its own limit means that it hangs.
    while operator_pid >/dev/null; do
      tries=$((tries + 1))
      [ $tries -lt 300 ] || kill -9 "$pid" 2>/dev/null || true
      sleep 0.1
    done
  fi
  rm -f "$operator_dir/pid" "$operator_dir/started-with"
}

# What the operator complained about last, for a failure whose cause the status does not tell.
operator_complaints() {
  grep -E ' (WARN|ERROR) |^Caused by: ' "$operator_log" | grep -v VersionUsageUtils | tail -n 4 |
    cut -c 1-400 | sed 's/^/  /' >&2 || true
}

operator_died() {
  printf 'the last lines of %s:\n' "$operator_log" >&2
  tail -n 15 "$operator_log" | sed 's/^/  /' >&2
  fail "the operator process ended; see $operator_log"
}

# The port of /metrics, /healthz and /readyz: the caller's, else one that was free when first used.
operator_port() {
  local port=${DAYTONA_OPERATOR_HTTP_PORT:-0}
  if [ "$port" = 0 ]; then
    port=$(cat "$operator_dir/port" 2>/dev/null || echo 28080)
    while (: >"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
    printf '%s\n' "$port" >"$operator_dir/port"
  fi
  printf '%s\n' "$port"
}

operator_ready() { # PORT
  local answer
  exec 7<>"/dev/tcp/127.0.0.1/$1" || return 1
  printf 'GET /readyz HTTP/1.0\r\n\r\n' >&7
  read -r -t 5 answer <&7 || true
  exec 7<&-
  [[ ${answer:-} == *" 200 "* ]]
}

# start_operator JAR KUBECONFIG: keeps one that runs from this jar with these settings.
# Sets operator_started to yes or no.
start_operator() {
  local jar=$1 kubeconfig=$2 wanted port
  wanted=$(
    printf '%s\n' "$jar" "$kubeconfig"
    sha256sum <"$kubeconfig"
    env | grep '^DAYTONA_OPERATOR_' | LC_ALL=C sort || true
  )
  # shellcheck disable=SC2034 # for the caller
  operator_started=no
  if operator_pid >/dev/null && [ "$wanted" = "$(cat "$operator_dir/started-with" 2>/dev/null)" ]; then
    say "operator runs already: process $(operator_pid), log $operator_log"
    return
  fi
  stop_operator
  [ ! -f "$operator_log" ] || mv "$operator_log" "$operator_log.1"
  port=$(operator_port)
  # A session of its own: it outlives this terminal. The locks are this script's, not the operator's.
  KUBECONFIG=$kubeconfig DAYTONA_OPERATOR_HTTP_PORT=$port \
    setsid "$JAVA_HOME/bin/java" -jar "$jar" >"$operator_log" 2>&1 </dev/null 8>&- 9>&- &
  printf '%s\n' $! >"$operator_dir/pid"
  printf '%s\n' "$wanted" >"$operator_dir/started-with"
  local limit=$((SECONDS + 60))
  until (operator_ready "$port") 2>/dev/null; do
    kill -0 $! 2>/dev/null || operator_died
    [ $SECONDS -lt $limit ] || fail "the operator did not become ready within 60 s; see $operator_log"
    sleep 0.1
  done
  # shellcheck disable=SC2034
  operator_started=yes
  say "operator started: process $(operator_pid), log $operator_log, metrics http://localhost:$port/metrics"
}

# Old builds are not needed once their operator has been replaced.
forget_old_builds() { # JAR
  local folder
  for folder in "$operator_dir"/*/; do
    [ "$folder" = "$(dirname "$1")/" ] || rm -rf "$folder"
  done
}
