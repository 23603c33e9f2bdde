/** From right to wrong; `changes`: as requested. */
export const states = ["ok", "changes", "warning", "broken"] as const
export type State = (typeof states)[number]

/** A state, and the reason for it. */
export interface Standing {
  readonly state: State
  readonly words: string
}

export function worstState(all: readonly State[]): State {
  return states.findLast((each) => all.includes(each)) ?? "ok"
}
