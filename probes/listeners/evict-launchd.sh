# shellcheck shell=sh
[ "$(launchctl list | awk -v label="$3" -F '\t' '$3 == label { print $3 }')" = "$3" ] || exit 4
launchctl disable "gui/$4/$3" || exit
launchctl bootout "gui/$4/$3"; code=$?
# 36: it is on its way; 3 and 113: it has gone.
case $code in 0 | 3 | 36 | 113) exit 0 ;; esac
exit "$code"
