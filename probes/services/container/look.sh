# shellcheck shell=sh
find_client
say clock "$(date +%s)"
if [ -n "$client" ]; then
  say client "$client"
  if shown=$("$client" inspect --type container "$name" 2>&1); then printf '%s\n' "$shown" | tag container
  else say problem "$(printf '%s\n' "$shown" | tail -n 1)"; fi
fi
