# shellcheck shell=sh
port=$1 hex=$2 asked=$3 path=$4
named='openclaw|clawdbot|moltbot'
told=' '
# PID: whether it is told for the first time.
first() { case $told in *" $1 "*) return 1 ;; esac; told="$told$1 "; }

# Arguments come as one line: NUL as a tab, a line break as a space. What the shell reads itself costs no process.
kernel_process() {
  full=$1 id=$1
  while [ "${id:-0}" -gt 0 ] && first "$id"; do
    stat_of "$id" || return 0
    say "process $id $process_parent $process_start $process_name"
    if [ "$id" = "$full" ]; then
      while read -r key value _; do [ "$key" != Uid: ] || say "user $id $value"; done <"/proc/$id/status"
      while read -r group; do say "group $id $group"; done <"/proc/$id/cgroup"
      say "program $id $(readlink "/proc/$id/exe")"
      printf 'gk:words %s ' "$id"; tr '\n\000' ' \t' <"/proc/$id/cmdline"; echo
    fi 2>/dev/null
    id=$process_parent
  done
}
kernel_sockets() {
  rows=$(grep -ih " [0-9A-F]*:$hex [0-9A-F]*:0000 0A " /proc/net/tcp /proc/net/tcp6 2>/dev/null)
  [ -n "$rows" ] || return 0
  printf '%s\n' "$rows" | tag tcp
  holders=$(ls -l /proc/[0-9]*/fd 2>/dev/null | awk -v rows="$rows" '
    BEGIN { n = split(rows, line, "\n"); for (i = 1; i <= n; i++) { split(line[i], f, " "); want["socket:[" f[10] "]"] = f[10] } }
    /^\/proc\// { split($0, part, "/"); pid = part[3] }
    $NF in want { print pid, want[$NF] }' | sort -u)
  [ -z "$holders" ] || printf '%s\n' "$holders" | tag holder
  for each in $(printf '%s\n' "$holders" | cut -d ' ' -f 1); do kernel_process "$each"; done
}
kernel_gateways() {
  # shellcheck disable=SC2013 # ids have no blanks
  for each in $(grep -lE "$named" /proc/[0-9]*/cmdline 2>/dev/null | cut -d / -f 3); do
    [ "$each" = $$ ] || { kernel_process "$each"; kernel_listens "$each"; }
  done
}

# macOS and the BSDs. Without root lsof sees our own processes only; netstat tells that somebody else listens.
ps_process() {
  id=$1; set -- -o args=
  while [ "${id:-0}" -gt 0 ] && first "$id"; do
    line=$(ps -ww -o ppid= -o uid= -o lstart= "$@" -p "$id" 2>/dev/null | tr '\n' ' ') && [ -n "$line" ] || return 0
    say "ps $id $line"
    [ $# -eq 0 ] || say "program $id $(ps -o comm= -p "$id" 2>/dev/null)"
    [ $# -eq 0 ] || say "elapsed $id $(ps -o etime= -p "$id" 2>/dev/null)"
    set -- $line
    id=$1; set --
  done
}
ps_sockets() {
  found=$(lsof -nP -iTCP:"$port" -sTCP:LISTEN -Fpun 2>/dev/null)
  [ -z "$found" ] || printf '%s\n' "$found" | tag lsof
  netstat -an -p tcp 2>/dev/null | awk -v end="[.]$port$" '$NF == "LISTEN" && $4 ~ end { print $4 }' | tag netstat
  for each in $(printf '%s\n' "$found" | sed -n 's/^p//p'); do ps_process "$each"; done
}
ps_gateways() {
  for each in $(ps -axww -o pid= -o args= 2>/dev/null | awk -v named="$named" '$0 ~ named { print $1 }'); do
    [ "$each" = $$ ] || { ps_process "$each"; ps_listens "$each"; }
  done
}

all_containers() {
  has docker || return 0
  within 5 docker ps --no-trunc --format '{{.ID}}\t{{.Names}}\t{{.Image}}\t{{.Ports}}' 2>/dev/null | tag container
}

# Without its tools a look would see nobody, and say so.
need() { for each; do has "$each" || { echo "$each is missing there" >&2; exit 1; }; done; }
need awk cut grep id ls sed sort tr
say uid "$(id -u)"
{ read -r up _ </proc/uptime && say clock "$up" "$(getconf CLK_TCK || echo 100)"; } 2>/dev/null
case $asked in
  any) if [ -r /proc/net/tcp ]; then how=kernel; else how="ps"; fi ;;
  kernel) how=kernel ;;
  *) how="ps" ;;
esac
[ "$how" = kernel ] || need lsof ps
"${how}_sockets"
"${how}_gateways"
if [ -n "$path" ] && base=$(at "$path") && { read -r child start <"${base%.sh}.child"; } 2>/dev/null; then
  say "child $child $start"
  "${how}_process" "$child"
fi
all_containers
if has launchctl; then launchctl list 2>/dev/null | tag job; fi
for each in $({ printf '%s\n' "$rows" | awk '{ print $8 }'; printf '%s\n' "$found" | sed -n 's/^u//p'; } | sort -un); do
  say "name $each $(id -un "$each" 2>/dev/null)"
done
say end
