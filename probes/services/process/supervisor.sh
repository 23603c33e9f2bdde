# shellcheck shell=sh

umask 077
LC_ALL=C
most=10

start_of() {
  if [ -r "/proc/$1/stat" ]; then sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | awk 'END { if ($1 !~ /[ZX]/) print $20 }'
  elif [ ! -d /proc/self ]; then ps -o lstart= -p "$1" 2>/dev/null | tr -s ' ' _
  fi
}
living() {
  [ -r "$1" ] && read -r id start <"$1" || return 1
  [ -n "$start" ] && [ "$(start_of "$id")" = "$start" ]
}
put() { printf '%s\n' "$2" >"$1.$$" && mv -f "$1.$$" "$1"; }
# Others know it by this file only: a disk may be full for a moment.
keep() {
  left=5
  until put "$1" "$2"; do
    left=$((left - 1))
    [ "$left" -gt 0 ] || return 1
    sleep 0.2
  done
}

# One at a time: a directory is made by one of many only; one that is left behind is taken over after five seconds.
begin() {
  tries=0
  until mkdir "$base.lock" 2>/dev/null; do
    # Its folder is gone, or closed to it: there is nothing to wait for.
    [ -w "${base%/*}" ] || exit 1
    [ "$wish" != stop ] || exit 0
    tries=$((tries + 1))
    [ "$tries" -lt 50 ] || { rmdir "$base.lock" 2>/dev/null; tries=0; }
    sleep 0.1
  done
  if living "$base.pid" && [ "$id" != "$$" ]; then rmdir "$base.lock"; exit 0; fi
  keep "$base.pid" "$$ $(start_of $$)" || { rmdir "$base.lock"; exit 1; }
  rmdir "$base.lock"
  # A supervisor that was killed left its program running.
  if living "$base.child"; then kill -TERM "$id" 2>/dev/null; fi
  while living "$base.child"; do sleep 0.2; done
}
# One whose file was lost has been replaced, and its program ended.
replaced() { living "$base.pid" && [ "$id" != "$$" ]; }
finish() { rm -f "$base.pid" "$base.child" "$base.stopping"; exit "$1"; }

# shellcheck disable=SC1007
wish= child=
ask() { wish=$1; [ -z "$child" ] || { : >"$base.stopping"; kill -TERM "$child" 2>/dev/null; }; }
trap 'ask stop' TERM INT
trap 'ask again' HUP

begin
rm -f "$base.stopping"
mkdir -p "$(dirname "$log")"
cat "$0" >"$base.loaded.$$" && mv -f "$base.loaded.$$" "$base.loaded"
failures=0
while :; do
  begun=$(date +%s)
  (trap - TERM INT HUP; program) </dev/null >>"$log" 2>&1 &
  child=$!
  keep "$base.child" "$child $(start_of "$child")"
  [ -z "$wish" ] || ask "$wish"
  # A signal ends the wait, not the program.
  while :; do
    wait "$child"; code=$?
    kill -0 "$child" 2>/dev/null || break
  done
  child=
  if replaced; then exit 0; fi
  rm -f "$base.child" "$base.stopping"
  case $wish in stop) finish 0 ;; again) rm -f "$base.ended"; exec sh "$0" ;; esac
  ran=$(($(date +%s) - begun))
  # Ending without an error is no failure: a node does so whenever its gateway is away.
  if [ "$ran" -ge 30 ] || [ "$code" -eq 0 ]; then failures=0; fi
  [ "$code" -eq 0 ] || failures=$((failures + 1))
  if [ "$failures" -ge "$most" ]; then put "$base.ended" "$code $failures limit"; finish 1; fi
  put "$base.ended" "$code $failures"
  # As launchd has it: what ran for longer than the delay is started again at once.
  # shellcheck disable=SC2217
  if [ "$ran" -le "$delay" ]; then sleep "$delay" </dev/null >/dev/null 2>&1 & wait $!; fi
  case $wish in stop) finish 0 ;; again) rm -f "$base.ended"; exec sh "$0" ;; esac
done
