import * as v from "valibot"
import { UserError } from "../core/errors.ts"
import { Foreign } from "../core/foreign.ts"

/** A node that is paired, as the gateway knows it. */
export interface PairedNode {
  /** Of its device: SHA-256 of its public key, in hex. */
  readonly id: string
  /** What it calls itself; nobody vouches for that. */
  readonly name: Foreign
  readonly connected: boolean
  /** Of its connection; milliseconds since 1970. */
  readonly since?: number
  readonly revoked: boolean
  /** The gateway approved it by itself, as it came from the gateway's own host, and may drop it again (openclaw). */
  readonly silent: boolean
  /** It asks for what it may do (openclaw); `first`: it may do nothing yet. */
  readonly asks?: { readonly request: Foreign; readonly first: boolean }
}

/** A device that asks to be paired as a node. */
export interface PairingRequest {
  readonly request: Foreign
  readonly id: string
  readonly name: Foreign
  /** A first pairing, as a node and nothing else. */
  readonly plain: boolean
  /** The gateway is about to approve it by itself. */
  readonly silent: boolean
}

export interface Pairings {
  readonly nodes: readonly PairedNode[]
  readonly requests: readonly PairingRequest[]
}

/**
 * What the gateway answered to `device.pair.list` and `node.list`, without the devices of people.
 * Measured on openclaw 2026.9.6 and clawdbot 2026.1.24-3, which knows neither `approvedVia` nor `approvalState`.
 * @throws UserError for an answer of another form
 */
export function pairingsIn(devices: unknown, nodes: unknown): Pairings {
  const { paired, pending } = parsed(deviceList, devices, "device.pair.list")
  const live = new Map(parsed(nodeList, nodes, "node.list").nodes.map((node) => [node.nodeId, node]))
  return {
    nodes: paired.filter(isNode).map(({ deviceId: id, displayName, approvedVia, tokens }) => {
      const { connected = false, connectedAtMs: since, approvalState = "", pendingRequestId } = live.get(id) ?? {}
      const held = (tokens ?? []).filter(({ role }) => role === "node")
      return {
        id,
        name: new Foreign(displayName ?? ""),
        connected,
        ...(connected && since !== undefined ? { since } : {}),
        revoked: held.length > 0 && held.every(({ revokedAtMs }) => revokedAtMs !== undefined),
        silent: approvedVia === "silent",
        ...(approvalState.startsWith("pending") && pendingRequestId
          ? { asks: { request: new Foreign(pendingRequestId), first: approvalState === "pending-approval" } }
          : {}),
      }
    }),
    requests: pending.filter(isNode).map((each) => ({
      request: new Foreign(each.requestId),
      id: each.deviceId,
      name: new Foreign(each.displayName ?? ""),
      plain: !each.isRepair && rolesOf(each).length === 1 && (each.scopes ?? []).length === 0,
      silent: each.silent === true,
    })),
  }
}

const text = v.optional(v.string())
const texts = v.optional(v.array(v.string()))
const flag = v.optional(v.boolean())
const time = v.optional(v.number())
const device = { deviceId: v.string(), displayName: text, role: text, roles: texts }

const deviceList = v.object({
  paired: v.array(
    v.object({
      ...device,
      approvedVia: text,
      tokens: v.optional(v.array(v.object({ role: v.string(), revokedAtMs: time }))),
    }),
  ),
  pending: v.array(v.object({ ...device, requestId: v.string(), scopes: texts, isRepair: flag, silent: flag })),
})

const nodeList = v.object({
  nodes: v.array(
    v.object({
      nodeId: v.string(),
      connected: flag,
      connectedAtMs: time,
      approvalState: text,
      pendingRequestId: text,
    }),
  ),
})

function parsed<Schema extends v.GenericSchema>(
  schema: Schema,
  answer: unknown,
  method: string,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, answer)
  if (result.success) return result.output
  throw new UserError(`the gateway's answer to ${method} has another form than expected`)
}

interface Roles {
  readonly role?: string | undefined
  readonly roles?: readonly string[] | undefined
}

function rolesOf({ role, roles = [] }: Roles): string[] {
  return [...new Set(role === undefined ? roles : [role, ...roles])]
}

function isNode(each: Roles): boolean {
  return rolesOf(each).includes("node")
}
