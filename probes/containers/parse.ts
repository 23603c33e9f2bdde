import * as v from "valibot"
import { Foreign } from "../../core/foreign.ts"
import type { Answer } from "../services/manager.ts"
import type { Container, ContainersSnapshot } from "./snapshot.ts"

/** Parses the answer of the script. */
export function parseContainersSnapshot(answer: Answer): ContainersSnapshot {
  const problem = answer.one("problem")
  return {
    client: answer.one("client") as ContainersSnapshot["client"],
    ...(problem === undefined ? {} : { problem }),
    containers: parseContainers(answer.all("container").join("\n")),
  }
}

const strings = v.nullish(v.array(v.string()))
const ports = v.nullish(
  v.record(
    v.string(),
    v.nullish(v.array(v.object({ HostIp: v.nullish(v.string()), HostPort: v.nullish(v.string()) }))),
  ),
)

/** The answer to `GET /containers/{id}/json` of the Docker Engine API 1.41 to 1.48; Podman's `inspect` answers with the same keys. */
const inspection = v.object({
  Id: v.pipe(v.string(), v.regex(/^[0-9a-f]{12,64}$/)),
  Name: v.string(),
  ImageName: v.nullish(v.string()),
  Config: v.object({
    Image: v.nullish(v.string()),
    Env: strings,
    Labels: v.nullish(v.record(v.string(), v.string())),
  }),
  Path: v.nullish(v.string()),
  Args: strings,
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

type Inspection = v.InferOutput<typeof inspection>

/** Parses a JSON list, and skips entries that are not containers. */
export function parseContainers(text: string): Container[] {
  const list = parseJson(text)
  return Array.isArray(list) ? list.flatMap((each) => parseContainer(each) ?? []) : []
}

function parseContainer(value: unknown): Container | undefined {
  const parsed = v.safeParse(inspection, value)
  if (!parsed.success) return undefined
  const { Id, Name, ImageName, Config, Path, Args, State, HostConfig, NetworkSettings } = parsed.output
  const policy = HostConfig.RestartPolicy?.Name ?? ""
  return {
    id: Id,
    name: new Foreign(Name.replace(/^\//, "")),
    image: new Foreign(ImageName ?? Config.Image ?? ""),
    running: State.Running,
    returns: willRestart(policy, State),
    restart: policy || "no",
    published: formatPublished(HostConfig.PortBindings),
    ports: [...new Set([HostConfig.PortBindings, NetworkSettings?.Ports].flatMap(listPorts))],
    hostNetwork: HostConfig.NetworkMode === "host",
    environment: Config.Env ?? [],
    commandLine: [Path ?? "", ...(Args ?? [])],
    labels: Config.Labels ?? {},
    state: new Foreign(State.Status ?? (State.Running ? "running" : "exited")),
  }
}

/** Evaluates the restart policy: at the next boot `always` also starts a stopped container, `unless-stopped` and `on-failure` only one that ran. */
function willRestart(policy: string, { Running, Status }: Inspection["State"]): boolean {
  return policy === "always" || (/^(unless-stopped|on-failure)/.test(policy) && (Running || Status === "restarting"))
}

/** Formats published ports like `docker ps`; without an address it is all of them. */
function formatPublished(bindings: v.InferOutput<typeof ports>): string[] {
  return Object.entries(bindings ?? {}).flatMap(([inside, outside]) =>
    (outside ?? []).map(({ HostIp, HostPort }) => `${HostIp || "0.0.0.0"}:${HostPort}->${inside.replace("/tcp", "")}`),
  )
}

function listPorts(bindings: v.InferOutput<typeof ports>): number[] {
  return Object.entries(bindings ?? {})
    .filter(([inside]) => inside.endsWith("/tcp"))
    .flatMap(([, outside]) => (outside ?? []).map(({ HostPort }) => Number(HostPort)))
    .filter((port) => port > 0)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
