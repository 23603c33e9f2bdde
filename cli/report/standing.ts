/** From right to wrong; `changes`: by what was asked for. */
export const states = ["ok", "changes", "warning", "broken"] as const
export type State = (typeof states)[number]

/** How something stands, and why. */
export interface Standing {
  readonly state: State
  readonly words: string
}

export function worst(all: readonly State[]): State {
  return states.findLast((each) => all.includes(each)) ?? "ok"
}
