/** What an `up` does to a process or a container that runs, from nothing to worst. */
export const interruptions = ["none", "reconnect", "perhaps", "gap", "once"] as const

/**
 * `none`: it goes on. `reconnect`: it goes on, and its clients connect again. `perhaps`: known only in the `up`. `gap`: it
 * restarts itself, and is away for about a second. `once`: it is restarted once.
 */
export type Interruption = (typeof interruptions)[number]

/** What a run reports about a resource: sentences for people, and beside them what programs read. */
export interface Notice {
  /** What was found and what was expected, or what changes. */
  readonly message: string
  /** What fixes it. */
  readonly fix?: string
  /** What an `up` does for a change that was asked for. */
  readonly plan?: string
  readonly restart?: Interruption
}

/**
 * Pulumi carries one string for each notice. Its fields follow the message as trailers, one on a line, such as
 * `fix: …`, so that people and programs read the same.
 */
export function formatNotice({ message, fix, plan, restart }: Notice, shown = oneLine): string {
  const trailers = Object.entries({ fix, plan, restart }).filter((entry) => entry[1] !== undefined)
  return [shown(message), ...trailers.map(([key, value]) => `${key}: ${shown(String(value))}`)].join("\n")
}

/** Parses the string of a notice; lines that are not trailers belong to the message. */
export function parseNotice(text: string): Notice {
  const lines = text.split(/\r?\n/)
  const fields: { fix?: string; plan?: string; restart?: Interruption } = {}
  for (let line = lines.at(-1); lines.length > 1 && line !== undefined; line = lines.at(-1)) {
    const [, key, value] = /^\s*(fix|plan|restart): (.+)$/.exec(line) ?? []
    const restart = interruptions.find((each) => each === value)
    if (value === undefined || (key === "restart" && !restart)) break
    if (key === "fix") fields.fix ??= value
    else if (key === "plan") fields.plan ??= value
    else if (restart) fields.restart ??= restart
    lines.pop()
  }
  return { message: lines.join("\n"), ...fields }
}

/** The sentences of a notice on one line, for an error. */
export function formatNoticeLine({ message, fix, plan }: Notice): string {
  return [message, fix, plan]
    .filter((each) => each !== undefined)
    .map(capitalised)
    .join(". ")
}

function capitalised(text: string, at: number): string {
  return at === 0 ? text : text.charAt(0).toUpperCase() + text.slice(1)
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " ")
}
