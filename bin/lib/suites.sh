# Runs suites of tests and adds up what they say. Needs tools.sh.
# shellcheck shell=bash
logs=$root/target/test-logs
passed=0 failed=0 skipped=0

counts() { # PASSED FAILED SKIPPED
  printf '%d passed, %d failed' "$1" "$2"
  [ "$3" -eq 0 ] || printf ', %d skipped' "$3"
  printf '\n'
}

# The process group of each suite that runs, and when it was started.
declare -A suite_pids=() suite_starts=()
suite_log() { printf '%s\n' "$logs/${1// /-}.log"; }

# start_suite NAME COMMAND...: the command's last line must be "N passed, N failed[, N skipped]". One
# that ends with an error and counts no failure has failed itself.
start_suite() {
  local name=$1 log
  shift
  log=$(suite_log "$name")
  say "== $name (log: $log)"
  suite_starts[$name]=$SECONDS
  # In the background, so that a signal ends this script at once, and in a process group, so that it
  # ends the whole suite.
  : >"$log"
  set -m
  (
    set +m
    "$@" >>"$log" 2>&1 </dev/null
  ) &
  suite_pids[$name]=$!
  set +m
}

# finish_suite NAME: waits for it and counts what it says
finish_suite() {
  local name=$1 log code=0 last p=0 f=0 s=0
  log=$(suite_log "$name")
  wait "${suite_pids[$name]}" || code=$?
  unset "suite_pids[$name]"
  last=$(tail -n 1 "$log")
  if [[ $last =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed(,\ ([0-9]+)\ skipped)?$ ]]; then
    p=${BASH_REMATCH[1]} f=${BASH_REMATCH[2]} s=${BASH_REMATCH[4]:-0}
  elif [ $code -eq 0 ]; then
    say "$name ended without a count of its tests"
    code=1
  fi
  [ $code -eq 0 ] || [ "$f" -gt 0 ] || f=1
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
  say "== $name: $(counts "$p" "$f" "$s") in $((SECONDS - suite_starts[$name])) s"
}

# follow_suite NAME: shows what it has said and says until its end
follow_suite() {
  tail -n +1 -F --pid="${suite_pids[$1]}" "$(suite_log "$1")" 2>/dev/null &
  # Not in the foreground, where a signal would wait for it.
  wait $! || true
  finish_suite "$1"
}

suite() { # NAME COMMAND...
  start_suite "$@"
  follow_suite "$1"
}

# The scripts of this repository, by their first line.
scripts() {
  local file first
  while IFS= read -r -d '' file; do
    IFS= read -r first <"$file" 2>/dev/null || true
    [[ ${first:-} != '#!'*sh ]] || printf '%s\n' "$file"
  done < <(find bin .ci testing services/src/main operator/src/main helm -type f -not -path '*/target/*' \
    -size -100k -print0 2>/dev/null)
}

# Syntax of every script, and what ShellCheck finds when it is installed.
shell_scripts() {
  local file p=0 f=0 checker=()
  cd "$root" || exit
  if command -v shellcheck >/dev/null; then
    checker=(shellcheck --severity=warning)
  else
    say "ShellCheck is not installed: only the syntax is checked"
  fi
  for file in $(scripts) bin/lib/*.sh; do
    if bash -n "$file" && { [ ${#checker[@]} -eq 0 ] || [[ $file == bin/lib/* ]] || "${checker[@]}" "$file"; }; then
      p=$((p + 1))
    else
      say "wrong: $file"
      f=$((f + 1))
    fi
  done
  counts $p $f 0
}

# report_counts FILE...: adds up Surefire's XML reports: PASSED FAILED SKIPPED
report_counts() {
  # The counts are attributes of the first element; the first of each name is meant.
  awk '
    function attribute(name) { return match($0, " " name "=\"[0-9]+\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : 0 }
    FNR == 1 { found = 0 }
    !found && /<testsuite / { open = 1; text = "" }
    open { text = text $0; if (/>/) { open = 0; found = 1; $0 = text
      tests += attribute("tests"); bad += attribute("failures") + attribute("errors"); skipped += attribute("skipped") } }
    END { printf "%d %d %d\n", tests - bad - skipped, bad, skipped }' /dev/null "$@"
}

# maven_progress <LOG: one line per module and class, errors, and a sign of life every minute
maven_progress() {
  local line class=
  sed -un -e 's/^\[[A-Z]*\] \(Tests run: .*\) -- in dev\.daytonaoperator\.\(.*\)$/  \2: \1/p' \
    -e 's/^\[INFO\] Building \(Daytona .*\) [0-9].*$/\1/p' -e 's/^\[INFO\] \(Running \)/\1/p' -e '/^\[ERROR\]/p' |
    while :; do
      if IFS= read -r -t 60 line; then
        case $line in
          'Running '*) class=${line#Running dev.daytonaoperator.} ;;
          *) printf '%s\n' "$line" ;;
        esac
      elif [ $? -gt 128 ]; then
        say "  ${class:-Maven} still runs"
      else
        break
      fi
    done
}

# Everything that Maven builds and tests: unit and integration tests, formatting, static analysis.
maven_verify() {
  local code=0 reports p f s
  find "$root" -type d -path '*/target/surefire-reports' -not -path '*/.local/*' -exec rm -rf {} +
  # Each module is tested even when an earlier one has failures; the reports tell what failed.
  : >"$logs/maven.log" # one that is not there when tail begins makes tail fail at its end
  MAVEN_LIMIT=${DAYTONA_TEST_LIMIT:-4800} maven verify -Dmaven.test.failure.ignore=true -Dstyle.color=never \
    >"$logs/maven.log" 2>&1 &
  local maven_pid=$!
  tail -n +1 -F --pid="$maven_pid" "$logs/maven.log" 2>/dev/null | maven_progress || true
  wait "$maven_pid" || code=$?
  mapfile -t reports < <(find "$root" -path '*/target/surefire-reports/TEST-*.xml' -not -path '*/.local/*')
  read -r p f s < <(report_counts "${reports[@]}")
  if [ $code -eq 124 ]; then
    say "Maven did not end in time"
  fi
  if [ $code -ne 0 ]; then
    say "Maven failed; see $logs/maven.log"
    f=$((f + 1))
  fi
  counts "$p" "$f" "$s"
}

real_state=$root/.local/test-real

# An installation on the real node, by bin/up as a user runs it, in a state of its own.
real_node() {
  local code=0
  export DAYTONA_LOCAL_STATE=$real_state
  if "$root/bin/up" --real --timeout 900; then
    "$root/testing/node/fidelity.sh" "$real_state/node" || code=1
  else
    counts 0 1 0
    code=1
  fi
  # After the count, which is the last line of the suite; after a failure the logs may be wanted.
  if [ $code -eq 0 ]; then "$root/bin/down" --purge &>/dev/null; else "$root/bin/down" &>/dev/null; fi
  return $code
}

# Left out only where it cannot run, and never in CI. It waits much, for pods, probes and limits of
# time, and so runs beside the suites that compute; what it says is shown at its end.
start_real_node() {
  local fault
  fault=$(real_node_fault)
  if [ -z "$fault" ] || [ "${CI:-}" = true ]; then
    DAYTONA_LOCAL_STATE=$real_state "$root/bin/down" --purge
    start_suite "real node" real_node
    # One Maven at a time, and this one is short.
    until compgen -G "$real_state/operator/*/daytona-operator.jar" >/dev/null ||
      ! kill -0 "${suite_pids["real node"]}" 2>/dev/null; do
      sleep 1
    done
  else
    say "################################################################################"
    say "LEFT OUT: the suite 'real node', which shows that real servers accept what is"
    say "rendered, because $fault."
    say "################################################################################"
  fi
}

finish_real_node() {
  [ -n "${suite_pids["real node"]:-}" ] || return 0
  say "== real node"
  follow_suite "real node"
}
