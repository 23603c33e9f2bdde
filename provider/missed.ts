import { Unreachable } from "../core/errors.ts"
import type { Notice } from "../core/notice.ts"
import { hostOf } from "../hosts/index.ts"

/** Describes what was not read on a host that is not reached. @throws the error, if it is another one */
export function notChecked(error: unknown): Notice & { readonly message: string } {
  if (!(error instanceof Unreachable)) throw error
  return { message: `not checked: ${error.message}`, fix: "the next `pulumi up` that reaches it checks it" }
}

/**
 * Describes what is not changed on a host that is off; undefined if it answers. A host that is off or stolen must not keep
 * the guard from cutting it off.
 */
export async function notChanged(host: string): Promise<Notice | undefined> {
  const outage = await hostOf(host).findOutage()
  if (outage === undefined) return undefined
  return { message: `not changed: ${host}: ${outage}`, fix: "the next `pulumi up` that reaches it does" }
}

/**
 * Describes what is not made on a host that is off; undefined if it answers. It must not keep the rest of the fleet from its
 * changes.
 */
export async function notMade(host: string): Promise<(Notice & { readonly message: string }) | undefined> {
  const outage = await hostOf(host).findOutage()
  if (outage === undefined) return undefined
  return { message: `not made: ${host}: ${outage}`, fix: "the next `pulumi up` that reaches it makes it" }
}

/** Describes what stays on a host that is not reached when its resource is deleted. @throws the error, if it is another one */
export function leftThere(error: unknown): Notice {
  if (!(error instanceof Unreachable)) throw error
  return { message: `its files stay there: ${error.message}`, fix: "remove them when the host is back" }
}
