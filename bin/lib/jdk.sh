# Sourced by the scripts in bin/: sets JAVA_HOME to a JDK that is new enough.

jdk_of() { # the major version of the JDK in a folder; fails without a compiler
  [ -x "$1/bin/javac" ] && "$1/bin/javac" -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p'
}
find_jdk() {
  local home major on_path
  on_path=$(command -v javac || true)
  if [ -n "$on_path" ]; then
    on_path=$(dirname "$(dirname "$(readlink -f "$on_path")")")
  fi
  for home in "${JAVA_HOME:-}" /usr/lib/jvm/* "$on_path"; do
    if [ -n "$home" ] && major=$(jdk_of "$home") && [ "${major:-0}" -ge 25 ]; then
      echo "$home"
      return
    fi
  done
  echo "JDK 25 or newer is needed; set JAVA_HOME to one." >&2
  return 1
}

JAVA_HOME=$(find_jdk)
export JAVA_HOME
