import "./quiet.ts"
import * as pulumi from "@pulumi/pulumi"
import type { FormatName } from "../core/content.ts"
import { parseHost } from "../core/host.ts"
import type { Members } from "../core/leaving.ts"
import type { Credential } from "../products/readers.ts"
import type { Files } from "./markers.ts"
import type { Place } from "./place.ts"
import type { Adopt } from "./token.ts"

export interface PreflightArgs {
  /** The Token's. */
  rotation: pulumi.Input<number>
  /** The paths of the files on each host that has to be reached, or written in a rotation. */
  hosts: Files
  /** Where each host records the generations of the fleet. Default: nowhere. */
  markers?: Files
  /** Backups of configs, which may contain the token: checked together with the rest. Default: none. */
  backups?: Files
  /** The members that get the token, by name: `node on ssh://me@tw.local`. Default: none. */
  members?: Members
  /** The gateways to which the token is worth nothing, as in `members`. Default: none. */
  trusting?: Members
  /** The token in use that the stack adopts: the input of the Token. Default: none. */
  adopt?: pulumi.Input<Adopt>
  /**
   * The gateways: a running one must accept a known token before it gets another, and before its places are
   * written for the first time. Default: none.
   */
  gateways?: readonly GatewayAt[]
  /** Hosts that a rotation skips if they do not answer. Default: none. */
  mayLag?: readonly string[]
  /** The highest generation that this state does not know and may override. Default: none. */
  supersede?: number
}

/** A gateway at its own host. */
export interface GatewayAt {
  readonly host: string
  readonly port: number
  readonly product: string
  readonly tlsFingerprint?: string
  readonly published?: boolean
  readonly address?: string
  readonly name?: string
  /** What it checks the secret as: `token` or `password`. Default: `token`. */
  readonly mode?: Credential
  /** Its config file. */
  readonly config?: string
  /** Where its token may be, those that override the others first. */
  readonly places?: readonly { readonly path: string; readonly locator: string; readonly format?: FormatName }[]
  /** Its token may be replaced even if it is not known. */
  readonly overwrite?: boolean
  /** What `up` stops if it uses the port. */
  readonly evict?: readonly string[]
}

/**
 * Reaches all remote hosts in parallel before any other check; a rotation starts only if all can be updated, and not if
 * a host has recorded a generation that this state does not know.
 */
export class Preflight extends pulumi.CustomResource {
  /** The highest generation that was ever declared. */
  declare readonly highest: pulumi.Output<number>
  /** `none`, or which hosts have recorded a higher one. */
  declare readonly newer: pulumi.Output<string>

  constructor(name: string, args: PreflightArgs, options: pulumi.CustomResourceOptions = {}) {
    super("gatekey:index:Preflight", name, { ...args, highest: undefined, newer: undefined }, options)
  }
}

/**
 * Returns the files to reach first: all remote ones, and the local ones with contents. A cleared place, such as a profile
 * that another tool writes, blocks no rotation.
 */
export function filesToReach(places: readonly Place[]): Files {
  const files = new Map<string, Set<string>>()
  for (const { host, path } of places.filter(({ host, must }) => parseHost(host) || must !== "nothing")) {
    files.set(host, (files.get(host) ?? new Set()).add(path))
  }
  return Object.fromEntries([...files].map(([host, paths]) => [host, [...paths]]))
}
