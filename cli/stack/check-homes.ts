import { formatCount } from "../../core/counted.ts"
import { UserError } from "../../core/errors.ts"
import { checkHost, normalizeHost } from "../../core/host.ts"
import { describeKind } from "../../core/kind.ts"
import type { Ring } from "../../core/ring.ts"
import { endsWithUs } from "../../hosts/index.ts"
import { type Cause, type Ground, sentenceOf } from "../../survey/causes/index.ts"
import { type Survey, survey, type Target } from "../../survey/collect/survey.ts"
import { withFoundValues } from "../../survey/collect/values/values.ts"
import { lettersOf } from "../../survey/resolve/letters.ts"
import { withLabels } from "../../survey/resolve/names.ts"
import { tokensOf, type World, worldOf } from "../../survey/resolve/world.ts"
import { withProgress } from "../progress.ts"
import { type Style, styled, type Text } from "../text.ts"
import { type DeclaredStack, declaredTarget, isDeclaredCopy, namesOf } from "./declared.ts"
import { readRing } from "./ring.ts"

export function groundOf({ world, ring }: CheckedHomes, declared?: DeclaredStack): Ground {
  return { world, letters: lettersOf(world, ring), ...(declared ? { isDeclared: isDeclaredCopy(declared) } : {}) }
}

/** Returns the homes that the options name, by default this machine's, with what the stack declares of them. */
export function targetsIn(
  { host, home }: { readonly host?: readonly string[]; readonly home?: readonly string[] },
  declared?: DeclaredStack,
): Target[] {
  const hosts = host ?? ["local"]
  const problem = [...hosts.map(checkHost), ...(home ?? []).map(homeProblem)].find((each) => each !== undefined)
  if (problem) throw new UserError(problem)
  const targets = hosts.flatMap((host) => (home ?? ["~"]).map((home) => ({ host, home })))
  return declared ? targets.map((target) => declaredTarget(declared, target) ?? target) : targets
}

export function homeProblem(home: string): string | undefined {
  return home === "~" || home.startsWith("/")
    ? undefined
    : `${describeKind(home)} is not a valid home; expected an absolute folder`
}

/** The result of checking all requested homes. */
export interface CheckedHomes {
  readonly world: World
  readonly ring: Ring | undefined
  /** Why a host could not be checked, a line each. */
  readonly unseen: readonly string[]
}

interface CheckOptions {
  readonly logs?: "all" | "troubled"
  /** Whether to search the homes for the tokens' values. */
  readonly searches?: boolean
}

/** Checks all homes in parallel; one that cannot be checked does not block the others. */
export async function checkHomes(
  targets: readonly Target[],
  declared: DeclaredStack | undefined,
  { logs = "troubled", searches = false }: CheckOptions = {},
): Promise<CheckedHomes> {
  let done = 0
  const describe = () => `checking ${formatCount(targets.length, "home")}, ${done} done`
  return withProgress(
    describe,
    collect(targets, declared, { logs, searches }, () => done++),
  )
}

async function collect(
  targets: readonly Target[],
  declared: DeclaredStack | undefined,
  { logs, searches }: Required<CheckOptions>,
  onChecked: () => void,
): Promise<CheckedHomes> {
  endsWithUs()
  const [results, ring] = await Promise.all([
    Promise.all(targets.map((target) => surveyOrReason(target).finally(onChecked))),
    declared ? readRing(declared.file) : undefined,
  ])
  const all = results.filter((result): result is Survey => typeof result !== "string")
  // A home that was named in two ways is one: its gateway is asked once.
  const surveys = withLabels(all.filter((one, at) => at === all.findIndex((other) => isSameHome(one, other))))
  const unseen = results.flatMap((result) => (typeof result === "string" ? [result] : describeUnchecked(result)))
  const searched = searches ? await withFoundValues(surveys, surveys.flatMap(tokensOf)) : surveys
  const world = await worldOf(searched, { logs, ...(declared ? { named: namesOf(declared) } : {}) })
  return { world, ring, unseen: [...new Set([...unseen, ...world.unseen])] }
}

async function surveyOrReason(target: Target): Promise<Survey | string> {
  return survey(target).catch((error): string => {
    if (!(error instanceof UserError)) throw error
    return error.names === "host" ? error.message : `${target.host}: ${error.message}`
  })
}

function describeUnchecked({ target, unseen = [] }: Survey): string[] {
  return unseen.length === 0 ? [] : [`${target.host}: not everything was checked: ${[...new Set(unseen)].join(", ")}`]
}

function isSameHome(one: Survey, other: Survey): boolean {
  return (
    normalizeHost(one.target.host) === normalizeHost(other.target.host) && one.snapshot.real === other.snapshot.real
  )
}

/** What could not be checked counts only if nothing is wrong. */
export function exitCodeOf(causes: readonly Cause[]): 0 | 1 | 2 {
  const has = (...weights: Cause["weight"][]) => causes.some(({ weight }) => weights.includes(weight))
  return has("broken", "risk") ? 1 : has("unknown") ? 2 : 0
}

/** Formats a cause with its fix, a line each. */
export function causeLine(cause: Cause): Text {
  const { remedy, weight } = cause
  return [styled(styleOfWeight(weight), sentenceOf(cause)), "\n", remedy ? `  → ${remedy}\n` : ""]
}

export function styleOfWeight(weight: Cause["weight"]): Style {
  return ({ broken: "red", risk: "yellow", unknown: "yellow", note: "dim" } as const)[weight]
}
