#!/bin/sh
# What gatekey runs on a Mac alone, on this Mac: the forms of commands that docs/macos.md lists, then the rows of
# test/provider/resources/service/launchd.test.ts against this Mac's own launchd instead of its double, under labels
# `org.gatekey.test.…` that are unloaded and removed at the end. Run it in a terminal of the logged-in user, not over SSH.
set -eu
cd "$(dirname -- "$0")/.."
. tools/env.sh

stop() {
  printf 'on-a-mac: %s\n' "$*" >&2
  exit 1
}

[ "$(uname)" = Darwin ] || stop "this is $(uname), and launchd is on macOS alone"
launchctl print "gui/$(id -u)" >/dev/null 2>&1 || stop "nobody is logged in at the screen as $(id -un): log in there, and run this in a terminal"
command -v node >/dev/null 2>&1 || stop "node is missing: run \`make setup\`"

# What a row that was interrupted left behind.
sweep() {
  for plist in "$HOME"/Library/LaunchAgents/org.gatekey.test.*.plist; do
    [ -e "$plist" ] || continue
    label=$(basename "$plist" .plist)
    launchctl bootout "gui/$(id -u)/$label" 2>/dev/null || true
    rm -f "$plist"
  done
}
trap sweep EXIT
trap 'exit 1' INT TERM

sh test/mac-forms.sh || failed=forms

GATEKEY_REAL_LAUNCHD=1 npx vitest run test/provider/resources/service/launchd.test.ts "$@" || failed="${failed-} launchd"
# Scripts and probes of a local host: what is for Linux alone is skipped there.
npx vitest run test/probes test/survey/collect test/hosts test/places "$@" || failed="${failed-} probes"
[ -z "${failed-}" ] || stop "failed: $failed"
echo "on-a-mac: every form and every test did what it should"
