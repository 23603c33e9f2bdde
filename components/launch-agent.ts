import * as pulumi from "@pulumi/pulumi"
import { omitUndefined } from "../core/given.ts"
import { childOptions, createPlacement } from "./create.ts"
import { createService, type ServiceSettings } from "./create-service.ts"
import { DeclarationError } from "./declaration-error.ts"
import { withPasswords } from "./password-places.ts"
import { type Place, resolveHome } from "./place.ts"
import type { Placement } from "./placement.ts"
import type { Token } from "./token.ts"

export interface LaunchAgentArgs extends ServiceSettings {
  /** The token. */
  token: Token
  /** The label, such as `ai.openclaw.node`: the agent is `~/Library/LaunchAgents/LABEL.plist`. */
  label: string
  /** The environment variable of the token, such as `OPENCLAW_GATEWAY_TOKEN`. */
  variable: string
  /** `local` (the default), or `ssh://[user@]name[:port]`. */
  host?: string
  /** Absolute folder in place of `~`, for a sandbox. Default: the home of the host's user. */
  home?: string
  /** What its environment must contain: `token` or `nothing`. Default: `nothing`. ProgramArguments never contain a token. */
  must?: "token" | "nothing"
  /** A file of `export NAME='value'` lines that a wrapper sources before the program. Default: none. */
  envFile?: string
  /** Which of the two contains the token; the other contains none. Default: `plist`; `env file` with a `program`. */
  tokenIn?: "plist" | "env file"
  /** Why the environment must contain this, in a few words. */
  why?: string
  /** Why the arguments must not contain the token, in a few words. */
  whyArguments?: string
  /** What stops working without the token in the environment, in a few words. */
  serves?: string
  /** Overwrite an unknown live value at the first `up`. Default: false. */
  overwrite?: boolean
}

/** The places of a token in one LaunchAgent: its environment, its arguments, the file its wrapper sources; and its service. */
export class LaunchAgent extends pulumi.ComponentResource {
  /** Its places, for what must be written after them; its service may fail without blocking them. */
  readonly placements: readonly Placement[]

  constructor(name: string, args: LaunchAgentArgs, options: pulumi.ComponentResourceOptions = {}) {
    const places = launchAgentPlaces(name, args)
    super("gatekey:index:LaunchAgent", name, {}, options)
    this.placements = places.map((place) => createPlacement(place, args.token, childOptions(this, options)))
    const { label, home, host = "local", must = "nothing" } = args
    const path = resolveHome(plistOf(label), home)
    const service = { host, manager: "launchd", name: label, path, must } as const
    createService(this, `${name} service`, args, service, envFileOf(args), this.placements)
    this.registerOutputs({})
  }
}

export function launchAgentPlaces(name: string, args: Omit<LaunchAgentArgs, "token">): Place[] {
  const { host = "local", home, label, variable, must = "nothing", why, serves, overwrite } = args
  const envFile = envFileOf(args)
  const inFile = must === "token" && tokenIn(args) === "env file"
  if (inFile && envFile === undefined) throw new DeclarationError(`${name}: tokenIn: "env file" needs envFile`)
  const plist = { host, path: resolveHome(plistOf(label), home), format: "plist" } as const
  const asked = omitUndefined({ overwrite })
  const because = omitUndefined({ why })
  const held = (here: boolean) =>
    ({
      must: here ? must : "nothing",
      ...because,
      ...(here && must === "token" ? omitUndefined({ serves }) : {}),
    }) as const
  const whyArguments = args.whyArguments ?? "arguments show in the process list"
  const places: Place[] = [
    ...(envFile === undefined ? [] : [sourced(envFile)]),
    { name: `${name} environment`, ...plist, locator: variable, ...held(!inFile), ...asked },
    { name: `${name} arguments`, ...plist, locator: "--token", must: "nothing", why: whyArguments, ...asked },
  ]
  return args.password === undefined ? places : withPasswords(places)

  function sourced(file: string): Place {
    const at = { host, path: resolveHome(file, home), format: "shell", locator: variable } as const
    return { name: `${name} env file`, ...at, ...held(inFile), ...asked }
  }
}

function plistOf(label: string): string {
  return `~/Library/LaunchAgents/${label}.plist`
}

function tokenIn({ tokenIn, program }: Omit<LaunchAgentArgs, "token">): "plist" | "env file" {
  return tokenIn ?? (program ? "env file" : "plist")
}

/** Returns the file of the token: a plist that gatekey owns contains none. */
function envFileOf(args: Omit<LaunchAgentArgs, "token">): string | undefined {
  const own = args.program && args.must === "token" ? `~/.config/gatekey/${args.label}.env` : undefined
  return args.program?.environmentFile ?? args.envFile ?? own
}
