import { UserError } from "../core/errors.ts"
import { shown } from "../core/escape.ts"
import { hostProblem, sameHost } from "../core/host.ts"
import type { Ring } from "../core/ring.ts"
import { endsWithUs } from "../hosts/index.ts"
import { type Cause, type Ground, sentenceOf } from "../survey/causes/index.ts"
import { lettersOf } from "../survey/letters.ts"
import { type Survey, survey, type Target } from "../survey/survey.ts"
import { type World, worldOf } from "../survey/world.ts"
import { type Declared, isKept, namesOf, targetsOf } from "./declared.ts"
import { ringOf } from "./ring.ts"

export function groundOf({ world, ring }: Seen, declared?: Declared): Ground {
  return { world, letters: lettersOf(world, ring), ...(declared ? { isDeclared: isKept(declared) } : {}) }
}

export function targetsIn(
  { host, home }: { readonly host?: readonly string[]; readonly home?: readonly string[] },
  declared: Declared | undefined,
): Target[] {
  if (!host && !home && declared) return targetsOf(declared)
  const hosts = host ?? ["local"]
  const problem = [...hosts.map(hostProblem), ...(home ?? []).map(homeProblem)].find((each) => each !== undefined)
  if (problem) throw new UserError(problem)
  return hosts.flatMap((host) => (home ?? ["~"]).map((home) => ({ host, home })))
}

export function homeProblem(home: string): string | undefined {
  return home === "~" || home.startsWith("/") ? undefined : `"${shown(home)}" is no home: allowed is an absolute folder`
}

/** What was seen of all that was asked for. */
export interface Seen {
  readonly world: World
  readonly ring: Ring | undefined
  /** Why a host could not be looked at, a line each. */
  readonly unseen: readonly string[]
}

/** Looks at all of them side by side; one that cannot be looked at does not keep the others from it. */
export async function seenOf(
  targets: readonly Target[],
  declared: Declared | undefined,
  logs: "all" | "troubled" = "troubled",
): Promise<Seen> {
  endsWithUs()
  const [looks, ring] = await Promise.all([
    Promise.all(
      targets.map((target) =>
        survey(target).catch((error): string => {
          if (error instanceof UserError) return error.message
          throw error
        }),
      ),
    ),
    declared ? ringOf(declared.file) : undefined,
  ])
  const all = looks.filter((look): look is Survey => typeof look !== "string")
  // A home that was named in two ways is one: its gateway is asked once.
  const surveys = all.filter((one, at) => at === all.findIndex((other) => isSameHome(one, other)))
  const unseen = looks.filter((look) => typeof look === "string")
  const world = await worldOf(surveys, { logs, ...(declared ? { named: namesOf(declared) } : {}) })
  return { world, ring, unseen: [...new Set(unseen)] }
}

function isSameHome(one: Survey, other: Survey): boolean {
  return sameHost(one.target.host) === sameHost(other.target.host) && one.sight.real === other.sight.real
}

export function causeLine(cause: Cause): string {
  const { remedy } = cause
  return `${sentenceOf(cause)}\n${remedy ? `  → ${remedy}\n` : ""}`
}
