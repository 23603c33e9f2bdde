# shellcheck shell=sh
# What a look at a service, and its acts, are made of, after the prelude. Values of the one variable and of `--token` come
# back, and nothing else of an environment.
real() { readlink -f "$1" 2>/dev/null || printf '%s\n' "$1"; }

# TAG PATH: when it was written, and its bytes.
file() {
  [ -e "$2" ] || return 0
  if [ ! -f "$2" ] || [ ! -r "$2" ]; then say "$1.unreadable"; return 0; fi
  # Limits the bytes, as the file may grow meanwhile.
  say "$1.mtime $(stat -L -c %Y "$2" 2>/dev/null || stat -L -f %m "$2")"
  dd bs=65536 count=33 <"$2" 2>/dev/null | od -An -v -tx1 | tag "$1.hex"
}

# Lines of words, line breaks within a word as \001: the values of --token.
flags() {
  awk '{ if (next_one) { print; next_one = 0 } else if ($0 == "--token") next_one = 1
         else if (index($0, "--token=") == 1) print substr($0, 9) }' | tag flag
}

# PID: when it started, and which tokens it was given.
live() {
  [ "${1:-0}" -gt 0 ] 2>/dev/null || return 0
  if [ -r "/proc/$1/stat" ]; then
    stat_of "$1" || return 0
    say "live $1 $process_start $(getconf CLK_TCK 2>/dev/null || echo 100) $(cut -d ' ' -f 1 /proc/uptime) $(date +%s)"
    { tr '\000\012' '\012\001' <"/proc/$1/cmdline" | flags; } 2>/dev/null
    given=$({ tr '\000\012' '\012\001' <"/proc/$1/environ"; } 2>/dev/null) || return 0
    say seen
    printf '%s\n' "$given" | sed -n "s/^$variable=//p" | tag variable
  else
    began=$(ps -o lstart= -p "$1" 2>/dev/null) && [ -n "$began" ] || return 0
    say "live $1 $(printf %s "$began" | tr -s ' ' _) $(ps -o etime= -p "$1" | tr -d ' ') $(date +%s)"
    words=$(ps -Eww -o command= -p "$1" 2>/dev/null | tr ' ' '\012')
    printf '%s\n' "$words" | flags
    # The system hides the environment of its own programs.
    case $words in *PATH=*) say seen ;; esac
    printf '%s\n' "$words" | sed -n "s/^$variable=//p" | tag variable
  fi
}
say "home $HOME"
name=$1 path=$(at "$2")

# The files of a look.
look_files() {
  file file "$path"
  [ -z "$reads" ] || file reads "$(at "$reads")"
}

# ACT...: does them in this order.
act_all() {
  for act; do
    "do_$act" || { code=$?; say "failed $act $code"; exit 1; }
  done
}
