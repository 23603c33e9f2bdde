# shellcheck shell=sh
utf16=$(printf '^(\377\376|\376\377)')
exec 3>&1
# What was not looked at, or not wholly.
partial() { printf 'gk:partial %s\n' "$*" >&3; }
# SECONDS WHAT COMMAND: what is not done by then is said.
most() {
  seconds=$1 what=$2; shift 2
  within "$seconds" "$@" && return
  code=$?
  [ "$code" != 137 ] || partial "$what"
  return "$code"
}
large='printf "gk:partial %s, of more than 64 MB\n" "$(printf %s "$1" | tr "\n" " ")" >&3'
# Regular files among them, links followed; a pipe would be waited for, what has no end is none, and what the system makes
# up, which may have to be waited for as well, says that it is empty.
regular() {
  has find || { for each; do [ ! -f "$each" ] || [ ! -s "$each" ] || printf '%s\n' "$each"; done; return; }
  most 10 "the kind of files" find -L "$@" -prune -type f -size +0 \( -size -131072 -print -o -exec sh -c "$large" sh {} \; \) 2>/dev/null
}
# Pipes and sockets among them: what comes out of them is not known.
special() {
  [ $# -gt 0 ] && has find || return 0
  most 10 "the kind of files" find -L "$@" -prune \( -type p -o -type s \) -print 2>/dev/null | sed 's/^/gk:partial /; s/$/, which is a pipe or a socket/' >&3
}
# Those of the files that name a product, or may do so in UTF-16, which some shells read; 137 where they were not all read.
naming() (
  set -f
  [ $# -gt 0 ] || exit 0
  regular=$(regular "$@") || { code=$?; [ "$code" != 137 ] || exit "$code"; }
  set -- $regular
  [ $# -eq 0 ] || most 10 "the content of files that may name a product" grep -lE "$named|$utf16" "$@" 2>/dev/null
)
# A folder's path without links.
real_folder() { (CDPATH='' cd -- "$1" 2>/dev/null && pwd -P) || printf '%s\n' "$1"; }

say home "$home"
[ -d "$home/" ] && [ -x "$home/" ] || { say nohome; say end; exit 0; }
say real "$(real_folder "$home")"
# openclaw moves the folder of its predecessor, and leaves a link: its files have two names.
for each in "$home"/.clawdbot*; do [ ! -L "$each" ] || say folderlink "$each|$(real_folder "$each")"; done
say user "$(id -u) $(id -un)"
say now "$(date +%s)"; say name "$(hostname 2>/dev/null || uname -n)"
facts "$home" | tag owner
{ within 5 ip -o addr 2>/dev/null || within 5 ifconfig 2>/dev/null; } | sed -n 's/.*inet6\{0,1\} \(addr:\)\{0,1\}\([0-9a-f.:]*\).*/\2/p' | tag address
say system "$(uname -s)"
IFS=$newline
# CALL: with the files of each pattern that some exist of, as $number, $how and its arguments.
patterns() {
  call=$1
  while read -r line; do
    number=${line%% *}; rest=${line#* }; how=${rest%% *}; glob=${rest#* }
    case $glob in '~/'*) set -- "$home"/${glob#??} ;; *) set -- $glob ;; esac
    [ -e "$1" ] || [ -L "$1" ] || continue
    if [ $# -gt "$most_files" ]; then
      [ "$call" = found ] || partial "more than $most_files files like $glob"
      set -f; set -- $(printf '%s\n' "$@" | head -n "$most_files"); set +f
    fi
    "$call" "$@"
  done <<gatekey-patterns
$globs
gatekey-patterns
}
# One program reads them all: to start one for each takes seconds on a machine that is busy.
candidates=
candidate() { [ "$how" != naming ] || for each; do candidates=$candidates$newline$each; done; }
patterns candidate
set -f
special $candidates
naming=$(naming $candidates)
apart=$? naming=$newline$naming$newline
set +f
found() {
  # One of them may be on a disk that does not answer.
  if [ "$how" = naming ] && [ "$apart" = 137 ]; then
    set -f; set -- $(naming "$@"); set +f
  elif [ "$how" = naming ]; then
    for each; do
      shift
      case $naming in *"$newline$each$newline"*) set -- "$@" "$each" ;; esac
    done
  fi
  files "file $number" "$@"
}
patterns found
