import { mark, stampOf } from "./guard.ts"

/** What a configuration of ours says, without the secret name of its header. */
export type ProxyFacts = GuardFacts | SidecarFacts

export interface GuardFacts {
  readonly kind: "guard"
  readonly address: string
  readonly port: number
  /** The gateway's port on the same host; absent if the guard lets no client in. */
  readonly gateway?: number
  /** What its process reports if it runs with this configuration. */
  readonly stamp: string
}

export interface SidecarFacts {
  readonly kind: "sidecar"
  /** Its loopback port. */
  readonly port: number
  readonly guard: { readonly address: string; readonly port: number; readonly name: string }
  readonly stamp: string
}

/** Parses a configuration that gatekey wrote; undefined if it is not one. */
export function parseConfiguration(text: string): ProxyFacts | undefined {
  const stamp = text.startsWith(`${mark}\n`) ? stampOf(text) : undefined
  if (stamp === undefined) return undefined
  return guardIn(text, stamp) ?? sidecarIn(text, stamp)
}

function guardIn(text: string, stamp: string): GuardFacts | undefined {
  const [, address, port] = /^frontend guard\n {4}bind (\S+):(\d+) ssl /m.exec(text) ?? []
  if (address === undefined) return undefined
  const [, gateway] = /^ {4}server \S+ 127\.0\.0\.1:(\d+)$/m.exec(text) ?? []
  return { kind: "guard", address, port: Number(port), ...(gateway ? { gateway: Number(gateway) } : {}), stamp }
}

function sidecarIn(text: string, stamp: string): SidecarFacts | undefined {
  const [, port] = /^frontend node\n {4}bind 127\.0\.0\.1:(\d+)$/m.exec(text) ?? []
  const [, address, to, name] = /^ {4}server guard (\S+):(\d+) ssl .* verifyhost (\S+) /m.exec(text) ?? []
  if (port === undefined || address === undefined || name === undefined) return undefined
  return { kind: "sidecar", port: Number(port), guard: { address, port: Number(to), name }, stamp }
}
