import type { Properties } from "../../../provider/wire.ts"
import { labelWords } from "./labels.ts"

interface Port {
  readonly internal: number
  readonly external?: number
  readonly ip?: string
  readonly protocol?: string
}

interface Mount {
  readonly type: string
  readonly source?: string
  readonly target: string
  readonly readOnly?: boolean
}

/** The command that makes a container. Its environment comes on standard input: arguments show in the process list. */
export function containerWords(inputs: Properties): string[] {
  const { image, command = [], entrypoints = [], ports = [], mounts = [] } = inputs
  const [entrypoint, ...first] = entrypoints as string[]
  return [
    "create",
    ...["name", "hostname", "domainname", "user"].flatMap((name) => option(`--${name}`, inputs[name])),
    ...option("--workdir", inputs.workingDir),
    ...option("--stop-signal", inputs.stopSignal),
    ...option("--stop-timeout", inputs.stopTimeout),
    ...option("--memory", inputs.memory && `${inputs.memory}m`),
    ...option("--network", inputs.networkMode),
    ...option("--restart", restartPolicy(inputs)),
    ...["privileged", "init", "rm"].filter((name) => inputs[name]).map((name) => `--${name}`),
    ...(inputs.readOnly ? ["--read-only"] : []),
    ...(ports as Port[]).flatMap((port) => ["--publish", published(port)]),
    ...(mounts as Mount[]).flatMap((mount) => ["--mount", mounted(mount)]),
    ...labelWords(inputs),
    ...option("--entrypoint", entrypoint),
    ...(inputs.envs ? ["--env-file", "/dev/stdin"] : []),
    String(image),
    ...first,
    ...(command as string[]),
  ]
}

export function environmentFile({ envs = [] }: Properties): string {
  const lines = envs as string[]
  if (lines.some((line) => /[\r\n]/.test(line))) throw new Error("the stand-in takes no line break in envs")
  return lines.map((line) => `${line}\n`).join("")
}

export function restartPolicy({ restart, maxRetryCount }: Properties): string {
  return maxRetryCount ? `${restart}:${maxRetryCount}` : String(restart)
}

function option(name: string, value: unknown): string[] {
  return value === undefined || value === "" || value === 0 ? [] : [name, String(value)]
}

function published({ internal, external, ip = "0.0.0.0", protocol = "tcp" }: Port): string {
  const address = ip.includes(":") ? `[${ip}]` : ip
  return `${address}:${external ?? ""}:${internal}/${protocol}`
}

/** Comma-separated values, as the client reads them. */
function mounted({ type, source, target, readOnly }: Mount): string {
  const fields = [`type=${type}`, ...(source ? [`source=${source}`] : []), `target=${target}`]
  const all = readOnly ? [...fields, "readonly"] : fields
  return all.map((field) => (/[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(",")
}
