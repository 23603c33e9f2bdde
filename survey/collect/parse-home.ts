import { UserError } from "../../core/errors.ts"
import { shown } from "../../core/escape.ts"
import { omitUndefined } from "../../core/given.ts"
import { Secret } from "../../core/secret.ts"
import { findProductProcess, isTitleOnly, type ProductProcess } from "../../probes/listeners/command.ts"
import { groupByPid, parseControlGroups, parseListens } from "../../probes/listeners/processes.ts"
import { parseElapsed } from "../../probes/services/live.ts"
import type { Answer } from "../../probes/services/manager.ts"
import type { File, GivenVariable, HomeSnapshot, Process } from "../files/home-snapshot.ts"
import type { Kind } from "../files/kinds.ts"
import { optionsIn } from "../files/options.ts"
import { patterns } from "../files/patterns.ts"

/** Parses the answer of the home's script. */
export function parseHomeSnapshot(answer: Answer): HomeSnapshot {
  const [uid = "", ...user] = (answer.one("user") ?? "").split(" ")
  const now = Number(answer.one("now"))
  return {
    home: answer.one("home") ?? "",
    real: answer.one("real") ?? answer.one("home") ?? "",
    uid: Number(uid),
    user: user.join(" "),
    owner: Number(/^\S+ (\d+) /.exec(answer.one("owner") ?? "")?.[1] ?? uid),
    name: answer.one("name") ?? "",
    addresses: limitCount(answer.all("address"), "addresses"),
    now,
    system: answer.one("system") ?? "",
    files: withoutSecondNames(filesIn(answer), answer),
    crontab: limitCount(answer.all("crontab"), "lines of a crontab that name a token"),
    session: limitCount(answer.all("session"), "variables of a session").flatMap(givenIn),
    ...processesIn(answer, now),
    ...omitUndefined({ runtime: answer.one("runtime") }),
    instances: answer.all("instance"),
  }
}

/** Limits a list, because each entry is checked or compared with the others. @throws UserError if it is longer */
function limitCount<T>(list: readonly T[], what: string, most = 1000): readonly T[] {
  if (list.length > most) throw new UserError(`the host reports ${list.length} ${what}, expected at most ${most}`)
  return list
}

const tags: { readonly [tag: string]: Kind } = {
  envfile: "unit env file",
  compose: "compose environment",
  composeenv: "compose dotenv",
  script: "script",
  secret: "secret file",
}

/** Returns each file once, with its first kind. */
function filesIn(answer: Answer): readonly File[] {
  const found = new Map<string, File>()
  const add = (line: string, as: Pick<File, "kind" | "product" | "role">, isFolder = false) => {
    const file = fileIn(line, as, isFolder)
    if (file && !found.has(file.path)) found.set(file.path, file)
  }
  for (const line of answer.all("file")) {
    const [, number = "", rest = ""] = /^(\d+) (.*)$/s.exec(line) ?? []
    const pattern = patterns[Number(number)]
    if (!pattern) continue
    const { kind, product, role } = pattern
    // A container engine makes a folder for a missing file that it mounts, and the product fails on it.
    const isFolder = kind === "config" || kind === "dotenv" || kind === "secret file"
    add(rest, { kind, ...(product ? { product } : {}), ...(role ? { role } : {}) }, isFolder)
  }
  for (const line of answer.all("unit"))
    add(line, { kind: /\.d\/[^/]*$/.test(line) ? "unit drop-in" : "unit environment" })
  for (const [tag, kind] of Object.entries(tags)) for (const line of answer.all(tag)) add(line, { kind })
  for (const line of answer.all("unitlink")) {
    const [, target = "", path = ""] = /^([^|]*)\|(\/.*)$/s.exec(line) ?? []
    const file = found.get(path)
    if (file && target) found.set(path, { ...file, target })
  }
  return limitCount([...found.values()], "files that may hold a token", 20_000)
}

/** Drops files that are reached by a link to another folder, if they have their own name in that folder too. */
function withoutSecondNames(files: readonly File[], answer: Answer): readonly File[] {
  const [home = "", real = home] = [answer.one("home"), answer.one("real")]
  const links = answer.all("folderlink").flatMap((line) => {
    const [, link = "", target = ""] = /^([^|]*)\|(\/.*)$/s.exec(line) ?? []
    return link === ""
      ? []
      : [[`${link}/`, `${target.startsWith(`${real}/`) ? home + target.slice(real.length) : target}/`]]
  })
  const paths = new Set(files.map(({ path }) => path))
  const isSecond = (path: string) =>
    links.some(([link = "", target = ""]) => path.startsWith(link) && paths.has(target + path.slice(link.length)))
  return files.filter(({ path }) => !isSecond(path))
}

/** Parses `600 501 1 1764000000 regular file|/path`. */
function fileIn(line: string, as: Pick<File, "kind" | "product" | "role">, isFolder: boolean): File | undefined {
  const [, mode = "", uid, links, mtime, type = "", path = ""] =
    /^([0-7]+) (\d+) (\d+) (\d+) ([^|]*)\|(\/.*)$/s.exec(line) ?? []
  if (path === "" || (/director/i.test(type) && !isFolder)) return undefined
  return {
    ...as,
    path,
    mode: Number.parseInt(mode, 8) & 0o7777,
    uid: Number(uid),
    links: Number(links),
    mtime: Number(mtime),
    isLink: /link/i.test(type),
  }
}

function givenIn(line: string): GivenVariable[] {
  const [, by = "", variable = "", value = ""] = /^(\S+) (\w+)=(.*)$/s.exec(line) ?? []
  return value === "" ? [] : [{ by: shown(by), variable, value: new Secret(value) }]
}

/** Seconds. */
const moment = 2

function processesIn(answer: Answer, now: number): Pick<HomeSnapshot, "processes" | "unnamed"> {
  const [words, groups, uids, given, homes] = ["words", "group", "uid", "given", "homeof"].map((tag) =>
    groupByPid(answer.all(tag)),
  )
  const [apart, ports, folders] = ["apart", "listens", "folder"].map((tag) => groupByPid(answer.all(tag)))
  const named = answer.all("named")
  const of = (pid: number) => ({
    given: given?.get(pid) ?? [],
    home: homes?.get(pid)?.[0],
    folder: folders?.get(pid)?.[0],
    named,
    listens: parseListens(ports?.get(pid)),
  })
  const [hertz = Number.NaN, uptime = Number.NaN] = (answer.one("clock") ?? "").split(" ").map(Number)
  const commandOf = (pid: number) => words?.get(pid)?.[0]?.replace(/\t+$/, "") ?? ""
  const kernel = answer.all("process").flatMap((line) => {
    const [pid = 0, parent = 0, ticks = 0] = line.split(" ").map(Number)
    const age = uptime - ticks / hertz
    // Until it runs its own program, a new process looks like its parent.
    if (age < moment && commandOf(pid) === commandOf(parent)) return []
    const started = now - age
    const { service, container } = parseControlGroups(groups?.get(pid) ?? [])
    const uid = Number(uids?.get(pid)?.[0] ?? -1)
    const place = { service, apart: container !== undefined || apart?.has(pid) === true }
    return { pid, parent, uid, started, words: commandOf(pid).split("\t"), ...place, ...of(pid) }
  })
  const listed = answer.all("ps").flatMap((line) => {
    const [, pid, parent, uid, time = "", command = ""] = /^(\d+)\s+(\d+)\s+(\d+)\s+([\d:-]+)\s+(.*)$/s.exec(line) ?? []
    const started = now - parseElapsed(time)
    const base = { pid: Number(pid), parent: Number(parent), uid: Number(uid), started }
    return { ...base, words: command.split(" "), ...of(Number(pid)) }
  })
  const found: readonly ProcessRecord[] = [...kernel, ...listed]
  const all = limitCount(
    found.flatMap((record) => {
      const running = findProductProcess(record.words)
      return running ? [processOf(record, running)] : []
    }),
    "gateways and nodes that run",
  )
  const bare = limitCount(
    found.filter(({ words }) => isBareName(words)),
    "commands of openclaw that run",
  )
  const unnamed = bare.map((record) => processOf(record, { product: "openclaw", role: "gateway" }))
  // Of a launcher and its child, the child counts; the launcher's arguments may tell more.
  const started = (one: Process, other: Process) =>
    one.pid === other.parent && one.product === other.product && one.role === other.role
  const processes = all
    .filter((process) => !all.some((other) => started(process, other)))
    .map((process) => {
      const launcher = all.find((other) => started(other, process))
      return launcher
        ? {
            ...process,
            flag: process.flag ?? launcher.flag,
            route: process.route ?? launcher.route,
            port: process.port ?? launcher.port,
            argumentsSeen: process.argumentsSeen || launcher.argumentsSeen,
          }
        : process
    })
  return { processes, unnamed }
}

interface ProcessRecord {
  readonly pid: number
  readonly parent: number
  readonly uid: number
  readonly started: number
  readonly words: readonly string[]
  readonly given: readonly string[]
  readonly home: string | undefined
  readonly folder: string | undefined
  readonly named: readonly string[]
  readonly listens: readonly number[]
  readonly service?: Process["service"]
  readonly apart?: boolean
}

/** The mark of a line break within a value. */
const lineBreak = "\u0001"

function processOf(record: ProcessRecord, running: ProductProcess): Process {
  const { words, given: lines, home, folder, listens, started, service, apart = false, ...ids } = record
  const environment = new Map(
    lines.map((line): [string, Secret] => {
      const at = line.indexOf("=")
      return [line.slice(0, at), new Secret(line.slice(at + 1).replaceAll(lineBreak, "\n"))]
    }),
  )
  return {
    ...ids,
    ...running,
    started: Number.isFinite(started) ? started : undefined,
    service,
    apart,
    ...optionsIn(words, running.role),
    seen: environment.has("PATH"),
    argumentsSeen: !isTitleOnly(words),
    environment,
    home,
    ...omitUndefined({ folder }),
    listens,
  }
}

/** Checks for the name that openclaw has until its gateway is up, and that its commands have too. */
function isBareName([name, ...more]: readonly string[]): boolean {
  return name === "openclaw" && more.length === 0
}
