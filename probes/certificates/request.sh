# shellcheck shell=sh
# $1: the file, $2: the name. Makes a key beside the file and prints a request for its certificate.
file=$(at "$1") folder=${file%/*} next=$(at "$1").next
umask 077
has openssl || refuse no-openssl
mkdir -p "$folder" 2>/dev/null && [ -d "$folder" ] || refuse no-folder
[ -O "$folder" ] || refuse folder-of-another
case $(ls -ldn "$folder/.") in ?????w* | ????????w*) refuse open-folder ;; esac
rm -rf "$next"
(set -C && : >"$next") 2>/dev/null || refuse no-room
openssl ecparam -name prime256v1 -genkey -noout >"$next" 2>/dev/null && flush "$next" || { rm -f "$next"; refuse no-key; }
printf '[req]\ndistinguished_name=name\n[name]\n' |
  openssl req -new -sha256 -config /dev/stdin -key "$next" -subj "/CN=$2" 2>/dev/null | tag request
say end
