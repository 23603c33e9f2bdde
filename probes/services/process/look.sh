# shellcheck shell=sh
if owner=$(living "$base.pid" 2>/dev/null); then
  say owner "$owner"
  if child=$(living "$base.child" 2>/dev/null); then live "$child"; fi
  [ ! -e "$base.stopping" ] || say draining
elif [ -e "$base.pid" ]; then
  say left
fi
[ ! -r "$base.ended" ] || tag ended <"$base.ended"
file loaded "$base.loaded"
