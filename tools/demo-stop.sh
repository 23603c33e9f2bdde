#!/bin/sh
# Ends what `make demo` started: the supervisors whose pid files are in the sandbox, and so what they keep running.
# A process id and its start time identify one process, so no other one is ended.
set -eu
gatekey_root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$gatekey_root"

start_of() {
  if [ -r "/proc/$1/stat" ]; then sed 's/.*) //' "/proc/$1/stat" | awk '$1 !~ /[ZX]/ { print $20 }'
  elif [ ! -d /proc/self ]; then ps -o lstart= -p "$1" | tr -s ' ' _
  fi 2>/dev/null
}

# FILE: its process id, when that very process lives.
living() {
  { read -r id start <"$1"; } 2>/dev/null && [ -n "$start" ] && [ "$(start_of "$id")" = "$start" ]
}

stopped=0
for file in .sandbox/*/.local/state/gatekey/*.pid; do
  [ -f "$file" ] && living "$file" || continue
  name=$(basename "$file" .pid)
  pid=$id
  kill -TERM "$pid"
  tries=0
  while living "$file"; do
    tries=$((tries + 1))
    [ "$tries" -lt 600 ] || { echo "demo-stop: $name (process $pid) does not end; see: ps -fp $pid" >&2; exit 1; }
    sleep 0.1
  done
  echo "demo-stop: $name has ended (process $pid)"
  stopped=$((stopped + 1))
done
[ "$stopped" -gt 0 ] || echo "demo-stop: nothing of the sandbox runs"
