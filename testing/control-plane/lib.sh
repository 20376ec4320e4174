# Shared by up.sh and down.sh.
# shellcheck shell=bash
# shellcheck disable=SC2034
programs=(etcd kube-apiserver kube-controller-manager kube-scheduler kwok)

fail() {
  echo "control plane: $*" >&2
  exit 1
}

# runs DIR PROGRAM: whether the process that up.sh started is still that program; a pid may have
# gone to another one meanwhile
runs() {
  local pid
  pid=$(cat "$1/run/$2.pid" 2>/dev/null) || return 1
  [ "$(basename "$(readlink "/proc/$pid/exe" 2>/dev/null)")" = "$2" ]
}

# stop_all DIR: clients first, etcd last
stop_all() {
  local dir=$1 index program pid tries
  for ((index = ${#programs[@]} - 1; index >= 0; index--)); do
    program=${programs[index]}
    if runs "$dir" "$program"; then
      pid=$(cat "$dir/run/$program.pid")
      kill "$pid" 2>/dev/null || true
      tries=0
      while runs "$dir" "$program"; do
        tries=$((tries + 1))
        [ $tries -lt 50 ] || kill -9 "$pid" 2>/dev/null || true
        sleep 0.1
      done
    fi
    rm -f "$dir/run/$program.pid"
  done
}
