# What every step of the set-up uses.
children=

say() { printf 'setup: %s\n' "$*"; }

fail() {
  printf 'setup: %s\n' "$*" >&2
  exit 1
}

# start STEP COMMAND...: in the background, its output in .tools/log/STEP.log, its process id in $!.
start() {
  step=$1
  shift
  "$@" >"$tools/log/$step.log" 2>&1 </dev/null &
  children="$children $!"
}

run() {
  start "$@"
  wait $!
}

tidy() {
  for child in $children; do kill "$child" 2>/dev/null || true; done
  # What still runs would write into what is removed next.
  for child in $children; do wait "$child" 2>/dev/null || true; done
  rm -rf "$work"
  drop_lock
}

# at_least VERSION MAJOR MINOR: VERSION may be written v3.200.0, go1.24 or 24.1.0.
at_least() {
  number=${1#v}
  number=${number#go}
  major=${number%%.*}
  minor=${number#*.}
  minor=${minor%%[!0-9]*}
  case $major in '' | *[!0-9]*) return 1 ;; esac
  [ "$major" -gt "$2" ] || { [ "$major" -eq "$2" ] && [ "${minor:-0}" -ge "$3" ]; }
}

# offline STEP: whether that step's log shows that the network was the trouble.
offline() {
  grep -Eiq 'dial tcp|no such host|i/o timeout|connection refused|network is unreachable|proxyconnect|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|module lookup disabled' "$tools/log/$1.log"
}
