#!/bin/sh
# The sandbox fleet from its first `up` to a rotation and back. Ends with an error at the first step that does not do
# what it says.
set -eu
gatekey_root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$gatekey_root"
. tools/env.sh

# --- What is spoilt, and the place and words by which the preview must name it. The homes are those of Pulumi.dev.yaml.
plist=tw/Library/LaunchAgents/ai.openclaw.node.plist
variable='<key>OPENCLAW_GATEWAY_TOKEN</key><string>clawdbot-local-dev</string>'
spoil_1="perl -i -pe 's|(?=<key>PATH)|$variable|' .sandbox/$plist"
place_1='(tw launch agent environment)'
words_1='holds the public default clawdbot-local-dev'
spoil_2="echo pasted-from-an-old-note > .sandbox/studio/.openclaw/gatekey/gateway-token"
place_2='(studio secret file)'
words_2='holds another token'
spoil_3="rm .sandbox/box/.openclaw/gatekey/gateway-token"
place_3='(box secret file)'
words_3='holds nothing: the file is missing'
homes='studio tw box old'
# ----------------------------------------------------------------------------------------------------------------------

# The demo raises and lowers the number in a copy, so that the tracked configuration stays as it is.
export SANDBOX_CONFIG=.sandbox/demo.yaml
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
said=$scratch/said
ended=$scratch/ended

title() { printf '\n\n=== %s\n' "$*"; }

stop() {
  printf '\ndemo: %s\n' "$*" >&2
  exit 1
}

# Where it has no terminal of its own, Pulumi tells of each resource that it looks at; a terminal shows those that change.
unchanged='^@ |^ [~+-]  [^;]* (refreshing|refresh|creating|updating)( \([0-9.]*s\))? *$|^    gatekey:index:[A-Za-z]+ [^;]*  $|^    pulumi:pulumi:Stack [^;]*( running|  ) *$'

# typed COMMAND: shows it and runs it; what it said and how it ended are kept for the checks.
typed() {
  printf '\n$ %s\n' "$1"
  {
    code=0
    (eval "$1") 2>&1 || code=$?
    echo "$code" >"$ended"
  } | grep -Ev "$unchanged" | tee "$said"
}

works() { [ "$(cat "$ended")" -eq 0 ] || stop "that should have worked, and ended with $(cat "$ended")"; }
fails() { [ "$(cat "$ended")" -ne 0 ] || stop "that should have failed, and ended with 0"; }
says() { grep -Fq -- "$1" "$said" || stop "that should have said: $1"; }

up() { typed 'tools/sandbox up --yes' && works; }
in_order() { typed 'tools/sandbox preview --expect-no-changes' && works; }

rotate_to() {
  typed "perl -pi -e 's/rotation: [0-9]+/rotation: $1/' $SANDBOX_CONFIG" && works
  typed 'tools/sandbox preview' && works && says "$2"
  up
}

title "A fresh sandbox: one token, and every place that holds it"
typed 'rm -rf .sandbox && cp -R tools/demo .sandbox' && works
typed "cp Pulumi.dev.yaml $SANDBOX_CONFIG" && works
up
in_order

title "Three places are spoilt by hand"
for spoil in "$spoil_1" "$spoil_2" "$spoil_3"; do typed "$spoil" && works; done

title "A plain preview names each of them"
typed 'tools/sandbox preview' && works
for words in "$place_1" "$words_1" "$place_2" "$words_2" "$place_3" "$words_3"; do says "$words"; done
typed 'tools/sandbox preview --expect-no-changes' && fails

title "up puts them right, and leaves every other byte of the files as it was"
up
typed "cmp tools/demo/$plist .sandbox/$plist" && works
in_order

title "Rotation: the reviewed number is raised"
rotate_to 2 'generation 2'
in_order

title "The way back: the number is lowered again"
rotate_to 1 'generation 1'
in_order

title "A last up changes nothing: no file of the fleet is newer than before it"
touch .sandbox/before
up
typed "cd .sandbox && find $homes -type f -newer before" && works
[ ! -s "$said" ] || stop "these files were written"
in_order

printf '\ndemo: every step did what it says\n'
