# shellcheck shell=sh
# The time in a name sorts it. Larger ones than 256 KB would be cut off, and are no JSON then.
newest=
for each in "$1"/logs/stability/*startup_failed.json; do [ ! -f "$each" ] || [ ! -r "$each" ] || newest=$each; done
[ -z "$newest" ] || head -c 262144 "$newest" | tag record
say end
