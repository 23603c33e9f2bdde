# shellcheck shell=sh
say path "$(real "$path")"
if has launchctl; then
  domain=gui/$(id -u)
  printed=$(launchctl print "$domain/$name" 2>&1); say "code $?"
  printf '%s\n' "$printed" | tag print
  launchctl print-disabled "$domain" 2>/dev/null | grep -F "\"$name\"" | tag disabled
  from=$(printf '%s\n' "$printed" | sed -n 's/^	path = //p')
  [ -z "$from" ] || say from "$(real "$from")"
  live "$(printf '%s\n' "$printed" | sed -n 's/^	pid = //p')"
else
  say none
fi
