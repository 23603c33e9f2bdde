import { shown } from "../../core/escape.ts"
import { unknownStarts } from "../resolve/unknown-starts.ts"
import type { NodeView } from "../resolve/view.ts"
import type { Cause } from "./cause.ts"

/** Lists why a member's files and process do not tell which credential it sends. */
export function describeUnknown({ live, member, survey }: NodeView): string[] {
  const { process } = member
  if (live.wins?.unknown) return [shown(live.wins.unknown, 300)]
  // A live process's environment contains what it was started with.
  if (process?.seen) return []
  const hidden = process && !live.wins ? ["its environment cannot be read"] : []
  return [...hidden, ...unknownStarts(member, survey)]
}

/** Reports a connection that was not tried: a gateway gets no token that it is not known to accept. */
export function notAskedCause({ name, survey, url, member, credential }: NodeView, does?: string): Cause {
  const { host } = survey.target
  const unknown = member.isClient ? "no address of a gateway" : "an address that is not known"
  // A token may be pasted behind the address.
  const to = url === undefined ? unknown : shown(url.replace(/(?<=^wss?:\/\/[^/?#]*)[/?#].*/s, ""))
  const goes = does ?? (member.isClient ? `has no ${credential} to send, and connects` : "connects")
  return {
    ...{ code: "not-asked", weight: "unknown", who: name, host },
    sentence: `${name} ${goes} to ${to}; whether that is accepted there is not known, because the gateway was not checked`,
    remedy: "scan the gateway's host too: --host ssh://…, or --home of its user",
  }
}
