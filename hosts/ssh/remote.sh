# What a host's own sh runs for gatekey. It comes on standard input before what it is to do, and leaves nothing there.
# Nothing but POSIX sh and the utilities named in `lacking`; GNU, BSD and busybox disagree about the others (stat,
# mktemp, base64). Each answer begins with a line that starts with $mark, which no file can know.
LC_ALL=C
export LC_ALL
umask 077
set -f
mine='' lock='' aside='' held='' reader='' own='' watcher=''

say() { printf '\n%s %s\n' "$mark" "$*"; }

# lacking: what is needed and not there.
lacking() {
  lacks=
  for tool in cat chmod chown date dd id ln ls mkdir mv readlink rm sed sleep sync tr uname; do
    command -v "$tool" >/dev/null 2>&1 || lacks="$lacks $tool"
  done
  command -v sha256sum >/dev/null 2>&1 || command -v cksum >/dev/null 2>&1 || lacks="$lacks cksum"
  [ -z "$lacks" ] || { say lacks "$lacks"; exit 1; }
}

# me: who works here, and on which machine, whatever name it goes by.
me() {
  say me "$(id -u) $(id -G)"
  say machine "$(uname -n) $(cat /etc/machine-id 2>/dev/null) $(ls -di "$HOME/")"
}

# real PATH: $real becomes the file that is meant: links followed, also to what is not there yet.
real() {
  top=$1 rest='' links=0
  case $top in '~/'*) top=${HOME%/}/${top#??} ;; esac
  until [ -n "$rest" ] && [ -d "$top/" ]; do
    case $top in */) top=${top%/}; continue ;; esac
    if [ -L "$top" ]; then
      links=$((links + 1))
      [ "$links" -le 40 ] || { echo "gatekey: Too many levels of symbolic links" >&2; return 1; }
      to=$(readlink "$top" && echo .) || return
      to=${to%??}
      case $to in /*) top=$to ;; *) top=${top%/*}/$to ;; esac
    else
      rest=/${top##*/}$rest
      top=${top%/*}
    fi
  done
  # A folder that cannot be entered keeps its name: reading the file then reports why.
  if at=$(cd -P "$top/" 2>/dev/null && pwd -P && echo .); then top=${at%??}; fi
  top=${top%/}
  real=$top$rest
  folder=${real%/*} name=${real##*/}
}

# entry FILE: $entry becomes its inode, mode, links, owner, group and size.
entry() {
  entry=$(ls -din "$1") || return
  set -- $entry
  entry="$1 $2 $3 $4 $5 $6"
}

# owner FILE: whose it is, as chown takes it.
owner() {
  set -- $(ls -din "$1")
  printf %s "$4:$5"
}

# sum FILE: $sum becomes the SHA-256 of its content, or its POSIX checksum where that is all there is.
sum() {
  sum=$(digest <"$1") || return
  sum=${sum%% *}
}

digest() { if command -v sha256sum >/dev/null 2>&1; then sha256sum; else cksum; fi; }

# started PID: when the process started, in the system's words; nothing when it has ended. It is `alive` where neither
# /proc nor ps tells more.
started() {
  if stat_of "$1"; then printf %s "$process_start"
  elif [ ! -r "/proc/$1/stat" ] && kill -0 "$1" 2>/dev/null; then
    since=$(TZ=UTC0 ps -o lstart= -p "$1" 2>/dev/null | sed 's/^ *//; s/ *$//; s/[^A-Za-z0-9.]/_/g')
    printf %s "${since:-alive}"
  fi
}

# gone OWNER: whether the process of this host that is named so has ended.
gone() {
  case $1 in *'~'*[!0-9]*'~'?* | *'~~'*) return 0 ;; *'~'*'~'?*) ;; *) return 0 ;; esac
  [ "${1%%'~'*}" = "$(uname -n | sed 's/[^A-Za-z0-9.]/_/g')" ] || return 1
  pid=${1#*'~'}
  [ "$(started "${pid%%'~'*}")" != "${1##*'~'}" ]
}

# alien LOCK: whether something is there that is no lock: a pipe, which would be waited for, a folder, a link.
alien() { [ -L "$1" ] || { [ -e "$1" ] && [ ! -f "$1" ]; }; }

# dead LOCK: whether it is there, and its owner is not. One that went just now, or may not be read, is not dead.
dead() { if [ -z "$staged" ]; then dead_file "$1"; else dead_outside "$1"; fi; }
dead_file() { [ -f "$1" ] && [ ! -L "$1" ] && owner_there=$(dd if="$1" bs=512 count=1 2>/dev/null) && gone "$owner_there"; }

# left: the copies that killed runs left beside $real, a call of `$1 FILE` for each.
left() {
  set +f
  for each in "$folder/.$name.gatekey-"????????????; do
    case ${each##*.gatekey-} in *[!0-9a-f]*) ;; *) [ ! -e "$each" ] || "$1" "$each" ;; esac
  done
  set -f
}

leftover() { leftover=yes; }
remove() { [ "${1##*/}" = "$staged" ] || rm -f "$1" 2>/dev/null || unstage "$1"; }

# look NUMBER PATH
look() {
  say look "$1"
  real "$2" 2>&1 || return 0
  trust "$2" || { refuse_link; return 0; }
  [ -n "$trusted" ] || say untrusted
  say real
  printf %s "$real"
  [ ! -w "$top/" ] || [ ! -x "$top/" ] || say writable
  # A file of the kernel may have no end, or wait for a writer.
  case $real/ in /proc/* | /sys/*) say kernel; return 0 ;; esac
  for each in "$folder/.$name.gatekey-lock" "$folder/.$name.gatekey-lock-break"; do
    ! alien "$each" || { say alien; printf %s "$each"; }
  done
  leftover=
  left leftover
  ! dead "$folder/.$name.gatekey-lock" || leftover=yes
  [ -z "$leftover" ] || say leftover
  say entry
  entry "$real" 2>&1 || return 0
  echo "$entry"
  set -- $entry
  case $2 in -*) [ "$6" -le "$largest" ] || return 0 ;; *) return 0 ;; esac
  # The others go into the next answer.
  [ "$6" -le "$budget" ] || { say later; return 0; }
  budget=$((budget - $6))
  say bytes
  if [ -n "$trusted" ]; then problem=$(dd if="$real" bs=65536 count=129 2>&1 >&3)
  elif [ "$3" = 1 ]; then problem=$(content 2>&1 >&3)
  fi || say unread "$problem"
} 3>&1

# locked: only one gatekey at a time may change $real; the file beside it is the one that local runs lay as well.
locked() {
  lock=$folder/.$name.gatekey-lock
  for each in "$lock" "$lock-break"; do ! alien "$each" || { say alien; printf %s "$each"; return 1; }; done
  owner=$(uname -n | sed 's/[^A-Za-z0-9.]/_/g')~$$~$begun
  mine=$lock-$owner-$random
  [ -n "$trusted" ] || mine=./$random-own
  # The shell's own printf does not print why it fails.
  printf %s "$owner" | cat >"$mine" || return
  # Less than the time limit of a change.
  until=$(($(date +%s) + 20))
  until problem=$(tie "$mine" "$lock" 2>&1); do
    case $problem in *'File exists') ;; *) echo "$problem" >&2; return 1 ;; esac
    ! dead "$lock" || unlock
    [ "$(date +%s)" -lt "$until" ] || { say locked; printf %s "${place:-$folder}/${lock##*/}"; return 1; }
    sleep 0.1 2>/dev/null || sleep 1
  done
  held=yes
  rm -f "$mine"
  mine=
  ! dead "$lock-break" || rm -f "$lock-break"
  set +f
  for each in "$lock"-*'~'*'~'*-*; do
    maker=${each#"$lock-"}
    [ ! -e "$each" ] || ! gone "${maker%-*}" || rm -f "$each"
  done
  set -f
}

# tie FILE NAME: another name for a file; `link` never goes into a folder that has the name, but not every host has it.
tie() { if [ -n "$trusted" ]; then ln "$@"; else link "$@"; fi; }

# unlock: removes a dead owner's lock; only one may, or it could hit the lock of who came next.
unlock() {
  if tie "$mine" "$lock-break" 2>/dev/null; then
    ! dead "$lock" || rm -f "$lock"
    rm -f "$lock-break"
  elif dead "$lock-break"; then rm -f "$lock-break"; fi
}

tidy() {
  set -- "$mine" "$aside" "${held:+$lock}" "${staged:+./$random-old}"
  for each do
    shift
    [ -z "$each" ] || set -- "$@" "$each"
  done
  [ "$#" = 0 ] || rm -f "$@"
  [ -z "$staged" ] || rmdir "../$staged" 2>/dev/null
  [ -z "$own" ] || rmdir "$own" 2>/dev/null
  [ -z "$watcher" ] || kill "$watcher" 2>/dev/null
  aside='' mine='' held='' staged='' own='' watcher=''
}

stop() {
  trap '' HUP INT TERM PIPE
  [ -z "$reader" ] || kill "$reader" 2>/dev/null
  tidy
  exit 1
}

# guarded: what is under way is undone when the connection is lost, or when it takes longer than $limit seconds.
guarded() {
  begun=$(started $$)
  trap tidy EXIT
  trap stop HUP INT TERM PIPE
  (
    trap 'kill "$nap" 2>/dev/null; exit' TERM
    sleep "$limit" &
    nap=$!
    wait "$nap" && [ "$(started $$)" = "$begun" ] && kill -TERM $$
  ) </dev/null >/dev/null 2>&1 &
  watcher=$!
}

# same: whether $real is still what was looked at: `absent`, or its entry and the sum of its content.
same() {
  if [ "$expected" = absent ]; then [ ! -e "$real" ] && [ ! -L "$real" ]; return; fi
  [ -n "$trusted" ] || { same_outside; return; }
  entry "$real" 2>/dev/null && [ "$entry" = "$expected" ] && sum "$real" || return
  case " $sums " in *" $sum "*) ;; *) false ;; esac
}

flush() { sync "$1" 2>/dev/null || sync; }

# change PATH FILE: $1 must still be $2, and stay so until its lock is had; what killed runs left is removed.
change() {
  guarded
  real "$1" || return
  trust "$1" || { refuse_link; return 1; }
  [ "$real" = "$2" ] || { say changed; return 1; }
  if [ -n "$trusted" ]; then [ -d "$folder" ] || mkdir -p "$folder"; else stage; fi || return
  locked || return
  left remove
}

# write PATH FILE: standard input becomes its content, whole or not at all.
write() {
  change "$1" "$2" || return
  aside=$folder/.$name.gatekey-$random
  [ -n "$trusted" ] || aside=./$random-new
  exec 4<&0
  set -C
  cat <&4 >"$aside" &
  reader=$!
  set +C
  wait "$reader" || return
  reader=
  sum "$aside" || return
  case " $sent " in *" $sum "*) ;; *) say cut; return 1 ;; esac
  entry "$aside" || return
  set -- $entry
  # A new file of root's gets its folder's owner, who must not be able to turn it into a link meanwhile.
  [ -n "$owner_wanted" ] || [ "$4" != 0 ] || chown -h "$(owner "$folder")" "$aside" 2>/dev/null
  [ "${owner_wanted:-$4:$5}" = "$4:$5" ] || chown "$owner_wanted" "$aside" 2>/dev/null || { say foreign; return 1; }
  chmod "$mode" "$aside" && flush "$aside" || return
  same || { say changed; return 1; }
  if [ -n "$trusted" ]; then mv -f "$aside" "$real"; else rename "$aside" "$real"; fi || return
  aside=
  [ -n "$trusted" ] || installed "$1" || { say swapped; return 1; }
  flush "$folder"
  say 'done'
}

# delete PATH FILE: a folder of gatekey's own goes with its last file, once the lock is gone.
delete() {
  change "$1" "$2" || return
  same || { say changed; return 1; }
  rm -f "$real" || return
  [ -z "$trusted" ] || [ "${folder##*/}" != gatekey ] || own=$folder
  flush "$folder"
  say 'done'
}

# sweep PATH FILE: removes only what killed runs left.
sweep() { change "$1" "$2" && say 'done'; }

say begin
