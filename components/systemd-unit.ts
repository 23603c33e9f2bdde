import * as pulumi from "@pulumi/pulumi"
import { children, create } from "./create.ts"
import { atHome, given, type Place } from "./place.ts"
import type { Token } from "./token.ts"

export interface SystemdUnitArgs {
  token: Token
  /** The user unit, such as `openclaw-node.service`: the file is `~/.config/systemd/user/UNIT`. */
  unit: string
  /** The environment variable that carries the token, such as `OPENCLAW_GATEWAY_TOKEN`. */
  variable: string
  /** `local` (the default), or `ssh://[user@]name[:port]`. */
  host?: string
  /** Absolute folder in place of `~`, for a sandbox. Default: the home of the host's user. */
  home?: string
  /** What `Environment=` must hold: `token` or `nothing`. Default: `nothing`. `ExecStart=` never holds a token. */
  must?: "token" | "nothing"
  /** Drop-ins that must hold nothing: file names in `UNIT.d`, such as `10-token.conf`. Default: none. */
  dropIns?: readonly string[]
  /** An `EnvironmentFile=` that must hold nothing. Default: none. */
  envFile?: string
  /** Why the environment must hold what it must, in a few words. */
  why?: string
  /** Why the arguments must hold nothing, in a few words. */
  whyArguments?: string
  /** Who stops working without the token in the environment, in a few words. */
  serves?: string
  /** Write over a live value that is not known, at the first `up`. Default: false. */
  overwrite?: boolean
}

/** The places of a token in one systemd user unit: its environment, its arguments, drop-ins, environment file. */
export class SystemdUnit extends pulumi.ComponentResource {
  constructor(name: string, args: SystemdUnitArgs, options: pulumi.ComponentResourceOptions = {}) {
    super("gatekey:index:SystemdUnit", name, {}, options)
    for (const place of systemdUnitPlaces(name, args)) create(place, args.token, children(this, options))
    this.registerOutputs({})
  }
}

export function systemdUnitPlaces(name: string, args: Omit<SystemdUnitArgs, "token">): Place[] {
  const { host = "local", home, unit, variable, must = "nothing", dropIns = [], envFile, serves } = args
  const path = atHome(`~/.config/systemd/user/${unit}`, home)
  const asked = given({ overwrite: args.overwrite })
  const because = given({ why: args.why })
  const serving = must === "token" ? given({ serves }) : {}
  const whyArguments = args.whyArguments ?? "arguments show in the process list"
  const file = { host, path, format: "systemd" } as const
  return [
    { name: `${name} environment`, ...file, locator: variable, must, ...because, ...serving, ...asked },
    { name: `${name} arguments`, ...file, locator: "--token", must: "nothing", why: whyArguments, ...asked },
    ...dropIns.map((dropIn) => cleared(`drop-in ${dropIn}`, `${path}.d/${dropIn}`, "systemd")),
    ...(envFile === undefined ? [] : [cleared("env file", atHome(envFile, home), "environment-file")]),
  ]

  function cleared(words: string, path: string, format: "systemd" | "environment-file"): Place {
    return { name: `${name} ${words}`, host, path, locator: variable, format, must: "nothing", ...because, ...asked }
  }
}
