import { gatekeyCommand } from "../../core/command-line.ts"
import { shellWord } from "../../core/escape.ts"
import { showPath } from "../../core/home.ts"
import { octal } from "../../core/octal.ts"
import { isPublicDefault } from "../../core/strength.ts"
import { removeCommand } from "../../probes/containers/describe.ts"
import { products } from "../../products/index.ts"
import type { Survey } from "../collect/survey.ts"
import { describeAlternative } from "../collect/values/readers.ts"
import type { PlaceCopy } from "../files/place-copy.ts"
import { readsAtStartup } from "../files/shells/startup-shell.ts"
import { heldByContainers } from "../resolve/containers.ts"
import { hostName, placeName } from "../resolve/names.ts"
import { asRead } from "../resolve/winner.ts"
import { type Cause, type Ground, hostCommand } from "./cause.ts"

/** Reports places that contain a token, though no process reads them yet. */
export function placeCauses(survey: Survey, { letters, world, isDeclared }: Ground): Cause[] {
  const { host } = survey.target
  const { home } = survey.snapshot
  const at = hostName(host, survey.snapshot)
  const live = world.gateways
    .filter(({ verdict }) => verdict.kind === "accepted")
    .flatMap(({ live, credential }) => (live.wins?.value ? [{ value: live.wins.value, credential }] : []))
  const liveIn = ({ held, ...copy }: PlaceCopy) =>
    held.kind === "value"
      ? live.find(({ value }) => value.equals(held.value) || value.equals(asRead(held.value, copy)))
      : undefined
  const isLive = (copy: PlaceCopy) => liveIn(copy) !== undefined
  const say = (
    copy: PlaceCopy,
    code: Cause["code"],
    weight: Cause["weight"],
    sentence: string,
    remedy?: string,
  ): Cause => ({
    ...{ code, weight, who: at, host, sentence, copies: [copy] },
    ...(remedy ? { remedy } : {}),
  })
  return [...survey.copies, ...survey.passwords].flatMap((copy): Cause[] => {
    const { kind, held, file } = copy
    if (held.kind !== "value") return []
    const place = `${placeName(copy, home)} on ${at}`
    const word = shellWord(copy.path)
    const may = file && file.uid !== survey.snapshot.uid && survey.snapshot.uid !== 0 ? "sudo " : ""
    const inForce = liveIn(copy)
    const which = inForce ? `the live ${inForce.credential}` : letters.describe(asRead(held.value, copy))
    const found: Cause[] = []
    const mode = file?.isLink ? (file.targetMode ?? 0) : (file?.mode ?? 0)
    if (
      file &&
      (mode & (file.isLink ? 0o044 : 0o077)) !== 0 &&
      kind !== "secret file" &&
      !weakDefault(copy) &&
      !isMachineFile(copy)
    )
      found.push(
        say(
          copy,
          "readable",
          isLive(copy) ? "risk" : "note",
          `${place} contains ${which}, and others can ${(mode & 0o044) !== 0 ? "read" : "change"} it (${octal(mode)}${file.isLink ? ", through its link" : ""})`,
          file.isLink && (mode & 0o200) === 0
            ? "write the token to a file that only its user can read, and let the config refer to that"
            : hostCommand(host, `${may}chmod go-rwx ${word}`),
        ),
      )
    // The product rewrites its own backup whenever it loads a config.
    if (copy.path.endsWith(".last-good"))
      found.push(
        say(copy, "backup", "note", `${place} contains ${which}: ${copy.product} keeps its last good config there`),
      )
    else if (kind === "backup")
      found.push(
        say(
          copy,
          "backup",
          isLive(copy) ? "risk" : "note",
          `${place} contains ${which}: a backup, which no rotation reaches`,
          hostCommand(host, `${may}rm ${word}`),
        ),
      )
    if (isLive(copy) && isDeclared?.(survey, copy)) return found
    const isDotenv = copy.file !== undefined && /dotenv$/.test(copy.file.kind)
    if (kind === "unread entry")
      found.push(
        say(
          copy,
          "unread",
          isDotenv || isLive(copy) ? "risk" : "note",
          isDotenv
            ? `${place} contains ${which} in a line that dotenv does not read: it is part of the value of an entry above it`
            : `${place} contains ${which} in an entry that does not count: a later line hides or resets it, or nothing exports it`,
          isDotenv
            ? `close that value before it in ${showPath(copy.path, home)} (an empty line behind "word:"), or remove the line`
            : `remove the entry from ${showPath(copy.path, home)}`,
        ),
      )
    if (kind.startsWith("compose ") && weakDefault(copy))
      found.push(
        say(
          copy,
          "default",
          "risk",
          `${place} contains ${letters.describe(held.value)}, which is publicly known: a gateway that is started with it accepts it`,
          "set the variable to a strong value in the project's .env",
        ),
      )
    if (kind === "copy")
      found.push(
        say(
          copy,
          "copy",
          isLive(copy) ? "risk" : "note",
          `${place} contains ${which}${copy.reader ? ` (${copy.reader})` : ""}, which no rotation reaches`,
          describeAlternative(copy.reader) ??
            (copy.format
              ? `declare it under \`places\`, as \`${gatekeyCommand} scan --write\` does, or remove it from ${showPath(copy.path, home)}`
              : `remove it from ${showPath(copy.path, home)}`),
        ),
      )
    if (kind === "script" || kind === "crontab")
      found.push(
        say(copy, "script", "risk", `${place} contains ${which}: written into a script, which no rotation reaches`),
      )
    // A config refers to it: it is the place of the token.
    if (kind === "profile" && !copy.isNamed)
      found.push(
        say(
          copy,
          "profile",
          "risk",
          `${place} exports ${which}: programs that are started from such a shell send it`,
          `${describeMoveFirst(copy, survey, world)}remove the line from ${showPath(copy.path, home)}, and log in again`,
        ),
      )
    if (/arguments$/.test(kind))
      found.push(
        say(
          copy,
          "argument",
          "risk",
          `${place} contains ${which}: all users of the machine can see it in the process list`,
        ),
      )
    return found
  })
}

/** Describes what to do before a copy is removed from which a member reads its token. */
function describeMoveFirst(copy: PlaceCopy, survey: Survey, { gateways, nodes }: Ground["world"]): string {
  const needs = [...gateways, ...nodes].find(({ survey: own, next: { wins, candidates } }) => {
    const value = candidates.find((each) => each.copy === copy)?.value
    if (own !== survey || !value || !wins?.value?.equals(value)) return false
    return !candidates.some((each) => each.source === "config" && each.value?.equals(value))
  })
  const reader = needs ?? [...gateways, ...nodes].find((view) => view.survey === survey && mayRead(view, copy))
  if (!reader) return ""
  const { product, role, located } = reader.member
  const key = products[product].roles[role].key
  const wanted = needs && "gateway" in needs ? needs.gateway?.live.wins?.value : undefined
  const isWrong = wanted !== undefined && !needs?.next.wins?.value?.equals(wanted)
  const it = isWrong ? "the gateway's token" : "it"
  return `${reader.name} ${needs ? "reads" : "may read"} it from there: write ${it} to ${key} of ${showPath(located.config, survey.snapshot.home)} first; then `
}

/** Checks whether the shell of a member's service may read a shell file, if it is not known what it exports. */
function mayRead(
  { next, member }: Ground["world"]["nodes"][number] | Ground["world"]["gateways"][number],
  { path }: PlaceCopy,
): boolean {
  if (next.wins?.unknown === undefined) return false
  return member.definitions.some(({ shell }) => shell !== undefined && readsAtStartup(shell, path) !== undefined)
}

/** Reports containers that contain a token, and whether they start again with it. */
export function containerCauses(survey: Survey, ground: Ground): Cause[] {
  const { letters } = ground
  const { host } = survey.target
  const { client, containers } = survey.containers
  if (!client) return []
  const at = hostName(host, survey.snapshot)
  const ports = new Set(survey.members.filter(({ role }) => role === "gateway").map(({ port }) => port))
  return containers.flatMap((container): Cause[] => {
    const [held] = heldByContainers([container], ground)
    const port = container.ports.find((each) => ports.has(each) || each === products.openclaw.port)
    if (!held && port === undefined) return []
    if (container.running && port !== undefined && survey.members.length > 0 && !held) return []
    const life = container.running
      ? `runs on ${at}`
      : container.returns
        ? `does not run on ${at} now, and starts again by itself at the next boot`
        : `is stopped on ${at}`
    const holds = held ? ` and contains ${letters.describe(held.value)} (${held.where})` : ""
    const publishes = port === undefined ? "" : `, publishes port ${port}`
    return [
      {
        ...{ code: "container", weight: container.running || container.returns ? "risk" : "note", who: at, host },
        sentence: `${client} container ${container.name} ${life}${publishes}${holds}`,
        remedy: hostCommand(
          host,
          container.running
            ? `${client} update --restart=no ${container.name.word} && ${client} stop ${container.name.word}`
            : removeCommand(container, client),
        ),
      },
    ]
  })
}

/** Checks for a file that every login on the machine reads: it must be readable, and contain no token. */
function isMachineFile({ kind, path }: PlaceCopy): boolean {
  return (kind === "profile" || kind === "crontab") && path.startsWith("/etc/")
}

function weakDefault({ held }: PlaceCopy): boolean {
  return held.kind === "value" && isPublicDefault(held.value.reveal())
}

/** Reports a host whose clock differs. */
export function clockCauses({ target, snapshot }: Survey, now: number): Cause[] {
  const off = Math.round(snapshot.now - now)
  if (target.host === "local" || Math.abs(off) < 60) return []
  const at = hostName(target.host, snapshot)
  const days = Math.abs(off) / 86_400
  const offset = days >= 1 ? `${days.toFixed(1)} days` : `${Math.round(Math.abs(off) / 60)} minutes`
  return [
    {
      ...{ code: "clock", weight: "risk", who: at, host: target.host },
      sentence: `the clock of ${at} is off by ${offset}: it is ${off > 0 ? "ahead" : "behind"}`,
      remedy: hostCommand(target.host, snapshot.system === "Darwin" ? "sntp time.apple.com" : "timedatectl status"),
    },
  ]
}
