# shellcheck shell=sh
# Its own session, where there is such a program: what ends with this shell is not to end it. What the engine and we
# were told for this run, the engine's passphrase among it, is nothing for what goes on running.
plain() {
  for each in $(env | sed -n -e 's/^\(PULUMI_[A-Za-z0-9_]*\)=.*/\1/p' -e 's/^\(NODE_COMPILE_CACHE\)=.*/\1/p'); do
    unset "$each"
  done
}
do_reload() { do_restart; }
do_enable() { :; }
do_disable() { :; }
do_reset() { rm -f "$base.ended"; }
do_start() {
  living "$base.pid" >/dev/null 2>&1 && return 0
  rm -f "$base.ended"
  plain
  if has setsid; then setsid sh "$path" </dev/null >/dev/null 2>&1 &
  else nohup sh "$path" </dev/null >/dev/null 2>&1 &
  fi
}
do_restart() {
  if owner=$(living "$base.pid"); then kill -HUP "$owner"; else do_start; fi
}
do_stop() {
  owner=$(living "$base.pid" 2>/dev/null) || return 0
  kill -TERM "$owner"
  tries=0
  while living "$base.pid" >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ "$tries" -lt 200 ] || { echo "it does not end" >&2; return 1; }
    sleep 0.1
  done
  rm -f "$base.loaded" "$base.ended"
}
