import { client } from "../services/container/client.ts"
import type { Script } from "../services/manager.ts"
import { basics } from "../services/script.ts"

/**
 * One look at every container of a host, running or not, by the host's own `docker` (or `podman`): it knows the user's
 * `DOCKER_HOST`, contexts and `ssh://` engines, and answers with the Engine API's own words. No `docker` is an answer.
 */
export function looking(): Script {
  return { script: `${prelude}${look}`, args: [], timeout: 20_000 }
}

const prelude = `${basics}${client}`

// A container that goes in between makes `inspect` fail, and tell the others all the same.
const look = `
if [ -n "$client" ]; then
  say client "$client"
  ids=$(within 10 "$client" ps -aq --no-trunc 2>&1); code=$?
  if [ "$code" = 0 ]; then
    [ -z "$ids" ] || "$client" inspect --type container $ids 2>/dev/null | tag container
  elif [ "$code" = 137 ]; then say problem "no answer within 10 s"
  else say problem "$(printf '%s\\n' "$ids" | tail -n 1)"; fi
fi
say end
`

/** The same at the container of one name. */
export function lookingAt(name: string): Script {
  return { script: `${prelude}${lookAt}`, args: [name], timeout: 20_000 }
}

const lookAt = `
if [ -n "$client" ]; then
  say client "$client"
  if shown=$("$client" inspect --type container "$1" 2>&1); then printf '%s\\n' "$shown" | tag container
  else case $shown in *[Nn]'o such '*) ;; *) say problem "$(printf '%s\\n' "$shown" | tail -n 1)" ;; esac; fi
fi
say end
`

/**
 * Ends a container for good, so that its name is free: `$1` is its id. What it wrote into volumes stays. Exit code 4:
 * it is gone.
 */
export function removing(id: string): Script {
  return { script: `${prelude}${remove}`, args: [id], timeout: 60_000 }
}

const remove = `
"$client" inspect "$1" >/dev/null 2>&1 || exit 4
"$client" stop "$1" >/dev/null 2>&1
"$client" rm -f "$1" >/dev/null
`

/**
 * Stops a container and switches its restart off; nothing is removed. `$1` is its id: what has its name meanwhile is
 * left alone. Exit code 4: it is gone, or no longer as it was; 5: stopping it would remove it.
 * @param only `running`: one that does not run is left alone as well
 */
export function stopping(id: string, only: "running" | "any" = "any"): Script {
  return { script: `${prelude}${stop}`, args: [id, only], timeout: 60_000 }
}

const stop = `
case "$2 $("$client" inspect -f '{{.State.Running}} {{.HostConfig.AutoRemove}}' "$1" 2>/dev/null)" in
  *' true false' | 'any false false') ;;
  *' true true' | 'any false true') exit 5 ;;
  *) exit 4 ;;
esac
# Older podman cannot; it starts containers at boot only where a unit of its own is enabled.
"$client" update --restart=no "$1" >/dev/null 2>&1 || [ "$client" = podman ] || exit
"$client" stop "$1" >/dev/null
`
