import "./quiet.ts"
import * as pulumi from "@pulumi/pulumi"
import { parseHost } from "../core/host.ts"
import type { Place } from "./place.ts"

export interface PreflightArgs {
  /** The Token's. */
  rotation: pulumi.Input<number>
  /** Every host that has to be reached, and the paths of the files on it. */
  hosts: { readonly [host: string]: readonly string[] }
}

/** Reaches all remote hosts side by side, before anything else is looked at; a rotation begins only when all can follow. */
export class Preflight extends pulumi.CustomResource {
  constructor(name: string, args: PreflightArgs, options: pulumi.CustomResourceOptions = {}) {
    const hosts = Object.fromEntries(Object.entries(args.hosts).map(([host, paths]) => [host, [...paths]]))
    super("gatekey:index:Preflight", name, { rotation: args.rotation, hosts }, options)
  }
}

/** The files of places that are not on this machine. */
export function remoteFiles(places: readonly Place[]): PreflightArgs["hosts"] {
  const files: { [host: string]: string[] } = {}
  for (const { host, path } of places) {
    if (!parseHost(host)) continue
    const known = files[host] ?? []
    if (!known.includes(path)) known.push(path)
    files[host] = known
  }
  return files
}
