#!/bin/sh
# daily.sh FOLDER: once a day, from cron, launchd or a systemd timer, in the folder of Pulumi.yaml, a clone with a remote.
# Rotates when maxAge is over, then looks for drift. Prints only what needs you: cron mails that.
#
# Once before, by hand there: pulumi login, pulumi stack select, and the stack's passphrase in the file below (0600).
# ssh and `git push` must get along without a question: keys without a passphrase, or in an agent that is always there.
set -eu
cd "${1:?the folder of Pulumi.yaml}"
PATH=$PWD/.tools/bin:$PWD/.tools/node/bin:$HOME/.pulumi/bin:/opt/homebrew/bin:/usr/local/bin:$PATH
PULUMI_CONFIG_PASSPHRASE_FILE=${PULUMI_CONFIG_PASSPHRASE_FILE-$HOME/.config/gatekey/passphrase}
PULUMI_SKIP_UPDATE_CHECK=true
export PATH PULUMI_CONFIG_PASSPHRASE_FILE PULUMI_SKIP_UPDATE_CHECK

alarm() { # on a desktop, where nobody reads mail of cron
  if command -v osascript; then osascript -e 'display notification "gatekey needs you: see its log"'
  elif command -v notify-send; then notify-send "gatekey needs you: see its log"; fi >/dev/null 2>&1
}
trap 'test $? = 0 || alarm' EXIT
quietly() { out=$("$@" 2>&1) || { printf '%s\n' "$out" >&2; exit 1; }; }

quietly git pull --ff-only
quietly npx --no -- gatekey rotate --if-due --commit
declared=$(pulumi config get --non-interactive --path gatekey:token.rotation)
in_force=$(pulumi stack output --non-interactive generation)
# Pushed before it is rolled out: another clone must not go back to the number before. Never back without a hand.
if [ "$declared" -gt "$in_force" ]; then
  quietly git push
  quietly pulumi up --non-interactive --yes
fi
quietly pulumi preview --non-interactive --expect-no-changes
