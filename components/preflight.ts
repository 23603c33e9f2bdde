import "./quiet.ts"
import * as pulumi from "@pulumi/pulumi"
import { parseHost } from "../core/host.ts"
import type { Place } from "./place.ts"

export interface PreflightArgs {
  /** The Token's. */
  rotation: pulumi.Input<number>
  /** The paths of the files on each host that has to be reached. */
  hosts: RemoteFiles
}

export interface RemoteFiles {
  readonly [host: string]: readonly string[]
}

/** Reaches all remote hosts side by side, before anything else is looked at; a rotation begins only when all can follow. */
export class Preflight extends pulumi.CustomResource {
  constructor(name: string, args: PreflightArgs, options: pulumi.CustomResourceOptions = {}) {
    const hosts = Object.fromEntries(Object.entries(args.hosts).map(([host, paths]) => [host, [...paths]]))
    super("gatekey:index:Preflight", name, { rotation: args.rotation, hosts }, options)
  }
}

/** The files of places that are not on this machine. */
export function remoteFiles(places: readonly Place[]): RemoteFiles {
  const files = new Map<string, Set<string>>()
  for (const { host, path } of places.filter(({ host }) => parseHost(host))) {
    files.set(host, (files.get(host) ?? new Set()).add(path))
  }
  return Object.fromEntries([...files].map(([host, paths]) => [host, [...paths]]))
}
