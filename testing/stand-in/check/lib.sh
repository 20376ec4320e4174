# shellcheck shell=bash
# Functions of check.sh and check-runner.sh: private servers on loopback, programs with an
# environment of their own, and one line per check.
# shellcheck disable=SC2154 # work, bin and here are the caller's

passed=0
failed=0
pids=()

ok() { passed=$((passed + 1)); echo "ok      $*"; }
not_ok() { failed=$((failed + 1)); echo "NOT OK  $*"; }
check() { # check NAME COMMAND...: the command succeeds
  local name=$1
  shift
  if ("$@") >"$work/last.log" 2>&1; then ok "$name"; else
    not_ok "$name"
    tail -n 5 "$work/last.log" | sed 's/^/        /'
  fi
}
equal() { # equal NAME WANTED ACTUAL
  if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1: $3, not $2"; fi
}
finish() {
  echo "$passed passed, $failed failed"
  [ "$failed" = 0 ]
}

need() { # need PROGRAM PACKAGE: from the distribution's packages, for who may install them
  command -v "$1" >/dev/null && return
  [ "$(id -u)" = 0 ] || { echo "$1 is missing: install the package $2" >&2; exit 1; }
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$2" >/dev/null
}

background() { # background LOG COMMAND...: sets pid, which is the command's if that execs
  local log=$1
  shift
  ("$@") >"$log" 2>&1 &
  pid=$!
  pids+=("$pid")
}
stop() { # stop PID: the API ignores SIGTERM
  kill -KILL "$1" 2>/dev/null || :
  wait "$1" 2>/dev/null || :
}
stop_all() { for p in "${pids[@]}"; do stop "$p"; done; }
free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
eventually() { # eventually SECONDS COMMAND...
  local deadline=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 0.2
  done
}
open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
status() { curl -s -m 10 -o /dev/null -w '%{http_code}' "$@"; }

# ends NAME STATUS FROM TO COMMAND...: ends by itself with the status after FROM to TO seconds
ends() {
  local name=$1 wanted=$2 from=$3 to=$4 log=$work/ends.$BASHPID code=0
  shift 4
  local began=$SECONDS
  ("$@") >"$log" 2>&1 &
  local process=$!
  while kill -0 "$process" 2>/dev/null && [ $((SECONDS - began)) -le "$to" ]; do sleep 0.1; done
  kill -KILL "$process" 2>/dev/null || :
  wait "$process" 2>/dev/null || code=$?
  local took=$((SECONDS - began))
  last=$(cat "$log") # what it said
  if [ "$code" = "$wanted" ] && [ "$took" -ge "$from" ] && [ "$took" -le "$to" ]; then
    ok "$name (status $code after $took s)"
  else
    not_ok "$name: status $code after $took s, not $wanted after $from to $to"
    tail -n 3 <<<"$last" | sed 's/^/        /'
  fi
}

# with CHANGE... -- COMMAND...: the command in place of this shell, as user 1000, with these
# variables and none of the caller's. A change is NAME=VALUE, or -NAME for an absent one.
with() {
  local present=() absent=()
  while [ "$1" != -- ]; do
    case $1 in
    -*) absent+=(-u "${1#-}") ;;
    *) present+=("$1") ;;
    esac
    shift
  done
  shift
  exec env -i PATH="$PATH" "${present[@]}" env "${absent[@]}" "${as_user[@]}" "$@"
}
as_user=(setpriv --reuid 1000 --regid 1000 --clear-groups --no-new-privs)

exec_as_nobody() { exec setpriv --reuid nobody --clear-groups "$@"; }

start_postgres() { # sets postgres_port; the superuser is daytona, which may create the extension
  local programs
  programs=$(dirname "$(find /usr/lib/postgresql -name initdb | sort -V | tail -1)")
  postgres_port=$(free_port)
  mkdir "$work/pg" && chown nobody "$work/pg"
  printf 'secret\n' >"$work/pg.password" && chmod 644 "$work/pg.password"
  setpriv --reuid nobody --clear-groups "$programs/initdb" -D "$work/pg/data" -U daytona -A scram-sha-256 \
    --pwfile="$work/pg.password" --no-sync >"$work/initdb.log"
  background "$work/postgres.log" exec_as_nobody "$programs/postgres" -D "$work/pg/data" \
    -h 127.0.0.1 -p "$postgres_port" -c unix_socket_directories= -c fsync=off
  eventually 30 sql postgres 'SELECT 1' || { cat "$work/postgres.log"; exit 1; }
}
sql() { # sql DATABASE STATEMENT
  PGPASSWORD=secret psql -h 127.0.0.1 -p "$postgres_port" -U daytona -d "$1" -AtqX -v ON_ERROR_STOP=1 -c "$2"
}
start_redis() { # sets redis_port
  redis_port=$(free_port)
  background "$work/redis.log" exec_as_nobody redis-server --bind 127.0.0.1 \
    --port "$redis_port" --requirepass redis-secret --save '' --dir /tmp
  eventually 10 open "$redis_port"
}

writable_copy() { # writable_copy DIRECTORY: in this mount namespace alone
  local layers=$work/layers$1
  mkdir -p "$layers/upper" "$layers/work"
  mount -t overlay -o "lowerdir=$1,upperdir=$layers/upper,workdir=$layers/work" overlay "$1"
}
