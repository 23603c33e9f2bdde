# shellcheck shell=sh
# $2: the stamp of the configuration that is to run. Then, in pairs: who is not let in any more (common name, server).
wanted=$2
shift 2
# Cuts off the revoked in every worker, also in those that a reload retired: 50 sessions in a request, as each is a process.
cut_off() {
  while [ $# -ge 2 ]; do
    # Who has another role now is in the list: only the sessions of before end.
    gone="del map clients.map $1; "
    ! grep -q "^$1 " clients.map 2>/dev/null || gone=
    for worker in $(workers); do
      sessions=$(ask "${gone:+@!$worker $gone}@!$worker show sess" |
        sed -n "s/^\(0x[0-9a-f]*\):.* srv=$2 .*/\1/p")
      [ -n "$sessions" ] || continue
      printf '%s\n' "$sessions" | awk -v worker="$worker" '
        { line = line "@!" worker " shutdown session " $1 "; " }
        NR % 50 == 0 { print line; line = "" }
        END { if (line != "") print line }' | while read -r requests; do ask "$requests" >/dev/null; done
      printf '%s\n' "$sessions" | tag closed
    done
    shift 2
  done
}
[ -S master.sock ] || { say process none; say end; exit 0; }
has perl || refuse no-perl
# At first, as a reload takes its time; and once more for who came in meanwhile.
cut_off "$@"
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
cut_off "$@"
say process running
say end
