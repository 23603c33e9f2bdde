# shellcheck shell=sh
# $1: the file; the public half of the key that was made is the input. Another key stays.
file=$(at "$1")
public=$(cat)
if [ -f "$file" ] && [ ! -L "$file" ]; then
  if [ "$(openssl pkey -in "$file" -passin pass: -pubout 2>/dev/null)" = "$public" ]; then rm -f "$file"; else say refused another; fi
fi
rmdir "${file%/*}" 2>/dev/null
say end
