# shellcheck shell=sh
LC_ALL=C; export LC_ALL
if command -v getent >/dev/null 2>&1; then getent ahosts "$1" | awk '{ print $1 }'
elif command -v dscacheutil >/dev/null 2>&1; then dscacheutil -q host -a name "$1" | sed -n 's/^ip[v6]*_address: //p'
else nslookup "$1" 2>/dev/null | sed -n '1,2d; s/^Address[^:]*: *\([^ ]*\).*/\1/p'
fi
