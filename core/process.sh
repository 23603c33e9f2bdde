# shellcheck shell=sh
# stat_of PID: $process_name, $process_state, $process_parent, $process_group and $process_start become what /proc says of
# it. Fails if it has ended, or if there is no /proc. IFS has to be the usual one.
stat_of() {
  { IFS= read -r process_line <"/proc/$1/stat"; } 2>/dev/null || return
  set -- "$1" ${process_line##*') '}
  # A name may contain anything, also a line break.
  if [ "$#" -lt 21 ]; then
    process_line=$(tr '\n' ' ' <"/proc/$1/stat") || return
    set -- "$1" ${process_line##*') '}
    [ "$#" -ge 21 ] || return
  fi 2>/dev/null
  process_name=${process_line#*'('} process_state=$2 process_parent=$3 process_group=$4 process_start=${21}
  process_name=${process_name%')'*}
  case $process_state in Z | X) return 1 ;; esac
}
