import { Unreachable, UserError } from "../../core/errors.ts"
import { shellWord } from "../../core/escape.ts"
import { isOpen, openWords, type Seen, wantedWords } from "../../core/holds.ts"
import { placeId, placeWords } from "../../core/place.ts"
import { weakness } from "../../core/strength.ts"
import { hostOf } from "../../hosts/index.ts"
import { advice, closes, farewell, healed, lags, passedBy, plan } from "../advice.ts"
import { claim, isClaimed } from "../claims.ts"
import { destroying } from "../engine.ts"
import { failLast } from "../fail-last.ts"
import { mayLag } from "../lagging.ts"
import { formatNamed, seenIn, valueSeen } from "../look.ts"
import { notePlace } from "../places.ts"
import type { Log, Resource } from "../resource.ts"
import { isAdopted, ringFor } from "../tokens.ts"
import { noteTrouble } from "../troubles.ts"
import type { Properties } from "../wire.ts"
import {
  bindingOf,
  goalOf,
  isNothing,
  type Memory,
  outputsOf,
  remembered,
  type Sight,
  sightIn,
  sightOf,
  words,
  written,
} from "./placement-binding.ts"
import { dropOurs, editOf } from "./placement-edit.ts"
import { imported } from "./placement-import.ts"
import { completed, identity, isBound, isKnown, type PlacementInputs, wantOf } from "./placement-inputs.ts"
import { hasOtherNames } from "./placement-names.ts"
import { tooOld } from "./placement-since.ts"
import { isUnseen, lastSeen, unseen, unseenAs } from "./placement-unseen.ts"
import { stage } from "./staged.ts"

export const placement: Resource = {
  async check({ urn, news }) {
    const { inputs, failures = [] } = completed(news)
    if (failures.length > 0 || !isKnown(inputs)) return { inputs, failures }
    const place = inputs as unknown as PlacementInputs
    notePlace(place)
    const owner = claim(await claimOf(place), urn)
      ?.split("::")
      .at(-1)
    if (!owner) return { inputs }
    const reason = `the place ${placeId(place)} is declared twice, by "${owner}" as well; remove one of the two`
    return { inputs, failures: [{ property: "path", reason }] }
  },

  diff({ olds, news }) {
    const replaces = identity.filter((key) => olds[key] !== news[key])
    const imported = olds.imported === true && olds.must === news.must
    const drifted = !imported && olds.holds !== news.holds
    return { changes: [...replaces, ...(drifted ? ["holds"] : [])], replaces }
  },

  async create({ news, preview, log }) {
    if (!isKnown(news)) return { id: "", outputs: news }
    const inputs = news as unknown as PlacementInputs
    const memory: Memory = {}
    if (!preview) await write(inputs, memory, { fresh: true, log })
    const sight = preview ? await rehearse(inputs, memory, log) : written(inputs)
    return { id: placeId(inputs), outputs: { ...outputsOf(inputs, memory, preview), ...sight } }
  },

  async read({ id, inputs, state, log }) {
    if (inputs.must === undefined) return imported(id)
    const known = inputs as unknown as PlacementInputs
    notePlace(known)
    const { holds, ...sight } = await observe(known, remembered(state))
    const drifted = holds !== completed(inputs).inputs.holds || (await hasOtherNames(known))
    if (drifted && !isUnseen(holds)) noteTrouble(known.host, known.path)
    const now = isUnseen(holds) ? unseenAs(holds, inputs, state) : { holds, last: undefined }
    if (known.must !== "nothing" && destroying()) log("warning", farewell(known))
    const { imported: _, ...kept } = state
    const want = wantOf(inputs)
    const revision = state.revision ?? (want && wantedWords(want))
    return { id, inputs: { ...inputs, holds: now.holds }, outputs: { ...kept, ...inputs, ...now, ...sight, revision } }
  },

  update: (request) => updatePlace(request),

  async delete({ urn, olds, log }) {
    const inputs = olds as unknown as PlacementInputs
    const bound = inputs.must !== "token" || inputs.token !== undefined
    if (!bound || isClaimed(await claimOf(inputs))) return
    const binding = bindingOf(inputs, remembered(olds), { standIn: true })
    let left: string | undefined
    await hostOf(inputs.host)
      .edit(inputs.path, (look) => {
        const edit = dropOurs(look, goalOf(inputs, binding))
        const seen = seenIn(look, formatNamed(inputs.format, inputs.path), inputs.locator)
        left = edit || isNothing(seen) ? undefined : words(seen, inputs, binding.ring)
        return edit
      })
      .catch((error) => {
        throw forgettable(error, urn)
      })
    if (left && inputs.must !== "nothing") log("warning", `holds ${left}: not ours, left as it is`)
  },
}

/** @param placed is called when the new content stands there: see Edit */
export async function updatePlace(
  { olds, oldInputs, news, preview, log }: Parameters<Resource["update"]>[0],
  placed?: () => void,
): Promise<Properties> {
  if (!isKnown(news)) return news
  const inputs = news as unknown as PlacementInputs
  const memory = remembered(olds)
  const before = String(olds.holds)
  const asked = wantOf(oldInputs)
  const drifted = !asked || before !== wantedWords(asked)
  const heals = asked !== undefined && wantedWords(asked) === inputs.holds
  // What was imported, and not bound to a token yet, is as unknown as what is created.
  const fresh = oldInputs.token === undefined
  const passBy = (missed: Unreachable) => {
    if (isFirstOf(inputs.host)) log("warning", passedBy(missed.message))
    const now = unseen(news, lastSeen(olds), missed.reason)
    if (now.holds.startsWith("lags")) log("warning", lags(now.holds, inputs))
    return now
  }
  if (!preview) {
    const leave = unlessAsked(heals || mayLag(inputs.host))
    const missed = await write(inputs, memory, { fresh, log: drifted ? log : silent, placed }).catch(leave)
    const sight = missed ? { ...passBy(missed), found: "unreachable", open: false } : written(inputs)
    return { ...outputsOf(inputs, memory, preview), ...sight }
  }
  if (drifted) {
    const obstacle = await dryRun(inputs, memory, fresh).then(() => undefined, userError)
    if (obstacle instanceof Unreachable) passBy(obstacle)
    else log("warning", advice(before, inputs, obstacle?.message))
  } else {
    log("info", plan(before, inputs))
    await warnWhenOld(inputs, log)
    await dryRun(inputs, memory, fresh).catch(failLast)
  }
  return { ...outputsOf(inputs, memory, preview), ...sightIn(olds) }
}

const silent: Log = () => {}

async function warnWhenOld(inputs: PlacementInputs, log: Log): Promise<void> {
  const words = await tooOld(inputs)
  if (words) log("warning", words)
}

/** Writes the place. @throws UserError when it cannot be; told when nothing else moves any more */
async function write(
  inputs: PlacementInputs,
  memory: Memory,
  { fresh, log, placed }: { fresh: boolean; log: Log; placed?: (() => void) | undefined },
): Promise<undefined> {
  let held: string | undefined
  try {
    const binding = bindingOf(inputs, memory)
    const goal = goalOf(inputs, binding, fresh)
    await hostOf(inputs.host).edit(inputs.path, (look) => {
      held ??= words(seenIn(look, goal.format, inputs.locator), inputs, binding.ring)
      const edit = editOf(look, goal)
      return edit && "bytes" in edit && placed ? { ...edit, placed } : edit
    })
    if (inputs.must === "token") stage(placeId(inputs), inputs.fingerprint)
  } catch (error) {
    if (error instanceof Unreachable) throw error
    return failLast(located(error, inputs))
  }
  const right = held === undefined || held === inputs.holds || (fresh && held.startsWith("nothing"))
  if (!right && held) log("info", healed(held, inputs))
}

/** The preview of a create: what is there already, and whether it may be written over. */
async function rehearse(inputs: PlacementInputs, memory: Memory, log: Log): Promise<Sight> {
  const { seen, changes } = await dryRun(inputs, memory, true).catch(failLast)
  if (changes) await warnWhenOld(inputs, log)
  const { ring } = bindingOf(inputs, memory, { standIn: true })
  const sight = sightOf(seen, inputs, ring)
  if (!changes || isNothing(seen)) return sight
  const value = valueSeen(seen)
  const adopted = value !== undefined && isAdopted(value)
  // A strong one will be the first generation and stays; a weak one will be rotated.
  if (adopted && inputs.must === "token" && !weakness(value)) {
    if (isOpen(seen)) log("warning", closes(openWords(seen.mode)))
    return sight
  }
  log("warning", advice(adopted ? "the adopted token" : words(seen, inputs, ring), inputs))
  return sight
}

/** What `write` would do, without doing it. @throws UserError when it would fail */
async function dryRun(
  inputs: PlacementInputs,
  memory: Memory,
  fresh: boolean,
): Promise<{ seen: Seen; changes: boolean }> {
  const host = hostOf(inputs.host)
  const look = await host.survey(inputs.path)
  try {
    const goal = goalOf(inputs, bindingOf(inputs, memory, { standIn: !isBound(inputs) }), fresh)
    const changes = editOf(look, goal) !== undefined
    const obstacle = changes ? await host.obstacle(inputs.path) : undefined
    if (obstacle) throw new UserError(obstacle)
    return { seen: seenIn(look, goal.format, inputs.locator), changes }
  } catch (error) {
    throw located(error, inputs)
  }
}

async function observe(inputs: PlacementInputs, memory: Memory): Promise<Sight & { readonly holds: string }> {
  const { host, path, format, locator, token } = inputs
  const seen = seenIn(await hostOf(host).survey(path), formatNamed(format, path), locator)
  const ring = await ringFor(token, memory.ring, valueSeen(seen))
  return { holds: words(seen, inputs, ring), ...sightOf(seen, inputs, ring) }
}

async function claimOf({ host, path, format, locator }: PlacementInputs): Promise<string> {
  return [await hostOf(host).canonical(path), format, locator].join("|")
}

/** What is to be healed on a host that cannot be reached is passed by; a change that was asked for, where it may lag. */
function unlessAsked(passes: boolean): (error: unknown) => Unreachable {
  return (error) => {
    if (passes && error instanceof Unreachable) return error
    throw error
  }
}

/** A host that cannot be reached is told once a run, not for each of its places. */
const told = new Set<string>()

function isFirstOf(host: string): boolean {
  const first = !told.has(host)
  told.add(host)
  return first
}

/** The error with the place's name, unless it has it, or is about the whole host. */
function located(error: unknown, inputs: PlacementInputs): unknown {
  if (!(error instanceof UserError) || error instanceof Unreachable || error.message.includes(inputs.path)) return error
  return new UserError(`${placeWords(inputs)}: ${error.message}`)
}

/** A host that is gone for good must not hold up for ever what is to be removed there. */
function forgettable(error: unknown, urn: string): unknown {
  if (!(error instanceof Unreachable)) return error
  const forget = `if it is gone for good: pulumi state delete ${shellWord(urn)}`
  return new UserError(`${error.message}; ${forget}; and rotate, as it still knows the token`)
}

function userError(error: unknown): UserError {
  if (error instanceof UserError) return error
  throw error
}
