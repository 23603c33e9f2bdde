import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import type { Random } from "../fuzz/random.ts"
import type { Fleet } from "./fleet.ts"
import { homeOf, type Kind, kindOf, weak } from "./kinds.ts"
import { earlier, type Model } from "./model.ts"

/** What somebody does to the file of a place behind gatekey's back. */
type Drift = "stale token" | "weak token" | "removed file" | "changed mode" | "foreign line"

export interface Drifted {
  readonly model: Model
  /** `PLACE: DRIFT`. */
  readonly done: readonly string[]
  /** Whether a preview must report a difference. */
  readonly isSeen: boolean
}

let note = 0

/** Spoils one to three places. @param homes whose places may be spoilt */
export function spoil(fleet: Fleet, before: Model, random: Random, homes: readonly string[]): Drifted {
  let model = before
  const left = before.places.filter((place) => homes.includes(homeOf(place)))
  const done: string[] = []
  let isSeen = false
  for (let times = 1 + random.below(3); times > 0 && left.length > 0; times--) {
    const [place = ""] = left.splice(random.below(left.length), 1)
    const kind = kindOf(place)
    const drift = random.pick(possible(kind, model))
    const lines = act(fleet, model, place, drift, random)
    if (lines) model = { ...model, foreign: { ...model.foreign, [place]: lines } }
    isSeen ||= drift !== "foreign line"
    done.push(`${place}: ${drift}`)
  }
  return { model, done, isSeen }
}

function possible(kind: Kind, model: Model): Drift[] {
  return [
    ...(earlier(model).length > 0 ? (["stale token"] as const) : []),
    ...(kind.isWhole ? (["removed file"] as const) : []),
    ...(kind.add ? (["foreign line"] as const) : []),
    ...(["weak token", "changed mode"] as const),
  ]
}

/** @returns the user's own lines that the file has now, if they are others than before */
function act(fleet: Fleet, model: Model, place: string, drift: Drift, random: Random): string[] | undefined {
  const kind = kindOf(place)
  const file = join(fleet.homeFolder(homeOf(place)), kind.path)
  const change = (to: (text: string) => string) => writeFileSync(file, to(readFileSync(file, "utf8")))
  const held = fleet.values.get(model.generation) ?? ""
  switch (drift) {
    case "stale token": {
      const value = fleet.values.get(random.pick(earlier(model))) ?? weak
      change((text) => text.replace(held, value))
      return undefined
    }
    case "weak token":
      change((text) => text.replace(held, weak))
      return undefined
    case "changed mode":
      chmodSync(file, 0o644)
      return undefined
    case "removed file":
      rmSync(file)
      return []
    case "foreign line": {
      const line = kind.note?.(++note) ?? ""
      const add = kind.add
      if (add) change((text) => add(text, line))
      // They stand where `add` puts them.
      const lines = model.foreign[place] ?? []
      return add?.(`${lines.join("\n")}\n`, line)
        .split("\n")
        .filter(Boolean)
    }
  }
}

/** Where no token may be: what gatekey empties there stays. */
export const copyFile = ".openclaw/.env"

/** Leaves a public default in the dotenv of a node's product. */
export function leaveCopy(fleet: Fleet, home: string): void {
  const file = join(fleet.homeFolder(home), copyFile)
  mkdirSync(dirname(file), { recursive: true })
  const text = existsSync(file) ? readFileSync(file, "utf8") : ""
  writeFileSync(file, `${text}OPENCLAW_GATEWAY_TOKEN=${weak}\n`, { mode: 0o600 })
}
