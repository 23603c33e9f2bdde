# shellcheck shell=sh
# A container that goes in between makes `inspect` fail, and tell the others all the same.
find_client
if [ -n "$client" ]; then
  say client "$client"
  ids=$(within 10 "$client" ps -aq --no-trunc 2>&1); code=$?
  if [ "$code" = 0 ]; then
    [ -z "$ids" ] || "$client" inspect --type container $ids 2>/dev/null | tag container
  elif [ "$code" = 137 ]; then say problem "no answer within 10 s"
  else say problem "$(printf '%s\n' "$ids" | tail -n 1)"; fi
fi
say end
