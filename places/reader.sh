#!/bin/sh
# Written by gatekey: openclaw asks it for the gateway's token, which it fetches from the vault. No file keeps the token.
# content: 
set -u
PATH=${PATH:-/usr/bin:/bin}:/usr/local/bin:/opt/homebrew/bin:/home/linuxbrew/.linuxbrew/bin:${HOME-}/.local/bin:${HOME-}/bin
export PATH
cat >/dev/null
# credentials
held=$("$@") || exit
token=$(printf '%s\n' "$held" | head -n 1 | tr -d '\r' | sed 's/[\\"]/\\&/g')
[ -n "$token" ] || { echo "the vault holds no token" >&2; exit 65; }
printf '{"protocolVersion":1,"values":{"token":"%s"}}\n' "$token"
