/** What a definition that is owned whole starts; no value in it is a secret. */
export interface Program {
  /** The program and its arguments. The program is an absolute path, or starts with `~/`. */
  readonly command: readonly string[]
  /** Variables of its environment. */
  readonly environment?: { readonly [name: string]: string }
  /** A file of `NAME=value` lines, 0600, that is added to its environment at each start: where a token may stand. */
  readonly environmentFile?: string
  /** Its working directory. Default: the home. */
  readonly folder?: string
  /** Where its output goes. Default: the manager's own log. */
  readonly log?: string
  readonly description?: string
  /** Seconds until it is started again: from its end (systemd), or from its last start (the others). Default: 5. */
  readonly restartDelay?: number
}

export const defaultDelay = 5

/** What is wrong with a program, by its key; `variable` is the one that carries the token, and must not stand here. */
export function programProblems(program: Program, variable: string): { key: string; problem: string }[] {
  const { command, environment = {}, environmentFile, folder, log, description, restartDelay } = program
  const problems: { key: string; problem: string }[] = []
  const judge = (key: string, problem: string | undefined) => {
    if (problem) problems.push({ key, problem })
  }
  if (!Array.isArray(command) || command.length === 0 || !command.every((word) => typeof word === "string")) {
    judge("command", "must be a list of texts: the program and its arguments")
  } else {
    judge("command", pathProblem(command[0] ?? "", "the program"))
    judge("command", command.some(isBroken) ? "must be without line breaks and control characters" : undefined)
    const flag = secretFlag(command)
    judge("command", flag && `has ${flag}, which shows in the process list; use environmentFile`)
  }
  for (const [name, value] of Object.entries(environment)) {
    const key = `environment.${name}`
    if (!/^[A-Za-z_]\w*$/.test(name)) judge(key, "is no variable's name")
    else if (name === variable || isCredential(name))
      judge(
        key,
        `carries ${/PASSWORD$/.test(name) ? "a password" : "the token"}; it belongs in environmentFile, a file closed to others`,
      )
    else if (typeof value !== "string" || isBroken(value)) judge(key, "must be a text of one line")
  }
  for (const [key, path] of Object.entries({ environmentFile, folder, log })) {
    if (path !== undefined) judge(key, pathProblem(path, "the path"))
  }
  judge("description", description !== undefined && isBroken(description) ? "must be one line" : undefined)
  const delay = restartDelay ?? defaultDelay
  judge("restartDelay", Number.isInteger(delay) && delay >= 1 ? undefined : "must be whole seconds, 1 or more")
  return problems
}

/** The argument that a secret stands behind, if a command has one. */
export function secretFlag(command: readonly string[]): string | undefined {
  return command.map((word) => /^--(?:token|password)(?==|$)/.exec(word)?.[0]).find((flag) => flag !== undefined)
}

/** Whether a variable is where the products look for a token or a password. */
export function isCredential(variable: string): boolean {
  return /_GATEWAY_(?:TOKEN|PASSWORD)$/.test(variable)
}

function pathProblem(path: unknown, what: string): string | undefined {
  if (typeof path !== "string" || !/^(~\/|\/)./.test(path)) return `${what} must be absolute, or start with ~/`
  return isBroken(path) ? `${what} must be without line breaks and control characters` : undefined
}

function isBroken(text: string): boolean {
  return /\p{Cc}/u.test(text)
}
