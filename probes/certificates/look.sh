# shellcheck shell=sh
# $1: the file. Of the key nothing is said but whether it is the certificate's.
file=$(at "$1")
if [ -L "$file" ]; then say kind link
elif [ ! -e "$file" ]; then say kind absent
elif [ ! -f "$file" ]; then say kind other
elif [ ! -r "$file" ]; then say kind closed
else
  say kind file
  ls -ldn "$file" | awk '{ print $1, $3 }' | tag mode
  say uid "$(id -u)"
  sed -n '/^-----BEGIN CERTIFICATE-----/,/^-----END CERTIFICATE-----/p' "$file" | sed '/^-----END/q' | tag certificate
  if has openssl; then
    if ! own=$(openssl pkey -in "$file" -passin pass: -pubout 2>/dev/null); then say key none
    elif [ "$own" = "$(openssl x509 -in "$file" -noout -pubkey 2>/dev/null)" ]; then say key match
    else say key other; fi
  fi
fi
say end
