import type { Properties } from "../../../provider/wire.ts"

/** What the engine tells of a container, as far as it is read. */
export interface Inspected {
  readonly Name: string
  readonly Image: string
  readonly State: { readonly Running: boolean; readonly ExitCode: number }
  readonly Config: {
    readonly Image: string
    readonly Hostname: string
    readonly Domainname: string
    readonly Cmd: readonly string[] | null
    readonly Entrypoint: readonly string[] | null
    readonly User: string
    readonly WorkingDir: string
    readonly StopSignal?: string
    readonly StopTimeout?: number
  }
  readonly HostConfig: {
    readonly AutoRemove: boolean
    readonly ReadonlyRootfs: boolean
    readonly Privileged: boolean
    readonly Init?: boolean
    readonly Memory: number
    readonly NetworkMode: string
    readonly RestartPolicy: { readonly Name: string; readonly MaximumRetryCount: number }
    readonly Mounts?: readonly { Type: string; Source?: string; Target: string; ReadOnly?: boolean }[]
  }
  readonly NetworkSettings: {
    readonly Bridge: string
    readonly Ports: Readonly<Record<string, readonly { HostIp: string; HostPort: string }[] | null>> | null
    readonly Networks: Readonly<Record<string, { IPAddress: string; IPPrefixLen: number; Gateway: string }>>
  }
}

/**
 * [tf] `resourceDockerContainerRead`: what is read, over what was known. Environment and labels are not, nor the networks
 * that were declared: of those the state keeps saying what it said.
 */
export function seen(found: Inspected, known: Properties): Properties {
  const { Config, HostConfig, NetworkSettings, State } = found
  return {
    ...known,
    ...running(found, known),
    name: found.Name.replace(/^\//, ""),
    image: String(known.image).startsWith("sha256:") ? found.Image : Config.Image,
    hostname: Config.Hostname,
    domainname: Config.Domainname,
    command: Config.Cmd ?? [],
    entrypoints: Config.Entrypoint ?? [],
    user: Config.User,
    workingDir: Config.WorkingDir,
    stopSignal: Config.StopSignal ?? "",
    stopTimeout: Config.StopTimeout ?? 0,
    rm: HostConfig.AutoRemove,
    readOnly: HostConfig.ReadonlyRootfs,
    privileged: HostConfig.Privileged,
    init: HostConfig.Init ?? false,
    memory: HostConfig.Memory / 1024 / 1024,
    networkMode: HostConfig.NetworkMode,
    restart: HostConfig.RestartPolicy.Name,
    maxRetryCount: HostConfig.RestartPolicy.MaximumRetryCount,
    mounts: (HostConfig.Mounts ?? []).map((mount) => ({
      type: mount.Type,
      source: mount.Source ?? "",
      target: mount.Target,
      readOnly: mount.ReadOnly ?? false,
    })),
    bridge: NetworkSettings.Bridge,
    networkDatas: Object.entries(NetworkSettings.Networks).map(([networkName, network]) => ({
      networkName,
      ipAddress: network.IPAddress,
      ipPrefixLength: network.IPPrefixLen,
      gateway: network.Gateway,
    })),
    ...(State.Running ? {} : { exitCode: State.ExitCode }),
  }
}

/**
 * A stopped one that must run is said not to have to, which plans a start; but its ports, which nothing publishes then, are
 * read as none, which plans a new one.
 */
function running({ State, NetworkSettings }: Inspected, { mustRun, ports }: Properties): Properties {
  const declared = Array.isArray(ports) && ports.length > 0
  return {
    ...(declared && (State.Running || mustRun) ? { ports: portsIn(NetworkSettings.Ports) } : {}),
    ...(mustRun && !State.Running ? { mustRun: false } : {}),
  }
}

function portsIn(ports: Inspected["NetworkSettings"]["Ports"]): Properties[] {
  return Object.entries(ports ?? {})
    .sort(([a], [b]) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
    .flatMap(([key, bindings]) => {
      const [internal, protocol] = key.split("/")
      return (bindings ?? []).map(({ HostIp, HostPort }) => ({
        internal: Number(internal),
        external: Number(HostPort),
        ip: HostIp,
        protocol,
      }))
    })
}
