import * as pulumi from "@pulumi/pulumi"
import { children, create } from "./create.ts"
import { atHome, given, type Place } from "./place.ts"
import type { Token } from "./token.ts"

export interface LaunchAgentArgs {
  token: Token
  /** The label, such as `ai.openclaw.node`: the agent is `~/Library/LaunchAgents/LABEL.plist`. */
  label: string
  /** The environment variable that carries the token, such as `OPENCLAW_GATEWAY_TOKEN`. */
  variable: string
  /** `local` (the default), or `ssh://[user@]name[:port]`. */
  host?: string
  /** Absolute folder in place of `~`, for a sandbox. Default: the home of the host's user. */
  home?: string
  /** What EnvironmentVariables must hold: `token` or `nothing`. Default: `nothing`. ProgramArguments never hold a token. */
  must?: "token" | "nothing"
  /** A file of `export NAME='value'` lines that a wrapper sources before the program; must hold nothing. Default: none. */
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

/** The places of a token in one LaunchAgent: its environment, its arguments, the file its wrapper sources. */
export class LaunchAgent extends pulumi.ComponentResource {
  constructor(name: string, args: LaunchAgentArgs, options: pulumi.ComponentResourceOptions = {}) {
    super("gatekey:index:LaunchAgent", name, {}, options)
    for (const place of launchAgentPlaces(name, args)) create(place, args.token, children(this, options))
    this.registerOutputs({})
  }
}

export function launchAgentPlaces(name: string, args: Omit<LaunchAgentArgs, "token">): Place[] {
  const { host = "local", home, label, variable, must = "nothing", envFile, why, serves, overwrite } = args
  const plist = { host, path: atHome(`~/Library/LaunchAgents/${label}.plist`, home), format: "plist" } as const
  const asked = given({ overwrite })
  const because = given({ why })
  const serving = must === "token" ? given({ serves }) : {}
  const whyArguments = args.whyArguments ?? "arguments show in the process list"
  return [
    { name: `${name} environment`, ...plist, locator: variable, must, ...because, ...serving, ...asked },
    { name: `${name} arguments`, ...plist, locator: "--token", must: "nothing", why: whyArguments, ...asked },
    ...(envFile === undefined ? [] : [sourced(envFile)]),
  ]

  function sourced(file: string): Place {
    const at = { host, path: atHome(file, home), format: "shell", locator: variable } as const
    return { name: `${name} env file`, ...at, must: "nothing", ...because, ...asked }
  }
}
