#!/bin/sh
# gatekey-ci.sh judge FILE | preview FILE | up | drift: what a CI does, in the folder of Pulumi.yaml, on the base branch.
# FILE is a pull request's Pulumi.<stack>.yaml: data, of which nothing runs. Nothing else of a pull request may be here.
#
#   judge    prints `free` or `reviewed`: who may have it previewed; needs no secret. Ends with 1, and says why, for nobody
#   preview  checks FILE again, previews it, and posts the report; ends with 2 where it could not be looked at
#   up       rolls out what is here
#   drift    looks, and posts or withdraws the report; ends with 0 clean, 1 something differs, 2 could not look
#
#   PULUMI_STACK       the stack; with it the backend and the passphrase or token, as Pulumi takes them
#   GATEKEY_APPROVED   `true`: a reviewer has approved what is not free (preview)
#   GATEKEY_OUT        where the report is left: comment.md, report.html; default: gatekey-report
#   GATEKEY_POST       a program that posts it: PROGRAM comment FILE, PROGRAM issue FILE, PROGRAM clear; default: nobody
#   GATEKEY_SSH_KEY, GATEKEY_KNOWN_HOSTS   a key without a passphrase for an agent of this run, and the hosts' own keys
set -eu
umask 077
: "${PULUMI_STACK:?the stack, as pulumi --stack takes it}"
stack_file=Pulumi.${PULUMI_STACK##*/}.yaml
out=${GATEKEY_OUT:-gatekey-report}
work=$(mktemp -d)
trap 'rm -rf "$work"; [ -z "${SSH_AGENT_PID-}" ] || kill "$SSH_AGENT_PID"' EXIT
unset SSH_AGENT_PID PULUMI_ENABLE_STREAMING_JSON_PREVIEW

fail() {
  echo "gatekey-ci: $*" >&2
  exit 2
}
gatekey() { npx --no -- gatekey "$@"; }
post() { [ -z "${GATEKEY_POST-}" ] || "$GATEKEY_POST" "$@"; }

[ -z "${PULUMI_DEBUG_GRPC-}" ] || fail "PULUMI_DEBUG_GRPC makes Pulumi write tokens in the clear; see SECURITY.md"
[ -f "$stack_file" ] || fail "$stack_file is not here"

keys() {
  if [ -n "${GATEKEY_KNOWN_HOSTS-}" ] && [ ! -e ~/.ssh/known_hosts ]; then
    mkdir -p ~/.ssh
    printf '%s\n' "$GATEKEY_KNOWN_HOSTS" >~/.ssh/known_hosts
  fi
  [ -n "${GATEKEY_SSH_KEY-}" ] || return 0
  eval "$(ssh-agent -s)" >/dev/null
  printf '%s\n' "$GATEKEY_SSH_KEY" | ssh-add -q - || fail "GATEKEY_SSH_KEY is no key that ssh-add takes"
  unset GATEKEY_SSH_KEY
}

judge() {
  if gatekey check --base "$stack_file" "$1" >"$work/said"; then
    echo free
  elif gatekey check --base "$stack_file" --approved "$1" >>"$work/said"; then
    echo reviewed
  else
    cat "$work/said" >&2
    exit 1
  fi
}

# Leaves the report of what Pulumi says; ends as `gatekey report` does. Nothing of the preview itself is kept.
reported() {
  code=0
  mkdir -p "$out"
  gatekey report --html "$out/report.html" "$work/preview.json" >"$out/comment.md" || code=$?
  [ -s "$out/comment.md" ] || echo "### gatekey: nobody could look; the log of this run says why" >"$out/comment.md"
  return "$code"
}

preview() {
  approved=
  [ "${GATEKEY_APPROVED-}" != true ] || approved=--approved
  gatekey check --base "$stack_file" ${approved:+"$approved"} --write "$work/stack.yaml" "$1" || exit 1
  keys
  pulumi preview --non-interactive --json --config-file "$work/stack.yaml" >"$work/preview.json" || true
  code=0
  reported || code=$?
  post comment "$out/comment.md"
  [ "$code" -lt 2 ] || exit 2
}

up() {
  keys
  pulumi up --non-interactive --yes
}

drift() {
  keys
  same=true
  pulumi preview --non-interactive --json --expect-no-changes >"$work/preview.json" || same=
  code=0
  reported || code=$?
  # A number that was raised and is not rolled out is no finding of a report.
  [ -n "$same" ] || [ "$code" != 0 ] || code=1
  if [ "$code" = 0 ]; then post clear; else post issue "$out/comment.md"; fi
  exit "$code"
}

case "${1-} $#" in
  "judge 2" | "preview 2" | "up 1" | "drift 1") "$@" ;;
  *) fail "say one of: judge FILE, preview FILE, up, drift" ;;
esac
