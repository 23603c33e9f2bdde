# shellcheck shell=sh
# FILE...: the number and the path without links of each that a link leads to.
number=0
for each; do
  real=$(readlink -f "$each" 2>/dev/null) || real=
  case $real in '' | "$each" | *"$newline"*) ;; *) say "target $number $real" ;; esac
  number=$((number + 1))
done
say end
