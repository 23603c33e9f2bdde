# shellcheck shell=sh
# Waits for the end of the run, whose process is $1, and closes its connections, whose sockets are in the folder $2.
while kill -0 "$1" 2>/dev/null; do sleep 1; done
for socket in "$2"/*; do
  [ -S "$socket" ] || continue
  ssh -F /dev/null -o ControlPath="$socket" -O exit gatekey & closing=$!
  (sleep 5; kill -KILL "$closing") & timer=$!
  wait "$closing"
  kill "$timer"
done
rm -rf "$2"
