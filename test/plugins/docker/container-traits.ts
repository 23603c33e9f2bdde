import type { Kind } from "./kind.ts"

const replaces = true
const kept = true
const set = true

/** [tf] resource_docker_container.go: `ForceNew`, `Computed` and `DiffSuppressFunc`, `TypeSet`, `Default`. */
export const containerTraits: Kind["traits"] = {
  name: { replaces },
  image: { replaces },
  hostname: { replaces, kept },
  domainname: { replaces },
  command: { replaces, kept },
  entrypoints: { replaces, kept },
  user: { replaces, kept },
  workingDir: { replaces, kept },
  envs: { replaces, kept, set },
  labels: { replaces, kept, set },
  ports: { replaces, entry: { ip: "0.0.0.0", protocol: "tcp" } },
  mounts: { replaces, set, entry: { readOnly: false } },
  networkMode: { replaces, otherwise: "bridge" },
  networksAdvanced: { replaces, set },
  privileged: { replaces },
  readOnly: { replaces, otherwise: false },
  stopSignal: { replaces, kept },
  stopTimeout: { replaces, kept },
  init: { kept },
  restart: { otherwise: "no" },
  maxRetryCount: {},
  memory: {},
  mustRun: { otherwise: true },
  start: { otherwise: true },
  rm: { otherwise: false },
  removeVolumes: { otherwise: true },
  destroyGraceSeconds: {},
}
