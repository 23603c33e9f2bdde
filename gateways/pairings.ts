import * as v from "valibot"
import { UserError } from "../core/errors.ts"
import { Foreign } from "../core/foreign.ts"

/** A paired node, as the gateway lists it. */
export interface PairedNode {
  /** SHA-256 of its device's public key, in hex. */
  readonly id: string
  /** The name that it chose itself; not verified. */
  readonly name: Foreign
  readonly connected: boolean
  /** Start of its connection; milliseconds since 1970. */
  readonly since?: number
  readonly revoked: boolean
  /** The gateway approved it by itself, because it runs on the gateway's host, and may remove it again (openclaw). */
  readonly silent: boolean
  /** It requests permissions (openclaw); `first`: it has none yet. */
  readonly asks?: { readonly request: Foreign; readonly first: boolean }
}

/** A device that asks to be paired as a node. */
export interface PairingRequest {
  readonly request: Foreign
  readonly id: string
  readonly name: Foreign
  /** A first pairing, only as a node. */
  readonly isFirstAsNode: boolean
  /** The gateway will approve it by itself. */
  readonly silent: boolean
}

export interface Pairings {
  readonly nodes: readonly PairedNode[]
  readonly requests: readonly PairingRequest[]
}

/**
 * Parses the answers to `device.pair.list` and `node.list`; skips operators' devices.
 * Measured on openclaw 2026.9.6 and clawdbot 2026.1.24-3, which knows neither `approvedVia` nor `approvalState`.
 * @throws UserError if an answer has another form
 */
export function parsePairings(devices: unknown, nodes: unknown): Pairings {
  const { paired, pending } = parseAnswer(deviceList, devices, "device.pair.list")
  const live = new Map(parseAnswer(nodeList, nodes, "node.list").nodes.map((node) => [node.nodeId, node]))
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
      plain: !each.isRepair && listRoles(each).length === 1 && (each.scopes ?? []).length === 0,
      silent: each.silent === true,
    })),
  }
}

const string = v.optional(v.string())
const strings = v.optional(v.array(v.string()))
const boolean = v.optional(v.boolean())
const time = v.optional(v.number())
const device = { deviceId: v.string(), displayName: string, role: string, roles: strings }

const deviceList = v.object({
  paired: v.array(
    v.object({
      ...device,
      approvedVia: string,
      tokens: v.optional(v.array(v.object({ role: v.string(), revokedAtMs: time }))),
    }),
  ),
  pending: v.array(v.object({ ...device, requestId: v.string(), scopes: strings, isRepair: boolean, silent: boolean })),
})

const nodeList = v.object({
  nodes: v.array(
    v.object({
      nodeId: v.string(),
      connected: boolean,
      connectedAtMs: time,
      approvalState: string,
      pendingRequestId: string,
    }),
  ),
})

function parseAnswer<Schema extends v.GenericSchema>(
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

function listRoles({ role, roles = [] }: Roles): string[] {
  return [...new Set(role === undefined ? roles : [role, ...roles])]
}

function isNode(each: Roles): boolean {
  return listRoles(each).includes("node")
}
