import { UserError } from "../../core/errors.ts"
import { checkHost } from "../../core/host.ts"
import type { Target } from "../../survey/collect/survey.ts"
import { homeProblem, targetsIn } from "../stack/check-homes.ts"
import {
  type DeclaredStack,
  declaredIn,
  declaredTarget,
  targetOf,
  targetsOf,
  usableStackIn,
} from "../stack/declared.ts"

/** Options that name a home. */
export interface PlaceOptions {
  readonly gateway?: string
  readonly gatewayHome?: string
  readonly host?: string
  readonly home?: string
  readonly stack?: string
  readonly cwd: string
}

/** Reads the stack: it must be valid only if it is named, or if it has to declare the node. */
export async function stackFor(name: string | undefined, options: PlaceOptions): Promise<DeclaredStack | undefined> {
  const isMember = name !== undefined && checkHost(name) !== undefined && !namesPlace(options)
  return options.stack !== undefined || isMember ? declaredIn(options.cwd, options.stack) : usableStackIn(options.cwd)
}

function namesPlace({ host, home }: PlaceOptions): boolean {
  return host !== undefined || home !== undefined
}

/** Returns the home to check, and the others that explain its findings. */
export function targetsFor(
  name: string | undefined,
  options: PlaceOptions,
  declared: DeclaredStack | undefined,
): { own: Target; others: Target[]; free: boolean } {
  const hosts = [options.gateway, options.host].filter((host) => host !== undefined)
  const homes = [options.home, options.gatewayHome].filter((home) => home !== undefined)
  const problem = [...hosts.map(checkHost), ...homes.map(homeProblem)].find(Boolean)
  if (problem) throw new UserError(problem)
  const isHost = name !== undefined && checkHost(name) === undefined
  const host = options.host ?? (isHost ? name : undefined)
  const known = name !== undefined && !isHost && declared && !namesPlace(options) ? targetOf(declared, name) : undefined
  const own = known ?? { host: host ?? "local", home: options.home ?? "~" }
  const { gateway, gatewayHome } = options
  const gateways =
    gateway || gatewayHome
      ? targetsIn({ ...(gateway ? { host: [gateway] } : {}), ...(gatewayHome ? { home: [gatewayHome] } : {}) })
      : declared && (known || options.stack !== undefined || declaredTarget(declared, own))
        ? targetsOf(declared, "gateways")
        : []
  // A name that is not a host, and that no stack declares, is looked up among the members that are found.
  const free = name !== undefined && !isHost && !known
  return { own, free, others: gateways.filter((each) => each.host !== own.host || each.home !== own.home) }
}
