import type { ProductName } from "../../products/product.ts"
import { previewing } from "../engine.ts"
import { type DeclaredMember, noteMember } from "../members.ts"
import type { Log } from "../resource.ts"
import { ringOfToken } from "../tokens.ts"
import { isTroubled } from "../troubles.ts"
import type { Properties } from "../wire.ts"

/**
 * In a preview: where something on a member's host is not as it must be, or the member is new, a look says why it cannot
 * connect. Where all is well, nobody looks.
 */
export async function tellCause(inputs: Properties, fresh: boolean, log: Log): Promise<void> {
  const member = memberIn(inputs)
  if (!member) return
  noteMember(member)
  if (!previewing() || !(fresh || isTroubled(member.host, member.home))) return
  const { causeWords } = await import("../causes.ts")
  // What a first `up` changes anyway is no news.
  const words = await causeWords(member, ringOfToken(inputs.token), fresh ? "broken" : undefined)
  if (words) log("warning", words)
}

/** Nothing where it is not said whose handshake it is. */
function memberIn({ member, home = "~", host, port, from, product }: Properties): DeclaredMember | undefined {
  if ([member, home, host, product].some((value) => typeof value !== "string") || typeof port !== "number")
    return undefined
  const gateway = { host: String(host), port }
  return {
    name: String(member),
    role: from === undefined ? "gateway" : "node",
    product: product as ProductName,
    host: typeof from === "string" ? from : gateway.host,
    home: String(home),
    gateway,
  }
}
