# shellcheck shell=sh
# $1: the file of a client's key. Of the key nothing is printed but its public half.
file=$(at "$1")
if [ -L "$file" ]; then say kind link
elif [ ! -e "$file" ]; then say kind absent
elif [ ! -f "$file" ]; then say kind other
elif [ ! -r "$file" ]; then say kind closed
else
  say kind file
  ls -ldn "$file" | awk '{ print $1, $3 }' | tag mode
  say uid "$(id -u)"
  sed -n '1s/^# gatekey: the key of //p' "$file" | tag id
  if has openssl; then openssl pkey -in "$file" -passin pass: -pubout 2>/dev/null | tag public; else say openssl none; fi
fi
say end
