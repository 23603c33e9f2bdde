import { hostOf } from "../../../hosts/index.ts"
import { json5 } from "../../../places/json5/json5.ts"
import { products } from "../../../products/index.ts"
import { formatBackupPath, type ProductName } from "../../../products/product.ts"
import { activeValue, placeSnapshotIn } from "../../hosts/place.ts"
import type { Log } from "../../resource.ts"
import type { DeclaredMember } from "../../run/members.ts"
import type { Run } from "../../run/run.ts"
import type { Properties } from "../../wire.ts"
import { type HandshakeInputs, isBound } from "./inputs.ts"

/**
 * Reports in a preview why a member cannot connect, if the member is new or something on its host is wrong. Otherwise it
 * surveys nothing.
 */
export async function reportCause(run: Run, inputs: Properties, fresh: boolean, log: Log): Promise<void> {
  const member = memberIn(inputs)
  if (!member) return
  run.members.noteMember(member)
  if (!run.command.previewing() || !(fresh || run.troubles.isTroubled(member.host, member.home))) return
  const { causeNotice } = await import("../../gateways/cause.ts")
  // What a first `up` changes anyway is not reported.
  const notice = await causeNotice(run, member, run.tokens.ringOfToken(inputs.token), fresh ? "broken" : undefined)
  if (notice) log("warning", notice)
}

/** Marks the host for a survey if a backup of the member's config contains the live token. */
export async function noteBackup(run: Run, inputs: HandshakeInputs): Promise<void> {
  const { member, home = "~", product, host, from = host, token, generation } = inputs
  if (member === undefined || !isBound(inputs)) return
  const path = formatBackupPath(products[product]).replace("~", home.replace(/\/+$/, ""))
  const [backup, live] = [await hostOf(from).readFirstSnapshot(path), await run.tokens.tokenSoon(token, generation)]
  const held = Object.values(products[product].roles).map(({ key }) => activeValue(placeSnapshotIn(backup, json5, key)))
  if (held.some((value) => value !== undefined && live?.equals(value))) run.troubles.noteTrouble(from, path)
}

/** Returns the member of the handshake; undefined if the inputs do not name one. */
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
