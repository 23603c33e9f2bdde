# shellcheck shell=sh
# What a container was made with is in it for good: only its Compose project can make it anew.
find_client
label() { "$client" inspect -f "{{index .Config.Labels \"com.docker.compose.$1\"}}" "$name"; }
compose() {
  if docker compose version >/dev/null 2>&1; then docker compose "$@"
  elif has docker-compose; then docker-compose "$@"
  else echo "there is no docker compose" >&2; return 1; fi
}
do_reload() {
  service=$(label service) && project=$(label project) && files=$(label project.config_files) || return
  [ -n "$service" ] || { echo "it belongs to no Compose project that could recreate it" >&2; return 1; }
  folder=$(label project.working_dir)
  [ -z "$folder" ] || cd "$folder" || return
  set -- -p "$project"
  IFS=,
  for file in $files; do set -- "$@" -f "$file"; done
  unset IFS
  compose "$@" up -d --no-deps "$service" >/dev/null
}
do_enable() { :; }
do_disable() { :; }
do_reset() { :; }
do_start() { "$client" start "$name" >/dev/null; }
do_restart() { "$client" restart "$name" >/dev/null; }
do_stop() { "$client" stop "$name" >/dev/null; }
