# shellcheck shell=sh
# `bootout` returns before the job has ended, and until then the label cannot be loaded again (5); `kickstart -k` starts
# the job anew from what launchd has in memory, never from the file. A disabled label must be enabled first.
domain=gui/$(id -u)
target=$domain/$name
loaded() { launchctl print "$target" >/dev/null 2>&1; }
runs() { launchctl print "$target" 2>/dev/null | grep -q '^	pid = '; }

# Until the label is gone: the job has its exit timeout (30 s for openclaw) to end.
unload() {
  loaded || return 0
  launchctl bootout "$target" >/dev/null 2>&1
  tries=0
  while loaded; do
    tries=$((tries + 1))
    [ "$tries" -lt 160 ] || { echo "it does not end" >&2; return 36; }
    sleep 0.25
  done
}

# 5 is what launchd answers while the label still drains, and for much else; 37 is "loaded already".
load() {
  tries=0
  while :; do
    said=$(launchctl bootstrap "$domain" "$path" 2>&1) && return 0
    code=$?
    if loaded; then return 0; fi
    tries=$((tries + 1))
    if [ "$code" -ne 5 ] || [ "$tries" -ge 24 ]; then printf '%s\n' "$said" >&2; return "$code"; fi
    sleep 0.5
  done
}

# What would be refused anyway must not cost a running job.
loadable() {
  launchctl print "$domain" >/dev/null 2>&1 || {
    said=$(launchctl print "$domain" 2>&1 >/dev/null) || { code=$?; printf '%s\n' "$said" >&2; return "$code"; }
  }
  case $(ls -ld "$path") in ?????w* | ????????w*) echo "others can write $path" >&2; return 122 ;; esac
}

do_reload() {
  loadable || return
  launchctl enable "$target" || return
  unload || return
  load || return
  tries=0
  while [ "$tries" -lt 8 ]; do runs && return 0; tries=$((tries + 1)); sleep 0.25; done
  do_start
}
do_enable() { launchctl enable "$target"; }
do_disable() { launchctl disable "$target"; }
do_reset() { :; }
# 37: it runs already.
do_start() { launchctl kickstart "$target" >/dev/null || [ $? -eq 37 ]; }
do_restart() { launchctl kickstart -k "$target" >/dev/null; }
do_stop() { unload; }
