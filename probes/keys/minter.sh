# shellcheck shell=sh
# Prints an access token that the key beside this file signs. It writes to no file.
usage() {
  printf 'token: %s; expected: token [--bearer] [--lifetime SECONDS, 1 to %s] [--aud GUARD]\n' "$1" "$longest" >&2
  exit 2
}
fail() { printf 'token: %s\n' "$1" >&2; exit 1; }
before=
while [ $# -gt 0 ]; do
  case $1 in
    --bearer) before='Bearer ' ;;
    --lifetime)
      case ${2-} in '' | *[!0-9]* | 0* | ?????*) usage "found no lifetime" ;; esac
      [ "$2" -le "$longest" ] || usage "found a lifetime of $2 seconds"
      lifetime=$2; shift ;;
    --aud)
      case ${2-} in '' | *[!a-z0-9-]*) usage "found no name of a guard" ;; esac
      audience=openclaw-gateway:$2; shift ;;
    *) usage "found an unknown argument" ;;
  esac
  shift
done
PATH=${PATH:+$PATH:}/usr/bin:/bin:/usr/local/bin:/opt/homebrew/bin
key=${0%/*}/client.key
command -v openssl >/dev/null 2>&1 || fail "found no openssl, expected it on PATH; install it (Debian: apt install openssl)"
[ -r "$key" ] || fail "cannot read client.key beside this program; run: pulumi up"
encode() { openssl base64 -A | tr '+/' '-_' | tr -d '=\n'; }
now=$(date +%s)
claims=$(printf '{"iss":"%s","sub":"%s","aud":"%s","iat":%d,"exp":%d,"jti":"%s"}' \
  "$issuer" "${id%.g*}" "$audience" "$now" "$((now + lifetime))" "$(openssl rand -hex 16)")
signed=$(printf '{"alg":"ES256","typ":"at+jwt","kid":"%s"}' "$id" | encode).$(printf '%s' "$claims" | encode)
# The two numbers of a signature (DER) as 32 bytes each, in octal escapes for printf.
bytes=$(printf '%s' "$signed" | openssl dgst -sha256 -sign "$key" 2>/dev/null | openssl asn1parse -inform DER 2>/dev/null |
  sed -n 's/.*INTEGER *://p' | while read -r number; do printf '%64s' "$number" | tr ' ' 0; done |
  awk '{ digits = "0123456789ABCDEF"; for (at = 1; at < length($0); at += 2) printf "\\%03o", 16 * (index(digits, substr($0, at, 1)) - 1) + index(digits, substr($0, at + 1, 1)) - 1 }')
[ "${#bytes}" -eq 256 ] || fail "client.key cannot sign, expected a key of P-256; run: pulumi up"
# shellcheck disable=SC2059
printf '%s%s.%s\n' "$before" "$signed" "$(printf "$bytes" | encode)"
