#!/bin/sh
# shellcheck disable=SC2016,SC2317,SC2329
# Tries each form of docs/macos.md on this Mac. Prints a line a form, and ends with 1 if one did not answer as expected.
set -u
LC_ALL=C; export LC_ALL
folder=$(mktemp -d "${TMPDIR:-/tmp}/gatekey forms.XXXXXX") || exit
server=
clean() { [ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$folder"; }
trap clean EXIT
file="$folder/a file"
printf 'gateway.token: value\n' >"$file"
chmod 600 "$file"
ln -s "$file" "$folder/link"
port=$((20000 + $$ % 10000))
perl -MIO::Socket::INET -e 'IO::Socket::INET->new(LocalAddr => "127.0.0.1:$ARGV[0]", Listen => 1) or die; sleep 60' "$port" &
server=$!
sleep 1
failed=0

# form TEXT PATTERN COMMAND…: the command's output has a line that the pattern matches.
form() {
  text=$1 pattern=$2
  shift 2
  output=$("$@" 2>&1) || true
  if printf '%s\n' "$output" | grep -Eq -- "$pattern"; then echo "ok      $text"
  else
    failed=1
    printf 'FAILED  %s\n        expected a line like: %s\n        found: %s\n' "$text" "$pattern" "$output"
  fi
}

started='[A-Z][a-z]{2} [A-Z][a-z]{2} +[0-9]+ [0-9:]{8} [0-9]{4}'
form "stat -f '%Lp %u %l %m %HT|%N' FILE" "^600 $(id -u) 1 [0-9]+ Regular File\|.*/a file$" stat -f '%Lp %u %l %m %HT|%N' "$file"
form 'stat -L -f %m FILE' '^[0-9]+$' stat -L -f %m "$folder/link"
form 'ps -o lstart= -p PID' "^$started" ps -o lstart= -p $$
form 'ps -ww -o ppid= -o uid= -o lstart= -o args= -p PID' "^ *[0-9]+ +$(id -u) +$started +.*sh" ps -ww -o ppid= -o uid= -o lstart= -o args= -p $$
form 'ps -axww -o pid= -o args=' "^ *$$ .*mac-forms" ps -axww -o pid= -o args=
form 'ps -A -o pid= -o comm=' "^ *$server .*perl" ps -A -o pid= -o comm=
form 'ps -o etime= -p PID' '^ *([0-9]+-)?([0-9]+:)?[0-9]+:[0-9]+' ps -o etime= -p $$
form 'ps -Eww -o command= -p PID' 'LC_ALL=C' ps -Eww -o command= -p "$server"
form 'lsof -nP -iTCP:PORT -sTCP:LISTEN -Fpun' "^p$server$" lsof -nP -iTCP:"$port" -sTCP:LISTEN -Fpun
form 'lsof -a -p PID -d cwd -Fn' '^n/' lsof -a -p "$server" -d cwd -Fn
form 'netstat -an -p tcp' "127[.]0[.]0[.]1[.]$port .*LISTEN" netstat -an -p tcp
form 'ifconfig' 'inet 127[.]0[.]0[.]1' ifconfig
form 'dscacheutil -q host -a name NAME' '^ip(v6)?_address: ' dscacheutil -q host -a name localhost
form 'readlink -f FILE' '/a file$' readlink -f "$folder/link"
form 'mv -fT FILE NAME' '[Uu]sage' mv -fT "$file" "$folder/other"
form 'ls -dlen FOLDER' '^drwx------' ls -dlen "$folder"
form 'find -L FILE -prune -type f -size +0' '/a file$' find -L "$file" -prune -type f -size +0
form 'find FOLDER -xdev -maxdepth 8' '/a file$' find "$folder" -xdev -maxdepth 8
form 'dd bs=65536 count=33' 'gateway' sh -c 'dd bs=65536 count=33 <"$1"' sh "$file"
form 'od -An -v -tx1' '^ +67 +61 +74' sh -c 'od -An -v -tx1 <"$1"' sh "$file"
form 'head -c 4000' '^gateway' head -c 4000 "$file"
form 'date +%s' '^[0-9]{10}$' date +%s
form 'grep -aoE PATTERN' '^token: value$' grep -aoE 'token: .*' "$file"
form 'nohup' '^ran$' nohup echo ran
form 'perl -MIO::Socket::UNIX -e 1' '^$' perl -MIO::Socket::UNIX -e 1
form 'openssl ecparam -name prime256v1 -genkey -noout' 'BEGIN EC PRIVATE KEY' openssl ecparam -name prime256v1 -genkey -noout
exit "$failed"
