# shellcheck shell=sh
# Written by gatekey: `pulumi up` writes it again.
# Runs HAProxy ($1). Beside it a bearer is renewed each minute, and at once when the machine has slept. What renews is no
# child of HAProxy, which waits for its children before it ends.
renewing() {
  last=0
  while kill -0 $$ 2>/dev/null; do
    now=$(date +%s)
    pause=5
    if [ "$((now - last))" -ge 60 ] || [ "$now" -lt "$last" ]; then
      sh renew.sh
      case $? in 0) last=$now ;; 75) pause=1 ;; esac
    fi
    sleep "$pause"
  done
}
(renewing &)
exec "$1" -W -f proxy.cfg -S unix@master.sock
