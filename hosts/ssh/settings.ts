import { parseDuration } from "../../core/duration.ts"
import { UserError } from "../../core/errors.ts"
import { describeKind } from "../../core/kind.ts"

/** The ssh settings of this machine, from the environment, as they depend on the machine, not on the fleet. */
export interface SshSettings {
  /** Milliseconds until a host that does not answer is unreachable. */
  readonly connect: number
  /** Milliseconds for one read or change. */
  readonly whole: number
  /** Connections that are opened at the same time. */
  readonly parallel: number
  /** Another ssh config than the user's own. */
  readonly config: string | undefined
}

/** Reads the settings. @throws UserError if a value is not valid */
export function readSshSettings(environment: Readonly<Record<string, string | undefined>> = process.env): SshSettings {
  return {
    connect: duration(environment, "GATEKEY_SSH_CONNECT_TIMEOUT", "10s"),
    whole: duration(environment, "GATEKEY_SSH_TIMEOUT", "30s"),
    parallel: count(environment, "GATEKEY_SSH_PARALLEL", "64"),
    config: environment.GATEKEY_SSH_CONFIG || undefined,
  }
}

type Environment = Readonly<Record<string, string | undefined>>

function duration(environment: Environment, name: string, fallback: string): number {
  const text = environment[name] || fallback
  const milliseconds = parseDuration(text)
  if (milliseconds === undefined || milliseconds > 3_600_000)
    throw createError(name, text, "a time up to 1h, such as 10s or 2m")
  return milliseconds
}

function count(environment: Environment, name: string, fallback: string): number {
  const text = environment[name] || fallback
  if (!/^[1-9]\d{0,3}$/.test(text)) throw createError(name, text, "an integer from 1 to 9999")
  return Number(text)
}

function createError(name: string, text: string, allowed: string): UserError {
  return new UserError(`the environment's ${name} is ${describeKind(text)}; allowed: ${allowed}`)
}
