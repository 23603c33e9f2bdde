import { chmodSync, mkdirSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { formatControlFolder } from "../../../hosts/ssh/control.ts"
import { readProcessStart } from "../../../processes/process-start.ts"
import type { SshHost } from "../../support/hosts/ssh-farm.ts"
import type { Operation, Scene, Stage, World } from "../scene.ts"
import { layFolder, makeResource } from "../stage.ts"
import { formats, operations, placementIn } from "./placements.ts"

let scenes = 0

/** A folder in the home of a host behind a real sshd. */
function layThere({ home, homeThere }: SshHost, files: Readonly<Record<string, string>>) {
  const name = `scene-${++scenes}`
  mkdirSync(join(home, name))
  chmodSync(join(home, name), 0o755)
  const { folder, remove } = layFolder(files, 0o700, join(home, name))
  return { folder, remove, seenAs: join(homeThere, name, "own") }
}

/** The sessions of sshd, without the process that accepts further ones. */
function sessionsOf(host: SshHost): number[] {
  return host.processes().filter((pid) => !/\[listener\]/.test(commandOf(pid)))
}

/** Where the connections of this process's providers are: it is their engine. */
const connections = formatControlFolder(process.pid, await readProcessStart(process.pid))

/** The processes of ssh that hold these connections. */
function masters(): number[] {
  const all = readdirSync("/proc").map(Number).filter(Number.isInteger)
  return all.filter((pid) => commandOf(pid).startsWith(`ssh: ${connections}/`))
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8")
  } catch {
    return ""
  }
}

/** What may happen to the way there and to the host. */
function conditionsOf(host: SshHost): ReturnType<NonNullable<Stage["conditions"]>> {
  return [
    {
      name: "its packets are lost",
      begin() {
        host.silent(true)
        return () => host.silent(false)
      },
    },
    {
      name: "its sshd and all that it runs is killed",
      begin() {
        host.kill()
        return () => host.start()
      },
    },
  ]
}

/** @param where `here`: faults hit the provider and its ssh; `there`: the session of sshd, and the shells that it starts */
function withFaults(stage: Stage, host: SshHost, where: "here" | "there"): Stage {
  if (where === "there") return { ...stage, others: () => sessionsOf(host), isElsewhere: true }
  return { ...stage, ports: [22], others: masters, conditions: () => conditionsOf(host) }
}

function placement(format: "file" | "json5", operation: Operation, where: "here" | "there"): Scene {
  const [file, , text] = formats[format]
  return {
    ...{ name: `Placement in ${format} over ssh, faults ${where}`, type: "Placement", operation, needs: "farm" },
    isThorough: where === "here",
    async prepare(world: World) {
      const host = world.farm().host(1)
      const { folder, seenAs, remove } = layThere(host, text === "" ? {} : { [file]: text })
      const at = (generation: 1 | 2) => ({
        ...placementIn(seenAs, format, world, generation),
        host: `ssh://${host.name}`,
      })
      const one = await makeResource(world, "Placement", operation, at(operation === "update" ? 1 : 2))
      return withFaults({ folder, seenAs, one, news: at(2), remove }, host, where)
    },
  }
}

function certificate(where: "here" | "there"): Scene {
  return {
    ...{ name: `Certificate over ssh, faults ${where}`, type: "Certificate", operation: "create", needs: "farm" },
    isThorough: where === "here",
    async prepare(world: World) {
      const host = world.farm().host(1)
      const { folder, seenAs, remove } = layThere(host, {})
      const path = join(seenAs, "tls/tw.pem")
      const news = { host: `ssh://${host.name}`, path, authority: world.authority.state?.id, name: "tw" }
      const one = await makeResource(world, "Certificate", "create", news)
      return withFaults({ folder, seenAs, one, news, remove }, host, where)
    },
  }
}

/** What lies on another host: the connection, ssh, sshd and the shell there may end at any step. */
export const remote: readonly Scene[] = (["here", "there"] as const).flatMap((where) => [
  ...operations.flatMap((operation) =>
    (["file", "json5"] as const).map((format) => placement(format, operation, where)),
  ),
  certificate(where),
])
