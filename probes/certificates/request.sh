# shellcheck shell=sh
# $1: the file, $2: the name. Makes a key beside the file and prints a request for its certificate.
file=$(at "$1") folder=${file%/*} next=$(at "$1").next
umask 077
stop() { say refused "$1"; say end; exit 0; }
has openssl || stop no-openssl
mkdir -p "$folder" 2>/dev/null && [ -d "$folder" ] || stop no-folder
[ -O "$folder" ] || stop folder-of-another
case $(ls -ldn "$folder/.") in ?????w* | ????????w*) stop open-folder ;; esac
rm -rf "$next"
(set -C && : >"$next") 2>/dev/null || stop no-room
openssl ecparam -name prime256v1 -genkey -noout >"$next" 2>/dev/null && flush "$next" || { rm -f "$next"; stop no-key; }
printf '[req]\ndistinguished_name=name\n[name]\n' |
  openssl req -new -sha256 -config /dev/stdin -key "$next" -subj "/CN=$2" 2>/dev/null | tag request
say end
