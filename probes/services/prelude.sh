# shellcheck shell=sh
# What every script that gatekey runs on a host begins with. Each line of an answer has a tag before it, so that what a
# log-in shell prints around it disturbs nothing.
LC_ALL=C; export LC_ALL
newline='
'
tag() { sed "s/^/gk:$1 /"; echo; }
say() { printf 'gk:%s\n' "$*"; }
# REASON: ends the script, which has changed nothing.
refuse() { say refused "$1"; say end; exit 0; }
has() { command -v "$1" >/dev/null 2>&1; }
at() { case $1 in '~/'*) printf '%s\n' "$HOME/${1#??}" ;; *) printf '%s\n' "$1" ;; esac; }

# Over SSH without pam_systemd nothing says where the user's manager listens.
user_manager() {
  [ -z "${XDG_RUNTIME_DIR-}" ] && [ -d "/run/user/$(id -u)" ] || return 0
  XDG_RUNTIME_DIR=/run/user/$(id -u); export XDG_RUNTIME_DIR
}

# $client becomes the host's docker, else its podman.
find_client() {
  client=
  for each in docker podman; do [ -n "$client" ] || ! has "$each" || client=$each; done
}

# PID: when it started, in the system's words: with the id it names one process for ever. Nothing if it has ended.
start_of() {
  if stat_of "$1"; then printf '%s\n' "$process_start"
  elif [ ! -d /proc/self ]; then ps -o lstart= -p "$1" 2>/dev/null | tr -s ' ' _
  fi
}

# PID: those that it started.
children() {
  if [ -r /proc/self/stat ]; then
    for each in /proc/[0-9]*; do
      ! stat_of "${each#/proc/}" || [ "$process_parent" != "$1" ] || printf '%s\n' "${each#/proc/}"
    done
  else ps -A -o pid= -o ppid= | awk -v parent="$1" '$2 == parent { print $1 }'; fi
}
# PID: ends it with all that it started, which might hold a pipe open.
end_tree() {
  kill -STOP "$1"
  for each in $(children "$1"); do (end_tree "$each"); done
  kill -KILL "$1"
}
# SECONDS COMMAND: one that has not ended by then is killed; the code is 137.
within() (
  limit=$1; shift
  "$@" & asked_one=$!
  (trap 'kill "$nap"; exit' TERM; sleep "$limit" & nap=$!; wait "$nap"; set +f; unset IFS; end_tree "$asked_one") >/dev/null 2>&1 </dev/null 3>&- & timer=$!
  wait "$asked_one" 2>/dev/null; code=$?
  # zsh prints that it was stopped.
  case $code in 145 | 147) code=137 ;; esac
  kill "$timer" 2>/dev/null
  exit "$code"
)

# PID: the ports on which it listens; nothing if its open files may not be seen.
kernel_listens() {
  opened=$(ls -l "/proc/$1/fd" 2>/dev/null)
  case $opened in *' -> '*) ;; *) return 0 ;; esac
  sockets=$(printf '%s\n' "$opened" | sed -n 's/.*socket:\[\([0-9]*\)\]$/\1/p' | tr '\n' ' ')
  ports=$([ -z "$sockets" ] || awk -v own=" $sockets" '$4 == "0A" && index(own, " " $10 " ") { sub(/.*:/, "", $2); print "0x" $2 }' "/proc/$1/net/tcp" "/proc/$1/net/tcp6" 2>/dev/null | sort -u | tr '\n' ' ')
  say "listens $1 $ports"
}
ps_listens() {
  has lsof && kill -0 "$1" 2>/dev/null || return 0
  ports=$(lsof -nP -a -p "$1" -iTCP -sTCP:LISTEN -Fn 2>/dev/null | sed -n 's/^n.*:\([0-9]*\)$/\1/p' | sort -u | tr '\n' ' ')
  say "listens $1 $ports"
}
