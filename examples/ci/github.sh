#!/bin/sh
# GitHub's part of gatekey-ci.sh, with gh (https://cli.github.com), $GH_TOKEN and $GITHUB_REPOSITORY.
#
#   head             the newest commit of pull request $NUMBER; ends with 1 for one from a fork
#   file COMMIT OUT  the stack's file of that commit, as data
#   comment FILE     at pull request $NUMBER: one comment, which is written anew each time
#   issue FILE       one open issue, which is written anew each time
#   clear            closes it
#   rotate           opens a pull request with the next number when it is due, and has it previewed
set -eu
repository=${GITHUB_REPOSITORY:?owner/name}
stack=${PULUMI_STACK:?the stack, as pulumi --stack takes it}
name=${stack##*/}
# Whose comments and issues are ours: anybody may write the marker.
export AUTHOR="${GATEKEY_AUTHOR:-github-actions[bot]}"

fail() {
  echo "gatekey-ci: $*" >&2
  exit 1
}

number() {
  case ${NUMBER-} in "" | *[!0-9]*) fail "NUMBER is no pull request's number" ;; esac
  echo "$NUMBER"
}

commit() {
  case $1 in *[!0-9a-f]*) fail "$2 is no commit" ;; esac
  [ ${#1} = 40 ] || fail "$2 is no commit"
}

head_commit() {
  asked=$(number)
  found=$(gh api "repos/$repository/pulls/$asked" --jq '"\(.head.repo.full_name) \(.head.sha)"')
  [ "${found% *}" = "$repository" ] || fail "pull request $asked comes from a fork: it is not previewed with the fleet's keys"
  commit "${found##* }" "the head of pull request $asked"
  echo "${found##* }"
}

file() {
  commit "$1" "the first word"
  gh api -H "Accept: application/vnd.github.raw+json" "repos/$repository/contents/Pulumi.$name.yaml?ref=$1" >"$2"
}

# The report under a line that nobody sees, by which it is found again.
body() {
  export MARKER="<!-- gatekey $1 of $name -->"
  text=$(mktemp)
  trap 'rm -f "$text"' EXIT
  { echo "$MARKER" && cat "$2"; } >"$text"
}

mine() {
  gh api --paginate "$1" --jq \
    '.[] | select(.user.login == env.AUTHOR and .pull_request == null and (.body // "" | startswith(env.MARKER))) | '"$2" >"$text.found"
  head -n 1 "$text.found"
  rm -f "$text.found"
}

comment() {
  asked=$(number)
  body preview "$1"
  known=$(mine "repos/$repository/issues/$asked/comments?per_page=100" .id)
  if [ -n "$known" ]; then
    gh api --method PATCH "repos/$repository/issues/comments/$known" -F "body=@$text" --silent
  else
    gh api --method POST "repos/$repository/issues/$asked/comments" -F "body=@$text" --silent
  fi
}

issue() {
  body drift "$1"
  known=$(mine "repos/$repository/issues?state=open&per_page=100" .number)
  if [ -n "$known" ]; then
    gh api --method PATCH "repos/$repository/issues/$known" -F "body=@$text" --silent
  else
    gh api --method POST "repos/$repository/issues" -f "title=gatekey: $name needs you" -F "body=@$text" --silent
  fi
}

clear() {
  body drift /dev/null
  known=$(mine "repos/$repository/issues?state=open&per_page=100" .number)
  [ -z "$known" ] ||
    gh api --method PATCH "repos/$repository/issues/$known" -f state=closed -f state_reason=completed --silent
}

rotate() {
  said=$(npx --no -- gatekey rotate --if-due --pull-request --stack "$stack")
  printf '%s\n' "$said"
  opened=$(printf '%s\n' "$said" | sed -n 's|^opened .*/pull/\([0-9][0-9]*\);.*|\1|p')
  # What a workflow's own token opens starts no workflow.
  [ -z "$opened" ] || gh workflow run preview.yml -f "number=$opened"
}

case "${1-} $#" in
  "head 1") head_commit ;;
  "file 3" | "comment 2" | "issue 2" | "clear 1" | "rotate 1") "$@" ;;
  *) fail "say one of: head, file COMMIT OUT, comment FILE, issue FILE, clear, rotate" ;;
esac
