# shellcheck shell=sh
home=$(at "$1/")
home=${home%/}
values=$(cat)
partial() { say "partial $*"; }
# Another program would be given the values as its words.
[ "$(command -v printf)" = printf ] || { partial "the home, for copies by their value, as its shell has no printf of its own"; say end; exit 0; }
has find || { partial "the home, for copies by their value, as it has no find"; say end; exit 0; }
until=$(($(date +%s) + most_seconds))
listed() {
  eval "find \"\$home/.\" -xdev -maxdepth $most_deep \\( $skipped_folders -o -path \"*\$newline*\" \\) -prune \
    -o -type f -size -$most_blocks ! \\( $skipped_ends \\) -print" 2>/dev/null
}
list=$(within $((most_seconds / 2)) listed)
[ "$?" != 137 ] || partial "the folders of the home, for copies by their value: more than $((most_seconds / 2)) s"
list=$(printf '%s\n' "$list" | sed 's|/\./|/|' | head -n $((most_files + 1)))
count=$(printf '%s\n' "$list" | grep -c .)
if [ "$count" -gt "$most_files" ]; then partial "more than $most_files files of the home, for copies by their value"; fi
# Of a binary file nothing is said; busybox's grep has no such option.
quiet=
printf '' | grep -I x >/dev/null 2>&1
[ "$?" != 1 ] || quiet=-I
IFS=$newline
set -f
at=1 batch=1000
while [ "$at" -le "$count" ] && [ "$at" -le "$most_files" ]; do
  if [ "$(date +%s)" -ge "$until" ]; then
    partial "$((count - at + 1)) of $count files of the home, for copies by their value: more than $most_seconds s"
    break
  fi
  set -- $(printf '%s\n' "$list" | sed -n "$at,$((at + batch - 1))p;$((at + batch - 1))q")
  {
    printf '%s\n' "$values" | grep $quiet -lF -f - -- "$@" 2>/dev/null
    [ "$?" -lt 126 ] || say "failed"
  } | sed 's/^/gk:hit /; s/^gk:hit gk:failed$/gk:partial files of the home with long names, for copies by their value/'
  at=$((at + batch))
done
say end
