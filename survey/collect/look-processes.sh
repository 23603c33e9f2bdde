# shellcheck shell=sh
# What a user's manager gives to all that it starts.
if has launchctl; then
  for each in OPENCLAW CLAWDBOT; do
    value=$(most 5 "launchd" launchctl getenv "${each}_GATEWAY_TOKEN" 2>/dev/null) && [ -z "$value" ] || say session "launchd ${each}_GATEWAY_TOKEN=$value"
  done
elif has systemctl; then
  user_manager
  most 5 "the environment of systemd's user manager" systemctl --user show-environment 2>/dev/null | sed -n 's/^\([A-Z]*_GATEWAY_TOKEN=\)/systemd \1/p' | tag session
fi

# Variables that a config names in place of a token.
names=$(
  set -- "$home"/.openclaw*/*.json* "$home"/.clawdbot*/*.json*
  set -f; IFS=$newline
  set -- $(regular "$@")
  [ $# -eq 0 ] || most 5 "the configs, for variables that they name" cat "$@" | head -c 4000000 | tr '\n\r\t' '   ' |
    grep -aoE '(token|password)[[:punct:]]? *: *([[:punct:]][^[:space:]]*|[{][^{}]*[}])' | grep -aoE '[$][{]?[A-Z_][A-Z0-9_]*|id[[:punct:]]? *: *[[:punct:]][A-Z_][A-Z0-9_]*' |
    sed 's/.*://; s/[^A-Z0-9_]//g' | grep . | grep -vxE 'HOME|PATH' | sort -u | head -n 50
)
printf '%s\n' "$names" | grep . | tag named
variables="^((OPENCLAW|CLAWDBOT|MOLTBOT)_(GATEWAY_TOKEN|GATEWAY_PASSWORD|GATEWAY_PORT|CONFIG_PATH|STATE_DIR|HOME|PROFILE)|HOME$(printf '%s\n' "$names" | grep . | sed 's/^/|/' | tr -d '\n'))=|^PATH="

# PID LINES: what it was given, and the folder that it takes for its home.
given() {
  own=
  [ -n "$2" ] || return 0
  printf '%s\n' "$2" | tag "given $1"
  own=$(printf '%s\n' "$2" | sed -n 's/^HOME=//p' | tail -n 1)
  [ -z "$own" ] || say "homeof $1 $(real_folder "$own")"
}

# Live processes: when each began, who started it, its words, and what of its environment concerns us.
if [ -r /proc/self/stat ]; then
  say clock "$(getconf CLK_TCK 2>/dev/null || echo 100) $(cut -d ' ' -f 1 /proc/uptime)"
  pids=$(grep -lE 'openclaw|clawdbot|moltbot' /proc/[0-9]*/cmdline 2>/dev/null | cut -d / -f 3)
  [ "$(printf '%s\n' "$pids" | wc -l)" -le "$most_processes" ] || partial "more than $most_processes processes that are named like the products"
  for each in $(printf '%s\n' "$pids" | head -n "$most_processes"); do
    [ "$each" != $$ ] || continue
    stat_of "$each" || continue
    say process "$each $process_parent $process_start"
    { sed -n 's/^Uid:[[:blank:]]*\([0-9]*\).*/\1/p' "/proc/$each/status" | tag "uid $each"; } 2>/dev/null
    { tag "group $each" <"/proc/$each/cgroup"; } 2>/dev/null
    given=$({ tr '\000\012' '\012\001' <"/proc/$each/environ" | grep -E "$variables" | sed 's/^PATH=.*/PATH=/'; } 2>/dev/null)
    given "$each" "$given"
    kernel_listens "$each"
    folder=$(readlink "/proc/$each/cwd" 2>/dev/null) && say folder "$each $folder"
    # With another home at the same path, as in a container or behind mounts of its own.
    own=/proc/$each/root${own:-$home}
    # shellcheck disable=SC3013 # dash, bash, busybox and zsh have it
    [ ! -d "/proc/$each/root/" ] || [ "$own" -ef "${own#"/proc/$each/root"}" ] || say apart "$each"
    # Last: whoever ended before its environment was read has no words either, and is none of this home.
    { printf 'gk:words %s ' "$each"; tr '\n\000' ' \t' <"/proc/$each/cmdline"; echo; } 2>/dev/null
  done
else
  for each in $(ps -axww -o pid= -o args= 2>/dev/null | awk '/openclaw|clawdbot|moltbot/ { print $1 }'); do
    [ "$each" != $$ ] || continue
    line=$(ps -ww -o ppid= -o uid= -o etime= -o args= -p "$each" 2>/dev/null) || continue
    say ps "$each $line"
    ps_listens "$each"
    given "$each" "$(ps -Eww -o command= -p "$each" 2>/dev/null | tr ' ' '\012' | grep -E "$variables" | sed 's/^PATH=.*/PATH=/')"
  done
fi
