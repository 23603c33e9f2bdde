# shellcheck shell=sh
# $1: the file, $2: whose key, $3: `keep` to move what is there aside. Prints the public half of the key that it makes.
file=$(at "$1") folder=${file%/*}
umask 077
has openssl || refuse no-openssl
mkdir -p "$folder" 2>/dev/null && [ -d "$folder" ] || refuse no-folder
[ -O "$folder" ] || refuse folder-of-another
case $(ls -ldn "$folder/.") in ?????w* | ????????w*) refuse open-folder ;; esac
[ ! -d "$file" ] || refuse folder
aside=$file.gatekey-$$
rm -f "$aside"
(set -C && printf '# gatekey: the key of %s\n' "$2" >"$aside") 2>/dev/null || refuse no-room
openssl ecparam -name prime256v1 -genkey -noout >>"$aside" 2>/dev/null || { rm -f "$aside"; refuse no-key; }
public=$(openssl pkey -in "$aside" -pubout 2>/dev/null) || { rm -f "$aside"; refuse no-key; }
if [ "$3" = keep ] && [ -e "$file" ]; then ln "$file" "$file.$(date +%Y%m%d%H%M%S)" || { rm -f "$aside"; refuse no-room; }; fi
flush "$aside" && mv -f "$aside" "$file" || { rm -f "$aside"; refuse no-room; }
flush "$folder"
printf '%s\n' "$public" | tag public
say end
