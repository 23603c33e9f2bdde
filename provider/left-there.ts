import { Unreachable } from "../core/errors.ts"
import type { Notice } from "../core/notice.ts"

/** Words for what stays on a host that is not reached when its resource is deleted: it is no longer let in anywhere. */
export function leftThere(error: unknown): Notice {
  if (!(error instanceof Unreachable)) throw error
  return { message: `its files stay there: ${error.message}`, fix: "remove them when the host is back" }
}
