import { parseDuration } from "../../core/duration.ts"
import { UserError } from "../../core/errors.ts"
import { kindOf } from "../../core/kind.ts"

/** How this machine reaches others; from the environment, as it depends on where one sits, not on the fleet. */
export interface SshSettings {
  /** Milliseconds until a host that has not answered is called unreachable. */
  readonly connect: number
  /** Milliseconds that one look or one change may take in all. */
  readonly whole: number
  /** Connections that are opened side by side. */
  readonly parallel: number
  /** Another ssh config than the user's own. */
  readonly config: string | undefined
}

/** @throws UserError for a value that is none */
export function sshSettings(environment: Readonly<Record<string, string | undefined>> = process.env): SshSettings {
  return {
    connect: duration(environment, "GATEKEY_SSH_CONNECT_TIMEOUT", "10s"),
    whole: duration(environment, "GATEKEY_SSH_TIMEOUT", "30s"),
    parallel: count(environment, "GATEKEY_SSH_PARALLEL", "64"),
    config: environment.GATEKEY_SSH_CONFIG || undefined,
  }
}

type Environment = Readonly<Record<string, string | undefined>>

function duration(environment: Environment, name: string, otherwise: string): number {
  const text = environment[name] || otherwise
  const milliseconds = parseDuration(text)
  if (milliseconds === undefined || milliseconds > 3_600_000)
    throw wrong(name, text, "a time up to 1h, such as 10s or 2m")
  return milliseconds
}

function count(environment: Environment, name: string, otherwise: string): number {
  const text = environment[name] || otherwise
  if (!/^[1-9]\d{0,3}$/.test(text)) throw wrong(name, text, "an integer from 1 to 9999")
  return Number(text)
}

function wrong(name: string, text: string, allowed: string): UserError {
  return new UserError(`the environment's ${name} is ${kindOf(text)}; allowed: ${allowed}`)
}
