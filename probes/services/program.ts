/** The program of a definition that gatekey owns; no value in it is a secret. */
export interface Program {
  /** The program and its arguments. The program is an absolute path, or starts with `~/`. */
  readonly command: readonly string[]
  /** Variables of its environment. */
  readonly environment?: { readonly [name: string]: string }
  /** A file of `NAME=value` lines, 0600, that is added to its environment at each start; it may contain a token. */
  readonly environmentFile?: string
  /** Its working directory. Default: the home. */
  readonly folder?: string
  /** The file of its output. Default: the manager's own log. */
  readonly log?: string
  readonly description?: string
  /** Seconds until it is restarted: from its end (systemd), or from its last start (the others). Default: 5. */
  readonly restartDelay?: number
}

export const defaultDelay = 5

/** Checks a program. @param variable the variable of the token, which must not be set here @returns the problems by key */
export function checkProgram(program: Program, variable: string): { key: string; problem: string }[] {
  const { command, environment = {}, environmentFile, folder, log, description, restartDelay } = program
  const problems: { key: string; problem: string }[] = []
  const addProblem = (key: string, problem: string | undefined) => {
    if (problem) problems.push({ key, problem })
  }
  if (!Array.isArray(command) || command.length === 0 || !command.every((word) => typeof word === "string")) {
    addProblem("command", "must be a list of strings: the program and its arguments")
  } else {
    addProblem("command", checkPath(command[0] ?? "", "the program"))
    addProblem(
      "command",
      command.some(hasControlCharacter) ? "must be without line breaks and control characters" : undefined,
    )
    const flag = findSecretFlag(command)
    addProblem("command", flag && `contains ${flag}, which the process list shows; use environmentFile`)
  }
  for (const [name, value] of Object.entries(environment)) {
    const key = `environment.${name}`
    if (!/^[A-Za-z_]\w*$/.test(name)) addProblem(key, "is not a valid variable name")
    else if (name === variable || isCredential(name))
      addProblem(
        key,
        `carries ${/PASSWORD$/.test(name) ? "a password" : "the token"}; it belongs in environmentFile, a file that only its user can read`,
      )
    else if (typeof value !== "string" || hasControlCharacter(value)) addProblem(key, "must be a string of one line")
  }
  for (const [key, path] of Object.entries({ environmentFile, folder, log })) {
    if (path !== undefined) addProblem(key, checkPath(path, "the path"))
  }
  addProblem(
    "description",
    description !== undefined && hasControlCharacter(description) ? "must be one line" : undefined,
  )
  const delay = restartDelay ?? defaultDelay
  addProblem(
    "restartDelay",
    Number.isInteger(delay) && delay >= 1 ? undefined : "must be an integer, 1 or more (seconds)",
  )
  return problems
}

/** Finds an option that is followed by a secret. */
export function findSecretFlag(command: readonly string[]): string | undefined {
  return command.map((word) => /^--(?:token|password)(?==|$)/.exec(word)?.[0]).find((flag) => flag !== undefined)
}

/** Checks whether the products read a token or a password from a variable. */
export function isCredential(variable: string): boolean {
  return /_GATEWAY_(?:TOKEN|PASSWORD)$/.test(variable)
}

function checkPath(path: unknown, what: string): string | undefined {
  if (typeof path !== "string" || !/^(~\/|\/)./.test(path)) return `${what} must be absolute, or start with ~/`
  return hasControlCharacter(path) ? `${what} must be without line breaks and control characters` : undefined
}

function hasControlCharacter(text: string): boolean {
  return /\p{Cc}/u.test(text)
}
