import { shown } from "../../core/escape.ts"
import { octal } from "../../core/octal.ts"
import type { Secret } from "../../core/secret.ts"
import { isPublicDefault } from "../../core/strength.ts"
import { type Credential, credentials, formatVariable } from "../../products/readers.ts"
import type { Cause, Ground } from "../causes/cause.ts"
import { isHere } from "../collect/members.ts"
import type { PlaceCopy } from "../files/place-copy.ts"
import { heldByContainers } from "../resolve/containers.ts"
import { describeVariable, hostName, placeName } from "../resolve/names.ts"
import { asRead } from "../resolve/winner.ts"
import { givesPassword, passwordOf, readersOf, unusedIn, type View, valueAsRead } from "./readers.ts"

/** One line of a scan's table; its strings may be shown. */
export interface Row {
  readonly host: string
  readonly place: string
  /** A letter, `reference`, or why nothing could be read. */
  readonly holds: string
  /** `generation 2 (fp:…)`, `public default`, or undefined. */
  readonly means?: string
  /** The members that read it: `studio (wins)`. */
  readonly readers: readonly string[]
  /** Permission bits, such as `0600`; undefined if it is not a file. */
  readonly mode?: string
  /** What the place is for. */
  readonly secret: Credential
  /** The secret is there in plaintext. */
  readonly plain: boolean
  /** Codes of the causes that are about it. */
  readonly findings: readonly Cause["code"][]
}

/** Returns every place that may contain a token, host by host. */
export function rowsOf(ground: Ground, causes: readonly Cause[]): Row[] {
  const { world, letters } = ground
  const views: View[] = [...world.gateways, ...world.nodes]
  const holds = (value: Secret) => {
    const means = isPublicDefault(value.reveal()) ? "public default" : letters.meaningOf(value)
    return { holds: letters.letterOf(value), ...(means ? { means } : {}) }
  }
  return world.surveys.flatMap((survey): Row[] => {
    const host = hostName(survey.target.host, survey.snapshot)
    const own = views.filter((view) => view.survey === survey)
    const files = [...survey.copies, ...survey.passwords].map((copy): Row => {
      const { held, file } = copy
      return {
        host,
        place: placeName(copy, survey.snapshot.home),
        ...(held.kind === "value" ? holds(valueAsRead(copy, own) ?? held.value) : { holds: describeHeld(held) }),
        secret: survey.passwords.includes(copy) || givesPassword(copy, own) ? "password" : "token",
        plain: held.kind === "value" || held.kind === "credentials",
        readers: readersOf(copy, own),
        ...(file ? { mode: octal(file.mode) + (file.isLink ? " link" : "") } : {}),
        findings: causes.filter(({ copies }) => copies?.includes(copy)).map(({ code }) => code),
      }
    })
    const live = survey.snapshot.processes
      .filter((process) => isHere(process, survey.snapshot))
      .flatMap((process): Row[] => {
        const { product, role, pid, flag, environment } = process
        const label = `${process.service?.name ?? `${product} ${role}`} (pid ${pid})`
        const reader = own.find(({ member }) => member.process?.pid === pid)
        const row = (secret: Credential, what: string, value: Secret | undefined): Row[] => {
          if (!value || value.equals("")) return []
          const read = asRead(value, process)
          const winner = reader && (passwordOf(reader) ?? reader.live.wins)
          const unused = reader && unusedIn(reader)
          const wins = winner?.value?.equals(read) && winner.live && (secret === "password" || !unused)
          const readers = reader ? [`${reader.name} (${wins ? "wins" : (unused ?? "ignored")})`] : []
          return [
            { host, place: `${shown(label)} ${what}`, ...holds(read), secret, plain: false, readers, findings: [] },
          ]
        }
        const variables = credentials.flatMap((each) => {
          const name = formatVariable(product, each)
          return row(each, name, environment.get(name))
        })
        return [...row("token", "--token", flag), ...variables]
      })
    const given = survey.snapshot.session.map(
      ({ by, variable, value }): Row => ({
        host,
        place: `${by} ${variable}`,
        ...holds(value),
        secret: secretOf(variable),
        plain: true,
        readers: [],
        findings: [],
      }),
    )
    const contained = heldByContainers(survey.containers.containers, ground).map(
      ({ container, value, where }): Row => ({
        host,
        place: `container ${container.name}: ${shown(where)}`,
        ...holds(value),
        secret: secretOf(where),
        plain: true,
        readers: container.running ? ["its process"] : [],
        findings: ["container"],
      }),
    )
    return [...files, ...live, ...given, ...contained]
  })
}

function secretOf(variable: string): Credential {
  return variable.endsWith("PASSWORD") ? "password" : "token"
}

function describeHeld(held: Exclude<PlaceCopy["held"], { kind: "value" }>): string {
  if (held.kind === "credentials") return "what opens the vault"
  if (held.kind === "broken") return `unreadable: ${held.reason}`
  return held.kind === "variable" ? `reference to ${describeVariable(held)}` : "reference"
}
