# shellcheck shell=sh
find_client
if [ -n "$client" ]; then
  say client "$client"
  if shown=$("$client" inspect --type container "$1" 2>&1); then printf '%s\n' "$shown" | tag container
  else case $shown in *[Nn]'o such '*) ;; *) say problem "$(printf '%s\n' "$shown" | tail -n 1)" ;; esac; fi
fi
say end
