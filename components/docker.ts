import type * as docker from "@pulumi/docker"
import * as pulumi from "@pulumi/pulumi"
import { normalizeHost } from "../core/host.ts"
import { loadPeer } from "./peer.ts"

export function loadDocker(): typeof docker {
  return loadPeer("@pulumi/docker", "a container that gatekey makes")
}

const providers = new WeakMap<object, Map<string, docker.Provider>>()

/**
 * Returns the provider of a host's Docker engine, one per running program.
 * @param host `local`, for DOCKER_HOST or the engine's usual socket; or `ssh://[user@]name[:port]`
 */
export function dockerProvider(host: string): docker.Provider {
  // A process can run more than one program; each has a monitor of its own.
  const program = pulumi.runtime.getMonitor() ?? providers
  const known = providers.get(program) ?? new Map<string, docker.Provider>()
  providers.set(program, known)
  const key = normalizeHost(host)
  const made = known.get(key)
  if (made) return made
  const { Provider } = loadDocker()
  const provider = new Provider(`docker on ${key}`, host === "local" ? {} : { host })
  known.set(key, provider)
  return provider
}
