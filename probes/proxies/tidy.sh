# shellcheck shell=sh
# $2: a folder in it, which is removed if nothing is left there.
[ ! -d "$2" ] || rmdir "$2" 2>/dev/null
say end
