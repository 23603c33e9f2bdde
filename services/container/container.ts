import { shellWord } from "../../core/escape.ts"
import type { Manager, Service, Trouble } from "../manager.ts"
import { acting, looking } from "../script.ts"
import { client } from "./client.ts"
import { read } from "./read.ts"

const gather = `${client}
say clock "$(date +%s)"
if [ -n "$client" ]; then
  say client "$client"
  if shown=$("$client" inspect --type container "$name" 2>&1); then printf '%s\\n' "$shown" | tag container
  else say problem "$(printf '%s\\n' "$shown" | tail -n 1)"; fi
fi`

// What a container was made with is in it for good: only its Compose project can make it anew.
const acts = `${client}
label() { "$client" inspect -f "{{index .Config.Labels \\"com.docker.compose.$1\\"}}" "$name"; }
compose() {
  if docker compose version >/dev/null 2>&1; then docker compose "$@"
  elif has docker-compose; then docker-compose "$@"
  else echo "there is no docker compose" >&2; return 1; fi
}
do_reload() {
  service=$(label service) && project=$(label project) && files=$(label project.config_files) || return
  [ -n "$service" ] || { echo "it belongs to no Compose project that could make it anew" >&2; return 1; }
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
do_stop() { "$client" stop "$name" >/dev/null; }`

/** A container of Docker or Podman. Its definition is what it was made with; its file, its Compose project's. */
export const container: Manager = {
  name: "container",
  reloadRestarts: true,
  defaultPath: (name) => `/containers/${name}`,
  nameProblem: (name) =>
    /^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(name) ? undefined : "is no container's name, such as openclaw-gateway",
  define() {
    throw new Error("a container's program is its image's")
  },
  look: (service) => looking(gather, service),
  read,
  act: (service, wanted) => acting(acts, service, wanted),
  removal: { before: [], after: [] },
  remedy,
}

function remedy({ name, variable }: Service, { kind, act }: Trouble): string {
  if (kind === "environment")
    return `docker inspect -f '{{.Config.Image}}' ${shellWord(name)}, and look for ${variable} in that image`
  if (act === "reload") return `make it anew: docker compose up -d, or docker rm -f ${shellWord(name)} and docker run`
  return `docker logs --tail 20 ${shellWord(name)}`
}
