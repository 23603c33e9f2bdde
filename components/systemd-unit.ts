import * as pulumi from "@pulumi/pulumi"
import { omitUndefined } from "../core/given.ts"
import { childOptions, createPlacement } from "./create.ts"
import { createService, type ServiceSettings } from "./create-service.ts"
import { DeclarationError } from "./declaration-error.ts"
import { withPasswords } from "./password-places.ts"
import { type Place, resolveHome } from "./place.ts"
import type { Placement } from "./placement.ts"
import type { Token } from "./token.ts"

export interface SystemdUnitArgs extends ServiceSettings {
  /** The token. */
  token: Token
  /** The user unit, such as `openclaw-node.service`: the file is `~/.config/systemd/user/UNIT`. */
  unit: string
  /** The environment variable of the token, such as `OPENCLAW_GATEWAY_TOKEN`. */
  variable: string
  /** `local` (the default), or `ssh://[user@]name[:port]`. */
  host?: string
  /** Absolute folder in place of `~`, for a sandbox. Default: the home of the host's user. */
  home?: string
  /** What its environment must contain: `token` or `nothing`. Default: `nothing`. `ExecStart=` never contains a token. */
  must?: "token" | "nothing"
  /** Drop-ins that must not contain the token: file names in `UNIT.d`, such as `10-token.conf`. Default: none. */
  dropIns?: readonly string[]
  /** A file that `EnvironmentFile=` names. Default: none. */
  envFile?: string
  /** Which of the two contains the token; the other contains none. Default: `unit`; `env file` with a `program`. */
  tokenIn?: "unit" | "env file"
  /** Why the environment must contain this, in a few words. */
  why?: string
  /** Why the arguments must not contain the token, in a few words. */
  whyArguments?: string
  /** What stops working without the token in the environment, in a few words. */
  serves?: string
  /** Overwrite an unknown live value at the first `up`. Default: false. */
  overwrite?: boolean
}

/** The places of a token in one systemd user unit: its environment, its arguments, drop-ins, environment file; and its service. */
export class SystemdUnit extends pulumi.ComponentResource {
  /** Its places, for what must be written after them; its service may fail without blocking them. */
  readonly placements: readonly Placement[]

  constructor(name: string, args: SystemdUnitArgs, options: pulumi.ComponentResourceOptions = {}) {
    const places = systemdUnitPlaces(name, args)
    super("gatekey:index:SystemdUnit", name, {}, options)
    this.placements = places.map((place) => createPlacement(place, args.token, childOptions(this, options)))
    const { unit, home, host = "local", must = "nothing" } = args
    const path = resolveHome(pathOf(unit), home)
    const service = { host, manager: "systemd", name: unit, path, must } as const
    createService(this, `${name} service`, args, service, envFileOf(args), this.placements)
    this.registerOutputs({})
  }
}

export function systemdUnitPlaces(name: string, args: Omit<SystemdUnitArgs, "token">): Place[] {
  const { host = "local", home, unit, variable, must = "nothing", dropIns = [], serves } = args
  const envFile = envFileOf(args)
  const inFile = must === "token" && tokenIn(args) === "env file"
  if (inFile && envFile === undefined) throw new DeclarationError(`${name}: tokenIn: "env file" needs envFile`)
  const path = resolveHome(pathOf(unit), home)
  const asked = omitUndefined({ overwrite: args.overwrite })
  const because = omitUndefined({ why: args.why })
  const held = (here: boolean) =>
    ({
      must: here ? must : "nothing",
      ...because,
      ...(here && must === "token" ? omitUndefined({ serves }) : {}),
    }) as const
  const whyArguments = args.whyArguments ?? "arguments show in the process list"
  const file = { host, path, format: "systemd" } as const
  const places: Place[] = [
    ...(envFile === undefined ? [] : [place("env file", resolveHome(envFile, home), "environment-file", inFile)]),
    { name: `${name} environment`, ...file, locator: variable, ...held(!inFile), ...asked },
    { name: `${name} arguments`, ...file, locator: "--token", must: "nothing", why: whyArguments, ...asked },
    ...dropIns.map((dropIn) => place(`drop-in ${dropIn}`, `${path}.d/${dropIn}`, "systemd", false)),
  ]
  return args.password === undefined ? places : withPasswords(places)

  function place(label: string, path: string, format: "systemd" | "environment-file", here: boolean): Place {
    return { name: `${name} ${label}`, host, path, locator: variable, format, ...held(here), ...asked }
  }
}

function pathOf(unit: string): string {
  return `~/.config/systemd/user/${unit}`
}

function tokenIn({ tokenIn, program }: Omit<SystemdUnitArgs, "token">): "unit" | "env file" {
  return tokenIn ?? (program ? "env file" : "unit")
}

/** Returns the file of the token: a unit that gatekey owns contains none. */
function envFileOf(args: Omit<SystemdUnitArgs, "token">): string | undefined {
  const own = args.program && args.must === "token" ? `~/.config/gatekey/${args.unit}.env` : undefined
  return args.program?.environmentFile ?? args.envFile ?? own
}
