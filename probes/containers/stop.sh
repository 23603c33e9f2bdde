# shellcheck shell=sh
find_client
case "$2 $("$client" inspect -f '{{.State.Running}} {{.HostConfig.AutoRemove}}' "$1" 2>/dev/null)" in
  *' true false' | 'any false false') ;;
  *' true true' | 'any false true') exit 5 ;;
  *) exit 4 ;;
esac
# Older podman cannot; it starts containers at boot only where a unit of its own is enabled.
"$client" update --restart=no "$1" >/dev/null 2>&1 || [ "$client" = podman ] || exit
"$client" stop "$1" >/dev/null
