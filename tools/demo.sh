#!/bin/sh
# The sandbox fleet from its first `up` to a rotation and back. Ends with an error at the first step that does not do
# what it prints.
set -eu
gatekey_root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$gatekey_root"
. tools/env.sh
# What this shell exports would win over the files.
unset OPENCLAW_GATEWAY_TOKEN OPENCLAW_GATEWAY_PASSWORD

# --- What is broken, and the place and message by which the preview must name it. The homes are those of Pulumi.dev.yaml.
plist=tw/Library/LaunchAgents/ai.openclaw.node.plist
variable='<key>OPENCLAW_GATEWAY_TOKEN</key><string>clawdbot-local-dev</string>'
spoil_1="perl -i -pe 's|(?=<key>PATH)|$variable|' .sandbox/$plist"
place_1='(tw launch agent environment)'
message_1='contains the public default clawdbot-local-dev'
spoil_2="echo pasted-from-an-old-note > .sandbox/studio/.openclaw/gatekey/gateway-token"
place_2='(studio secret file)'
message_2='contains another token'
spoil_3="rm .sandbox/box/.openclaw/gatekey/gateway-token"
place_3='(box secret file)'
message_3='contains nothing: the file is missing'
homes='studio tw box old'
# ----------------------------------------------------------------------------------------------------------------------

# The demo raises and lowers the number in a copy, so that the tracked configuration stays as it is.
export SANDBOX_CONFIG=.sandbox/demo.yaml
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
output=$scratch/output
ended=$scratch/ended

title() { printf '\n\n=== %s\n' "$*"; }

stop() {
  printf '\ndemo: %s\n' "$*" >&2
  exit 1
}

# Where it has no terminal of its own, Pulumi tells of each resource that it looks at; a terminal shows those that change.
unchanged='^@ |^ [~+-]  [^;]* (refreshing|refresh|creating|updating)( \([0-9.]*s\))? *$|^    gatekey:index:[A-Za-z]+ [^;]*  $|^    pulumi:pulumi:Stack [^;]*( running|  ) *$'

# typed COMMAND: shows it and runs it; its output and exit code are kept for the checks.
typed() {
  printf '\n$ %s\n' "$1"
  {
    code=0
    (eval "$1") 2>&1 || code=$?
    echo "$code" >"$ended"
  } | grep -Ev "$unchanged" | tee "$output"
}

works() { [ "$(cat "$ended")" -eq 0 ] || stop "that should have worked, and ended with $(cat "$ended")"; }
fails() { [ "$(cat "$ended")" -ne 0 ] || stop "that should have failed, and ended with 0"; }
prints() { grep -Fq -- "$1" "$output" || stop "that should have printed: $1"; }

up() { typed 'tools/sandbox up --yes' && works; }
# The real gateway, and the node that is connected to it.
openclaw() { tools/live "$@"; }
free_port() { node -p 's = net.createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() }); ""'; }
child() { cut -d ' ' -f 1 ".sandbox/$1/.local/state/gatekey/$2.child"; }

# patiently SECONDS COMMAND: until it succeeds.
patiently() {
  left=$1
  shift
  until "$@" >"$output" 2>&1; do
    left=$((left - 1))
    [ "$left" -gt 0 ] || { cat "$output"; stop "this did not succeed in time: $*"; }
    sleep 1
  done
}
ready() { curl -fsS "http://127.0.0.1:$port/readyz"; }
connected() { openclaw nodes status --json | tee "$scratch/nodes" | grep -q '"connected": true'; }
approved() {
  request=$(openclaw nodes pending --json | sed -n 's/.*"requestId": "\([^"]*\)".*/\1/p' | head -n 1)
  [ -n "$request" ] && openclaw nodes approve "$request"
}

in_order() { typed 'tools/sandbox preview --expect-no-changes' && works; }

rotate_to() {
  ran="$(child live openclaw-gateway) $(child live-node openclaw-node)"
  typed "perl -pi -e 's/rotation: [0-9]+/rotation: $1/' $SANDBOX_CONFIG" && works
  typed 'tools/sandbox preview' && works && prints "$2"
  up
  prints 'and rejects generation'
  [ "$ran" = "$(child live openclaw-gateway) $(child live-node openclaw-node)" ] || stop "what ran was restarted"
  patiently 60 connected
}

title "A fresh sandbox: one token, and every place that holds it"
tools/demo-stop.sh >/dev/null
port=$(free_port)
typed 'rm -rf .sandbox && cp -R tools/demo .sandbox' && works
mkdir .sandbox/live/tmp .sandbox/live-node/tmp
typed "perl -pi -e s/PORT/$port/ .sandbox/live*/.openclaw/openclaw.json" && works
typed "node tools/live-fleet.ts $port >$SANDBOX_CONFIG" && works
echo "$port" >.sandbox/live-port
up

title "It has a real gateway and a real node: their first pairing is approved, once and for all"
patiently 240 ready
patiently 60 connected
patiently 20 approved
typed 'openclaw nodes status' && works && prints 'connected'
in_order

title "Three places are spoilt by hand"
for spoil in "$spoil_1" "$spoil_2" "$spoil_3"; do typed "$spoil" && works; done

title "A plain preview names each of them"
typed 'tools/sandbox preview' && works
for message in "$place_1" "$message_1" "$place_2" "$message_2" "$place_3" "$message_3"; do prints "$message"; done
typed 'tools/sandbox preview --expect-no-changes' && fails

title "up puts them right, and leaves every other byte of the files as it was"
up
typed "cmp tools/demo/$plist .sandbox/$plist" && works
in_order

title "Rotation: the reviewed number is raised, and the real gateway takes the new token while it works"
rotate_to 2 'generation 2'
in_order

title "The way back: the number is lowered again"
rotate_to 1 'generation 1'
in_order

title "A last up changes nothing: no file of the fleet is newer than before it"
touch .sandbox/before
before="$(child live openclaw-gateway) $(child live-node openclaw-node)"
up
[ "$before" = "$(child live openclaw-gateway) $(child live-node openclaw-node)" ] || stop "what ran was restarted"
typed "cd .sandbox && find $homes -type f -newer before" && works
[ ! -s "$output" ] || stop "these files were written"
in_order

printf '\ndemo: every step did what it announces\n'
printf 'demo: a real gateway listens on 127.0.0.1:%s (process %s), and a node is connected (process %s).\n' "$port" $before
printf 'demo: ask it with `tools/live nodes status`, and its places with `tools/sandbox preview`; `make demo-stop` ends both.\n'
