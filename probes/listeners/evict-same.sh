# shellcheck shell=sh
# Whether $1 is still the process that began at $2.
now=$(start_of "$1" | tr _ ' ' | sed 's/^ //; s/ $//')
[ -n "$now" ] && [ "$now" = "$2" ] || exit 4
