import { counted } from "../core/counted.ts"
import { shown } from "../core/escape.ts"
import type { Foreign } from "../core/foreign.ts"
import type { PairedNode, PairingRequest, Pairings } from "./pairings.ts"

/** The node that is declared: the device, where it is named, else whatever calls itself so. */
export interface DeclaredNode {
  readonly node: string
  readonly device?: string
}

/** The device that an earlier look knew by that declaration. */
export interface KnownDevice {
  readonly id: string
  readonly silent: boolean
}

/** What the gateway knows of a declared node. */
export type Status =
  /** `asking`: it, or another that calls itself so, asks to be paired. */
  | { readonly kind: "paired"; readonly node: PairedNode; readonly asking?: PairingRequest }
  | { readonly kind: "pending"; readonly asking: PairingRequest }
  /** The gateway keeps no trace of what it dropped. */
  | { readonly kind: "dropped"; readonly silent: boolean }
  | { readonly kind: "unknown" }
  | { readonly kind: "several"; readonly ids: readonly string[]; readonly connected: number }

export function statusOf(
  { nodes, requests }: Pairings,
  { node: name, device }: DeclaredNode,
  known?: KnownDevice,
): Status {
  const isIt = ({ id, name: its }: { id: string; name: Foreign }) =>
    device === undefined ? its.is(name) : id === device
  const paired = nodes.filter(isIt)
  const asking = requests.filter(isIt)
  const several = paired.length > 0 ? paired : asking
  if (several.length > 1) {
    const connected = paired.filter(({ connected }) => connected).length
    return { kind: "several", ids: several.map(({ id }) => id).sort(), connected }
  }
  const [node] = paired
  const [first] = asking
  if (node) return { kind: "paired", node, ...(first ? { asking: first } : {}) }
  if (first) return { kind: "pending", asking: first }
  if (known && !nodes.some(({ id }) => id === known.id)) return { kind: "dropped", silent: known.silent }
  return { kind: "unknown" }
}

export const describeWantedStatus = "approved, connected"

/**
 * In words, the same for the same state.
 * @param explicit whether an approval by the gateway itself is not enough
 */
export function describeStatus(status: Status, explicit: boolean): string {
  switch (status.kind) {
    case "paired":
      return pairedWords(status.node, explicit)
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

function pairedWords({ connected, revoked, silent, asks }: PairedNode, explicit: boolean): string {
  if (revoked) return "revoked"
  if (!connected) return "approved, not connected"
  if (asks?.first) return `connected, what it may do is pending (request ${asks.request})`
  const words = silent && explicit ? "approved silently, connected" : describeWantedStatus
  return asks ? `${words}, asks for more (request ${asks.request})` : words
}

/** What approves the first pairing of a declared node; nothing where there is none, or where a person must look. */
export function approvalOf(status: Status): { readonly method: string; readonly request: Foreign } | undefined {
  if (status.kind === "pending" && status.asking.plain && !status.asking.silent) {
    return { method: "device.pair.approve", request: status.asking.request }
  }
  if (status.kind === "paired" && !status.node.revoked && status.node.asks?.first) {
    return { method: "node.pair.approve", request: status.node.asks.request }
  }
  return undefined
}

/** Paired nodes that nobody declared, and devices that ask to be one, in words. @param declared names and device ids */
export function undeclaredIn({ nodes, requests }: Pairings, declared: readonly string[]): string[] {
  const stray = ({ id, name }: { id: string; name: Foreign }) => !declared.some((each) => each === id || name.is(each))
  // Who asks under the name of a node that is paired already may be anybody.
  const asking = requests
    .filter((each) => !each.silent)
    .filter((each) => stray(each) || (!declared.includes(each.id) && nodes.some(({ name }) => name.is(each.name))))
  return [
    ...nodes.filter(stray).map(({ id, name }) => `${name.upTo(60)} (device ${shortId(id)})`),
    ...asking.map(({ request, name }) => `${name.upTo(60)} (asks, request ${request})`),
  ].sort()
}

export function describeUndeclared(strays: readonly string[]): string {
  if (strays.length === 0) return noUndeclared
  return `${counted(strays.length, "stray")}: ${strays.join(", ")}`
}

export const noUndeclared = "no strays"

function shortId(id: string): string {
  return id.length > 12 ? `${shown(id.slice(0, 12))}…` : shown(id)
}
