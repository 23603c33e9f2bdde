# shellcheck shell=sh
# $1: the file, $2: the SHA-256 of the certificate that was issued. What is another's stays.
file=$(at "$1")
[ ! -e "$file.next" ] || rm -f "$file.next"
if [ -f "$file" ] && [ ! -L "$file" ]; then
  own=$(openssl x509 -in "$file" -noout -fingerprint -sha256 2>/dev/null | tr -d ':\n' | tr 'A-F' 'a-f')
  case $own in *="$2") rm -f "$file" ;; *) say refused another ;; esac
fi
say end
