import { UserError } from "../../core/errors.ts"
import { judge, type Seen, wantedWords } from "../../core/holds.ts"
import { formatOf, parsePlaceId, placeId } from "../../core/place.ts"
import type { Ring } from "../../core/ring.ts"
import { Secret } from "../../core/secret.ts"
import { hostOf } from "../../hosts/index.ts"
import type { FormatName } from "../../places/format.ts"
import { advice, farewell, healed, plan, refusal } from "../advice.ts"
import { claim, isClaimed } from "../claims.ts"
import { destroying } from "../engine.ts"
import { failLast } from "../fail-last.ts"
import { ringIn } from "../inputs.ts"
import { formatNamed, seenIn } from "../look.ts"
import type { Log, Observed, Resource } from "../resource.ts"
import { anyRing, learn, ringFor } from "../rings.ts"
import type { Properties } from "../wire.ts"
import { dropOurs, editOf, type Goal } from "./placement-edit.ts"
import { completed, identity, isKnown, type PlacementInputs, wantOf } from "./placement-inputs.ts"

export const placement: Resource = {
  async check({ urn, news }) {
    const { inputs, failures = [] } = completed(news)
    if (failures.length > 0 || !isKnown(inputs)) return { inputs, failures }
    const place = inputs as unknown as PlacementInputs
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
    if (preview) await rehearse(inputs, log)
    else await write(inputs, { fresh: true, log })
    return { id: placeId(inputs), outputs: news }
  },

  async read({ id, inputs, state, log }) {
    if (inputs.must === undefined) return imported(id)
    const known = inputs as unknown as PlacementInputs
    learn(ringIn(inputs))
    const holds = await observe(known)
    if (known.must !== "nothing" && destroying()) log("warning", farewell(known))
    const { imported: _, ...kept } = state
    return { id, inputs: { ...inputs, holds }, outputs: { ...kept, ...inputs, holds } }
  },

  async update({ olds, oldInputs, news, preview, log }) {
    if (!isKnown(news)) return news
    const inputs = news as unknown as PlacementInputs
    const before = String(olds.holds)
    const asked = wantOf(oldInputs)
    const drifted = !asked || before !== wantedWords(asked)
    const fresh = ringIn(oldInputs) === undefined
    if (!preview) await write(inputs, { fresh, log: drifted ? log : silent })
    else if (drifted) {
      const obstacle = await dryRun(inputs, fresh).then(() => undefined, messageOf)
      log("warning", advice(before, inputs, obstacle))
    } else {
      log("info", plan(before, inputs))
      await dryRun(inputs, fresh).catch(failLast)
    }
    return news
  },

  async delete({ olds, log }) {
    const inputs = olds as unknown as PlacementInputs
    const bound = inputs.must !== "token" || inputs.token !== undefined
    if (!bound || isClaimed(await claimOf(inputs))) return
    let left: string | undefined
    await hostOf(inputs.host).edit(inputs.path, (look) => {
      const edit = dropOurs(look, goalOf(inputs))
      const seen = seenIn(look, formatNamed(inputs.format, inputs.path), inputs.locator)
      left = edit || isNothing(seen) ? undefined : words(seen, inputs)
      return edit
    })
    if (left && inputs.must !== "nothing") log("warning", `holds ${left}: not ours, left as it is`)
  },
}

const silent: Log = () => {}

/** Writes the place. @throws UserError when it cannot be; told when nothing else moves any more */
async function write(inputs: PlacementInputs, { fresh, log }: { fresh: boolean; log: Log }): Promise<void> {
  const goal = goalOf(inputs, fresh)
  let held: string | undefined
  try {
    await hostOf(inputs.host).edit(inputs.path, (look) => {
      held ??= words(seenIn(look, goal.format, inputs.locator), inputs)
      return editOf(look, goal)
    })
  } catch (error) {
    return failLast(located(error, inputs))
  }
  const right = held === undefined || held === inputs.holds || (fresh && held.startsWith("nothing"))
  if (!right && held) log("info", healed(held, inputs))
}

/** The preview of a create: what is there already, and whether it may be written over. */
async function rehearse(inputs: PlacementInputs, log: Log): Promise<void> {
  const { seen, changes } = await dryRun(inputs, true).catch(failLast)
  if (changes && !isNothing(seen)) log("warning", advice(words(seen, inputs), inputs))
}

/** What `write` would do, without doing it. @throws UserError when it would fail */
async function dryRun(inputs: PlacementInputs, fresh: boolean): Promise<{ seen: Seen; changes: boolean }> {
  const host = hostOf(inputs.host)
  const look = await host.look(inputs.path)
  const goal = goalOf(inputs, fresh)
  try {
    const changes = editOf(look, goal) !== undefined
    const obstacle = changes ? await host.obstacle(inputs.path) : undefined
    if (obstacle) throw new UserError(obstacle)
    return { seen: seenIn(look, goal.format, inputs.locator), changes }
  } catch (error) {
    throw located(error, inputs)
  }
}

async function observe(inputs: PlacementInputs): Promise<string> {
  const { host, path, format, locator } = inputs
  const seen = seenIn(await hostOf(host).look(path), formatNamed(format, path), locator)
  const value = seen.kind === "content" && seen.found.kind === "value" ? seen.found.value : undefined
  return words(seen, inputs, await ringFor(ringIn(inputs as unknown as Properties), value))
}

async function imported(id: string): Promise<Observed> {
  const place = parsePlaceId(id)
  if (typeof place === "string") throw new UserError(place)
  const format = formatNamed(formatOf(place), place.path).name as FormatName
  const seen = seenIn(await hostOf(place.host).look(place.path), formatNamed(format, place.path), place.locator)
  if (seen.kind === "unreadable") throw new UserError(`${id}: ${seen.reason}`)
  const content = seen.kind === "content" && seen.found.kind === "reference" ? seen.found.content : undefined
  const must = content !== undefined ? "reference" : isNothing(seen) ? "nothing" : "token"
  const reference = typeof content === "object" ? content : undefined
  const inputs = { ...place, format, must, ...(reference ? { reference } : {}) }
  const holds = must === "token" ? "a token" : words(seen, inputs as unknown as PlacementInputs)
  return { id, inputs: { ...inputs, holds }, outputs: { ...inputs, holds, imported: true } }
}

function words(seen: Seen, inputs: PlacementInputs, ring = ringOf(inputs)): string {
  const properties = inputs as unknown as Properties
  const want = wantOf(properties) ?? { must: "token" as const, generation: 0, fingerprint: "" }
  return judge(seen, want, ring).message
}

/** A token that is not known yet is stood for by one of the same form: what is proved is that it can be written. */
function goalOf(inputs: PlacementInputs, fresh = false): Goal {
  const { must, reference, overwrite, token } = inputs
  if (must === "token" && token === undefined) throw new UserError(`${placeId(inputs)} is bound to no token`)
  const secret = token instanceof Secret ? token : new Secret("0".repeat(64))
  return {
    format: formatNamed(inputs.format, inputs.path),
    locator: inputs.locator,
    content: must === "token" ? secret : must === "reference" ? reference : undefined,
    ring: ringIn(inputs as unknown as Properties),
    ...(fresh && !overwrite ? { refuse: (seen) => refusal(words(seen, inputs), inputs, anyRing() !== undefined) } : {}),
  }
}

function ringOf(inputs: PlacementInputs): Ring | undefined {
  return ringIn(inputs as unknown as Properties) ?? anyRing()
}

async function claimOf({ host, path, format, locator }: PlacementInputs): Promise<string> {
  return [host, await hostOf(host).canonical(path), format, locator].join("|")
}

function isNothing(seen: Seen): boolean {
  return seen.kind === "no-file" || (seen.kind === "content" && seen.found.kind === "missing")
}

/** The error with the place's name, unless it has it. */
function located(error: unknown, inputs: PlacementInputs): unknown {
  if (!(error instanceof UserError) || error.message.includes(inputs.path)) return error
  return new UserError(`${placeId(inputs)}: ${error.message}`)
}

function messageOf(error: unknown): string {
  if (error instanceof UserError) return error.message
  throw error
}
