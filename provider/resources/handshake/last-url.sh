# shellcheck shell=sh
set -- "$(at "$1/")" "$2"
for each in state/openclaw.sqlite state/openclaw.sqlite-wal; do
  [ "$2" = openclaw ] && [ -f "$1/$each" ] && LC_ALL=C tr '\000' '\n' <"$1/$each" | grep -ao 'nodeHost\.config{.*' | cut -c 1-4000 | tail -n 1
done
[ "$2" = openclaw ] || [ ! -f "$1/node.json" ] || head -c 4000 "$1/node.json"
:
