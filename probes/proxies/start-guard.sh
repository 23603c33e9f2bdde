# shellcheck shell=sh
# Written by gatekey: `pulumi up` writes it again.
# Runs HAProxy ($1). Once a day it loads its configuration again, and ends the connections from before an hour later: none
# outlives its certificate by more than 25 hours. What does that is no child of HAProxy, which waits for its children before
# it ends.
reloading() {
  last=$(date +%s)
  while kill -0 $$ 2>/dev/null; do
    sleep 15
    now=$(date +%s)
    [ "$now" -ge "$last" ] || last=$now
    [ "$((now - last))" -ge 86400 ] || continue
    kill -USR2 $$ 2>/dev/null && last=$now
  done
}
(reloading &)
exec "$1" -W -f proxy.cfg -S unix@master.sock
