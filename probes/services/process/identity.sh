# shellcheck shell=sh
# A process id alone may have been given to another process since: with its start time it names one.
# FILE: the id that stands there, when that very process lives.
living() {
  [ -r "$1" ] && read -r id start <"$1" || return 1
  [ -n "$start" ] && [ "$(start_of "$id")" = "$start" ] && printf '%s\n' "$id"
}
base=${path%.sh}
