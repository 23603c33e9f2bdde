import * as pulumi from "@pulumi/pulumi"
import { omitUndefined } from "../core/given.ts"
import { products } from "../products/index.ts"
import type { GatewayMode } from "../products/readers.ts"
import { childOptions } from "./create.ts"
import { createMember } from "./create-member.ts"
import { Handshake } from "./handshake.ts"
import { gatewayListener, Listener } from "./listener.ts"
import type { MemberArgs } from "./member.ts"
import { memberPlaces } from "./member-places.ts"
import type { Place, PlaceResource } from "./place.ts"

export interface GatewayArgs extends Omit<MemberArgs, "mode"> {
  /**
   * How it authenticates its clients (`gateway.auth.mode`). `trusted-proxy`: by what its guard says, so that no secret lets
   * in; in a fleet with a guard. Default: `token`.
   */
  mode?: GatewayMode
  /** `loopback`: it listens on its loopback only, so that no way leads past its guard. Default: as its config says. */
  bind?: "loopback"
  /** TCP port it listens on. Default: the product's (18789). */
  port?: number
  /** SHA-256 of its certificate, if it speaks TLS (`gateway.tls`). Default: it speaks none. */
  tlsFingerprint?: string
  /**
   * It may listen beyond its host without TLS, since a proxy with TLS, a firewall or a VPN protects it. Default: false, and a
   * preview warns where it does.
   */
  guarded?: boolean
  /** Places that must contain the token before the gateway accepts it; a fleet passes those of its nodes. Default: none. */
  staged?: readonly Place[]
  /** Other owners that may use its port, such as `docker:NAME` or `process:haproxy`. Default: none. */
  owners?: readonly string[]
  /**
   * What `up` stops if it uses the port, and keeps from restarting: `docker:NAME`, `launchd:LABEL`,
   * `systemd:UNIT`, `process:PROGRAM`. Default: none; `up` then fails at the end and names the command.
   */
  evict?: readonly string[]
}

/** A gateway: the places of its token, those that must not contain it, and its port. */
export class Gateway extends pulumi.ComponentResource {
  /** TCP port it listens on. */
  readonly port: number

  /** Its places, for what must be written after them; its service may fail without blocking them. */
  readonly placements: readonly PlaceResource[]

  /** Its port is its own, not a container's. */
  readonly published = false
  /** Whether it accepts the token, at the wire: what needs the gateway comes after it. None if no token lets in. */
  readonly handshake: Handshake | undefined
  /** The check of its port, the last of its own resources. */
  readonly listener: Listener

  constructor(name: string, args: GatewayArgs, options: pulumi.ComponentResourceOptions = {}) {
    super("gatekey:index:Gateway", name, {}, options)
    this.port = args.port ?? products[args.product ?? "openclaw"].port
    const { token, host, home, product = "openclaw", tlsFingerprint, mode, staged = [] } = args
    const wire = { product, port: this.port, ...omitUndefined({ tlsFingerprint }) }
    const flip = { ...wire, at: host, staged }
    this.placements = createMember(this, memberPlaces(name, "gateway", args), token, options, flip)
    const listens = gatewayListener(this.port, args)
    this.listener = new Listener(`${name} port ${this.port}`, listens, childOptions(this, {}, this.placements))
    const own = { member: name, ...omitUndefined({ home }) }
    this.handshake =
      mode === "trusted-proxy"
        ? undefined
        : new Handshake(
            `${name} handshake`,
            { token, host, ...own, ...wire, ...omitUndefined({ mode }) },
            childOptions(this, {}, [this.listener]),
          )
    this.registerOutputs({ port: this.port })
  }
}
