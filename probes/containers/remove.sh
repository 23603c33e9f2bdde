# shellcheck shell=sh
find_client
"$client" inspect "$1" >/dev/null 2>&1 || exit 4
"$client" stop "$1" >/dev/null 2>&1
"$client" rm -f "$1" >/dev/null
