# shellcheck shell=sh
if stat -c %a / >/dev/null 2>&1; then
  facts() { stat -c '%a %u %h %Y %F|%n' "$@" 2>/dev/null; }
else
  facts() { stat -f '%Lp %u %l %m %HT|%N' "$@" 2>/dev/null; }
fi
# TAG FILE...: permissions, owner, links, time, and the name; none whose name would be two lines.
files() {
  name=$1; shift
  for each; do
    shift
    case $each in *"$newline"*) ;; *) set -- "$@" "$each" ;; esac
  done
  [ $# -eq 0 ] || facts "$@" | tag "$name"
}
