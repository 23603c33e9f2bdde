import { formatCount } from "../core/counted.ts"
import { shown } from "../core/escape.ts"
import type { Foreign } from "../core/foreign.ts"
import type { PairedNode, PairingRequest, Pairings } from "./pairings.ts"

/** A declared node: the given device, or any device of that name. */
export interface DeclaredNode {
  readonly node: string
  readonly device?: string
}

/** The device that matched the declaration in an earlier run. */
export interface KnownDevice {
  readonly id: string
  readonly silent: boolean
}

/** The pairing of a declared node at its gateway. */
export type PairingStatus =
  /** `asking`: a pairing request of this device, or of another of the same name. */
  | { readonly kind: "paired"; readonly node: PairedNode; readonly request?: PairingRequest }
  | { readonly kind: "pending"; readonly asking: PairingRequest }
  /** The gateway no longer lists a device that it listed before. */
  | { readonly kind: "dropped"; readonly silent: boolean }
  | { readonly kind: "unknown" }
  | { readonly kind: "several"; readonly ids: readonly string[]; readonly connected: number }

export function evaluatePairing(
  { nodes, requests }: Pairings,
  { node: name, device }: DeclaredNode,
  known?: KnownDevice,
): PairingStatus {
  const isDeclared = ({ id, name: its }: { id: string; name: Foreign }) =>
    device === undefined ? its.is(name) : id === device
  const paired = nodes.filter(isDeclared)
  const asking = requests.filter(isDeclared)
  const several = paired.length > 0 ? paired : asking
  if (several.length > 1) {
    const connected = paired.filter(({ connected }) => connected).length
    return { kind: "several", ids: several.map(({ id }) => id).sort(), connected }
  }
  const [node] = paired
  const [first] = asking
  if (node) return { kind: "paired", node, ...(first ? { request: first } : {}) }
  if (first) return { kind: "pending", asking: first }
  if (known && !nodes.some(({ id }) => id === known.id)) return { kind: "dropped", silent: known.silent }
  return { kind: "unknown" }
}

export const expectedPairing = "approved, connected"

/**
 * Describes a pairing; equal pairings have equal descriptions.
 * @param explicit whether an approval by the gateway itself is not enough
 */
export function describePairing(status: PairingStatus, explicit: boolean): string {
  switch (status.kind) {
    case "paired":
      return describePaired(status.node, explicit)
    case "pending":
      return `pending (request ${status.asking.request})`
    case "dropped":
      return status.silent ? "pruned" : "revoked: the gateway no longer knows it"
    case "several":
      return `${status.ids.length} devices have this name: ${status.ids.map(shortId).join(", ")}`
    case "unknown":
      return "unknown to the gateway"
  }
}

function describePaired({ connected, revoked, silent, asks }: PairedNode, explicit: boolean): string {
  if (revoked) return "revoked"
  if (!connected) return "approved, not connected"
  if (asks?.first) return `connected, what it may do is pending (request ${asks.request})`
  const description = silent && explicit ? "approved silently, connected" : expectedPairing
  return asks ? `${description}, asks for more (request ${asks.request})` : description
}

/** Finds the call that approves the first pairing of a declared node. @returns undefined if there is none, or a person must decide */
export function findApproval(
  status: PairingStatus,
): { readonly method: string; readonly request: Foreign } | undefined {
  if (status.kind === "pending" && status.asking.isFirstAsNode && !status.asking.silent) {
    return { method: "device.pair.approve", request: status.asking.request }
  }
  if (status.kind === "paired" && !status.node.revoked && status.node.asks?.first) {
    return { method: "node.pair.approve", request: status.node.asks.request }
  }
  return undefined
}

/** Describes the paired nodes and the requests that are not declared. @param declared names and device ids */
export function listUndeclared({ nodes, requests }: Pairings, declared: readonly string[]): string[] {
  const isUndeclared = ({ id, name }: { id: string; name: Foreign }) =>
    !declared.some((each) => each === id || name.is(each))
  // A request in the name of a node that is already paired may come from any device.
  const asking = requests
    .filter((each) => !each.silent)
    .filter(
      (each) => isUndeclared(each) || (!declared.includes(each.id) && nodes.some(({ name }) => name.is(each.name))),
    )
  return [
    ...nodes.filter(isUndeclared).map(({ id, name }) => `${name.upTo(60)} (device ${shortId(id)})`),
    ...asking.map(({ request, name }) => `${name.upTo(60)} (asks, request ${request})`),
  ].sort()
}

export function describeUndeclared(undeclared: readonly string[]): string {
  if (undeclared.length === 0) return noUndeclared
  return `${formatCount(undeclared.length, "stray")}: ${undeclared.join(", ")}`
}

export const noUndeclared = "no strays"

function shortId(id: string): string {
  return id.length > 12 ? `${shown(id.slice(0, 12))}…` : shown(id)
}
