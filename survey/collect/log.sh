# shellcheck shell=sh
# What a manager keeps; else the product's own file of the day.
manager=$1 name=$2 path=$3 product=$4 role=$5 most=$6
# FILE: its last lines, and no more of a long one than can be shown.
ends() { tail -c 65536 "$1" | tail -n "$most"; }
case $manager in
  systemd)
    user_manager
    lines=$(journalctl --user -u "$name" -n "$most" -o cat --no-pager 2>/dev/null)
    [ -n "$lines" ] || lines=$(journalctl _SYSTEMD_USER_UNIT="$name" -n "$most" -o cat --no-pager 2>/dev/null) ;;
  launchd)
    for key in StandardErrorPath StandardOutPath; do
      file=$(sed -n "/<key>$key</{n;s/.*<string>\(.*\)<\/string>.*/\1/p;}" "$path" 2>/dev/null)
      [ ! -f "$file" ] || [ ! -r "$file" ] || lines="$lines
$(ends "$file")"
    done ;;
esac
if [ -z "$lines" ]; then
  base=$HOME/.local/state/gatekey/$product-$role.log
  [ ! -f "$base" ] || [ ! -r "$base" ] || lines=$(ends "$base")
fi
[ -z "$lines" ] || printf '%s\n' "$lines" | tail -n "$most" | tag log
say end
