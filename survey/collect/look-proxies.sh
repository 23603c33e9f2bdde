# shellcheck shell=sh
# $1: the home, $2: the first line of the configurations that gatekey writes. Then the processes of programs that are
# usually proxies, with the folder in which each runs, if that can be seen.
for each in "$1"/.local/state/gatekey/*/proxy.cfg; do
  case $each in *"$newline"*) continue ;; esac
  [ -f "$each" ] && [ ! -L "$each" ] && [ -r "$each" ] || continue
  [ "$(head -n 1 "$each")" != "$2" ] || say own "${each%/*}"
done
programs='haproxy|nginx|caddy|traefik|envoy|cloudflared|tailscaled|pomerium|oauth2-proxy|httpd|apache2|ghostunnel|stunnel|stunnel4'
if [ -r /proc/self/comm ]; then
  # shellcheck disable=SC2013 # process ids have no blanks
  for each in $(grep -lxE "$programs" /proc/[0-9]*/comm 2>/dev/null | cut -d / -f 3); do
    program=$(cat "/proc/$each/comm" 2>/dev/null) || continue
    say proxy "$each $program $(readlink "/proc/$each/cwd" 2>/dev/null)"
  done
else
  ps -A -o pid= -o comm= 2>/dev/null | sed 's|^ *\([0-9]*\) *\(.*/\)\{0,1\}|\1 |' | grep -E "^[0-9]+ ($programs)\$" |
    while read -r each program; do
      say proxy "$each $program $(lsof -a -p "$each" -d cwd -Fn 2>/dev/null | sed -n 's/^n//p')"
    done
fi
say end
