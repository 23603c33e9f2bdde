# shellcheck shell=sh
if has haproxy; then say version "$(haproxy -v 2>/dev/null | sed -n '1s/.*version \([0-9][0-9.]*\).*/\1/p')"; fi
if [ ! -S master.sock ]; then say process none
elif ! has perl; then say process unknown
else
  worker=$(current)
  if [ -z "$worker" ]; then say process none
  else say process running; ask "@!$worker get var proc.gatekey" | tag stamp; fi
fi
say end
