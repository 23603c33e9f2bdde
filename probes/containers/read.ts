import * as v from "valibot"
import { Foreign } from "../../core/foreign.ts"
import type { Answer } from "../services/manager.ts"
import type { Container, ContainersSnapshot } from "./snapshot.ts"

/** What a look answered. */
export function read(answer: Answer): ContainersSnapshot {
  const problem = answer.one("problem")
  return {
    client: answer.one("client") as ContainersSnapshot["client"],
    ...(problem === undefined ? {} : { problem }),
    containers: containersIn(answer.all("container").join("\n")),
  }
}

const words = v.nullish(v.array(v.string()))
const ports = v.nullish(
  v.record(
    v.string(),
    v.nullish(v.array(v.object({ HostIp: v.nullish(v.string()), HostPort: v.nullish(v.string()) }))),
  ),
)

/** Of `GET /containers/{id}/json` of the Docker Engine API 1.41 to 1.48; Podman's `inspect` answers with the same keys. */
const inspected = v.object({
  Id: v.pipe(v.string(), v.regex(/^[0-9a-f]{12,64}$/)),
  Name: v.string(),
  ImageName: v.nullish(v.string()),
  Config: v.object({
    Image: v.nullish(v.string()),
    Env: words,
    Labels: v.nullish(v.record(v.string(), v.string())),
  }),
  Path: v.nullish(v.string()),
  Args: words,
  State: v.object({
    Status: v.nullish(v.string()),
    Running: v.boolean(),
  }),
  HostConfig: v.object({
    NetworkMode: v.nullish(v.string()),
    PortBindings: ports,
    RestartPolicy: v.nullish(v.object({ Name: v.nullish(v.string()) })),
  }),
  NetworkSettings: v.nullish(v.object({ Ports: ports })),
})

type Inspected = v.InferOutput<typeof inspected>

/** A list in JSON, without what is no container. */
export function containersIn(text: string): Container[] {
  const list = parsedIn(text)
  return Array.isArray(list) ? list.flatMap((each) => containerIn(each) ?? []) : []
}

function containerIn(value: unknown): Container | undefined {
  const parsed = v.safeParse(inspected, value)
  if (!parsed.success) return undefined
  const { Id, Name, ImageName, Config, Path, Args, State, HostConfig, NetworkSettings } = parsed.output
  const policy = HostConfig.RestartPolicy?.Name ?? ""
  return {
    id: Id,
    name: new Foreign(Name.replace(/^\//, "")),
    image: new Foreign(ImageName ?? Config.Image ?? ""),
    running: State.Running,
    returns: comesBack(policy, State),
    restart: policy || "no",
    published: publishedIn(HostConfig.PortBindings),
    ports: [...new Set([HostConfig.PortBindings, NetworkSettings?.Ports].flatMap(portsIn))],
    hostNetwork: HostConfig.NetworkMode === "host",
    environment: Config.Env ?? [],
    words: [Path ?? "", ...(Args ?? [])],
    labels: Config.Labels ?? {},
    state: new Foreign(State.Status ?? (State.Running ? "running" : "exited")),
  }
}

/** `always` starts what its user stopped as well, at the next boot; `unless-stopped` and `on-failure` only what ran. */
function comesBack(policy: string, { Running, Status }: Inspected["State"]): boolean {
  return policy === "always" || (/^(unless-stopped|on-failure)/.test(policy) && (Running || Status === "restarting"))
}

/** In the words of `docker ps`; where no address was asked for, it is all of them. */
function publishedIn(bindings: v.InferOutput<typeof ports>): string[] {
  return Object.entries(bindings ?? {}).flatMap(([inside, outside]) =>
    (outside ?? []).map(({ HostIp, HostPort }) => `${HostIp || "0.0.0.0"}:${HostPort}->${inside.replace("/tcp", "")}`),
  )
}

function portsIn(bindings: v.InferOutput<typeof ports>): number[] {
  return Object.entries(bindings ?? {})
    .filter(([inside]) => inside.endsWith("/tcp"))
    .flatMap(([, outside]) => (outside ?? []).map(({ HostPort }) => Number(HostPort)))
    .filter((port) => port > 0)
}

function parsedIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
