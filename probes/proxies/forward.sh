# shellcheck shell=sh
# $2, if it is given: how a guard is to hand clients on, `plain` or `named`. Without it, reports how it does.
map=gateway.map
[ -S master.sock ] || { say process none; say end; exit 0; }
has perl || refuse no-perl
if [ $# -gt 1 ]; then
  # A reload reads the file: every worker, as a new one may be loading.
  for worker in $(workers); do
    ask "@!$worker clear map $map" >/dev/null
    [ "$2" != plain ] || ask "@!$worker add map $map gateway plain" >/dev/null
  done
fi
worker=$(current)
[ -n "$worker" ] || { say process none; say end; exit 0; }
say process running
case $(ask "@!$worker show map $map") in
  *' gateway plain'*) say forwards plain ;;
  *) say forwards named ;;
esac
say end
