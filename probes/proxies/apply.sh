# shellcheck shell=sh
# $2: the stamp of the configuration that is to run. Then, in pairs: who is not let in any more (common name, server).
wanted=$2
shift 2
[ -S master.sock ] || { say process none; say end; exit 0; }
has perl || refuse no-perl
[ -n "$(current)" ] || { say process none; say end; exit 0; }
case $(ask "@!$(current) get var proc.gatekey") in
  *"$wanted"*) ;;
  *)
    ask reload >/dev/null
    tries=0
    until case $(ask "@!$(current) get var proc.gatekey") in *"$wanted"*) true ;; *) false ;; esac; do
      tries=$((tries + 1))
      [ "$tries" -lt 100 ] || refuse not-loaded
      sleep 0.1 2>/dev/null || sleep 1
    done
    # A sidecar's new worker has no bearer yet.
    [ ! -f renew.sh ] || sh renew.sh >/dev/null 2>&1
    ;;
esac
while [ $# -ge 2 ]; do
  for worker in $(workers); do
    ask "@!$worker del map clients.map $1" >/dev/null
    for session in $(ask "@!$worker show sess" | sed -n "s/^\(0x[0-9a-f]*\):.* srv=$2 .*/\1/p"); do
      ask "@!$worker shutdown session $session" >/dev/null
      say closed "$2"
    done
  done
  shift 2
done
say process running
say end
