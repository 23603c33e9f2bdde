import type { Fleet, Member } from "./fleet.ts"
import type { Broken } from "./incident.ts"

/** What several incidents do to a member; each returns how it is undone. */

/** Changes a file below the home; `undefined` is a file that is not there. */
export function edited(member: Member, path: string, change: (text: string) => string): () => void {
  const before = readIf(member, path)
  member.write(path, change(before ?? ""))
  return () => (before === undefined ? member.remove(path) : member.write(path, before))
}

function readIf(member: Member, path: string): string | undefined {
  try {
    return member.read(path)
  } catch {
    return undefined
  }
}

/** Changes a JSON config by its parsed content. */
export function configured(member: Member, product: Fleet["product"], change: (config: Config) => void): () => void {
  return edited(member, `.${product}/${product}.json`, (text) => {
    const config = JSON.parse(text)
    change(config)
    return `${JSON.stringify(config, null, 2)}\n`
  })
}

// biome-ignore lint/suspicious/noExplicitAny: it is the product's, and any part of it may be changed
type Config = any

/** A drop-in of a unit, which is loaded, and not restarted. */
export function dropIn(member: Member, text: string): () => void {
  const path = `.config/systemd/user/${member.service}.d/50-mine.conf`
  member.write(path, text)
  member.reload()
  return () => {
    member.remove(path)
    member.reload()
  }
}

/** A fault that a member takes up at its next start, and shows in what it tells. */
export async function started(
  fleet: Fleet,
  undo: () => void,
  shows: RegExp,
  member: "node" | "gateway" = "node",
): Promise<Broken> {
  try {
    fleet[member].restart()
    await fleet[member].told(shows)
  } catch (error) {
    undo()
    throw error
  }
  return { mend: undo, restarts: [member] }
}

/** Undoes several changes, the last one first. */
export function undone(undos: readonly (() => void)[]): () => void {
  return () => {
    for (const undo of undos.toReversed()) undo()
  }
}

export const refusedToken = /token mismatch|TOKEN_MISMATCH/i

/** Runs a program of the user's as a service that nobody installed. @returns how it is ended */
export function transient(member: Member, name: string, command: string): () => void {
  member.run(`systemd-run --user --quiet --unit=${name} ${command}`)
  return () => void member.run(`systemctl --user stop ${name}; systemctl --user reset-failed ${name} 2>/dev/null || :`)
}

/** An openclaw node without its store: it has no device token, so that it sends another, and knows no gateway of before. */
export function withoutState(node: Member): () => void {
  node.halt()
  node.run("mv ~/.openclaw/state ~/.openclaw/state-of-before")
  return () => {
    node.halt()
    node.run("rm -rf ~/.openclaw/state; mv ~/.openclaw/state-of-before ~/.openclaw/state")
  }
}
