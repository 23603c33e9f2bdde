# shellcheck shell=sh
pid=$1 unit=$2 line=$3
if [ -n "$unit" ]; then
  user_manager
  journalctl --user -u "$unit" "_PID=$pid" -o cat --no-pager 2>/dev/null | grep -F -- "$line" | tail -n 1 | tag made
fi
for each in 1 2; do
  [ -f "/proc/$pid/fd/$each" ] || continue
  # What it wrote of this start stands at the end.
  tail -c 4000000 "/proc/$pid/fd/$each" 2>/dev/null | grep -aE '^[0-9T:.+-]+ ' | grep -aF -- "$line" | tail -n 1 | tag made
done
say end
