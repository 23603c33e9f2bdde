# shellcheck shell=sh
# $2: the file of a configuration.
has haproxy || refuse no-haproxy
said=$(haproxy -c -f "$2" 2>&1) || printf '%s\n' "$said" | tag problem
say end
