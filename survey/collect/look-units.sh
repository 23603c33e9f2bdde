# shellcheck shell=sh
# Units: all that one is made of which names a product, in whatever folder; a mask or a reset names none. By the first
# part of their names, which their templates, instances, and drop-ins for all of a prefix share.
runtime=${XDG_RUNTIME_DIR:-/run/user/$(id -u)}
say "runtime $runtime"
set -f
eval "set -- $unit_folders"
set +f
candidates=
for folder; do
  for each in "$folder"/*.service "$folder"/*.service.d/*.conf; do
    [ ! -e "$each" ] || candidates=$candidates$newline$each
  done
done
set -f
special $candidates
stems=$(
  naming $candidates |
    sed 's|/[^/]*\.conf$||; s|\.d$||; s|.*/||; s|[-@.].*||' | grep -x '[A-Za-z0-9:_]\{1,\}' | sort -u | head -n 50
)
set +f
seen='|'
for folder; do
  [ -d "$folder" ] || continue
  # Of two names of one folder (/lib, /etc/xdg/systemd/user) one is enough.
  own=$(real_folder "$folder")
  case $seen in *"|$own|"*) continue ;; esac
  seen="$seen$own|"
  set -- "$folder"/service.d/*.conf
  for stem in $stems; do
    for each in "$folder/$stem.service" "$folder/$stem"[-@.]*.service "$folder/$stem"[-@.]*service.d/*.conf; do
      [ ! -L "$each" ] || say "unitlink $(readlink "$each")|$each"
      if [ -e "$each" ] || [ -L "$each" ]; then set -- "$@" "$each"; fi
    done
    for link in "$folder"/*.wants/"$stem"*@?*.service; do [ ! -L "$link" ] || say "instance ${link##*/}"; done
  done
  files unit "$@"
done
