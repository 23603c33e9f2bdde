# shellcheck shell=sh
# $1: the file, $2: `keep` to move what is there aside; the certificate is the input. The key that waits beside the file
# and its certificate take the place of what was there, in one step.
file=$(at "$1") next=$(at "$1").next
umask 077
[ -f "$next" ] && [ ! -L "$next" ] && [ -O "$next" ] || refuse no-key
[ ! -d "$file" ] || refuse folder
pem=$(cat)
[ "$(printf '%s\n' "$pem" | openssl x509 -noout -pubkey 2>/dev/null)" = "$(openssl pkey -in "$next" -pubout 2>/dev/null)" ] || refuse other-key
keep() { [ "$2" != keep ] || [ ! -e "$file" ] || ln "$file" "$file.$(date +%Y%m%d%H%M%S)"; }
aside=$file.gatekey-$$
rm -f "$aside"
(set -C && : >"$aside") 2>/dev/null || refuse no-room
{ cat "$next" && printf '%s\n' "$pem"; } >"$aside" 2>/dev/null && flush "$aside" && keep "$@" && mv -f "$aside" "$file" || { rm -f "$aside"; refuse no-room; }
rm -f "$next"
flush "${file%/*}"
say installed
say end
