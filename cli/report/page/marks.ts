import type { State } from "../standing.ts"
import { type Markup, markup } from "./markup.ts"

/** A shape for each state, 20 units wide and high: they differ without colour. */
export const marks: { readonly [state in State]: Markup } = {
  ok: markup`<circle class="shape" cx="10" cy="10" r="9"/><path class="sign" d="M5.8 10.4l2.9 2.9 5.6-6"/>`,
  changes: markup`<rect class="shape" x="1.5" y="1.5" width="17" height="17" rx="3"/><path class="sign" d="M5 10h9.4m-3.8-4l4 4-4 4"/>`,
  warning: markup`<path class="shape" d="M10 1.4l9 16.6H1z"/><path class="sign" d="M10 7v5m0 2.6v.4"/>`,
  broken: markup`<path class="shape" d="M6.2 1h7.6L19 6.2v7.6L13.8 19H6.2L1 13.8V6.2z"/><path class="sign" d="M6.6 6.6l6.8 6.8m0-6.8l-6.8 6.8"/>`,
}

/** Returns the shape for a line of text; the text beside it says the same. */
function mark(state: State): Markup {
  return markup`<svg class="mark ${state}" viewBox="0 0 20 20" aria-hidden="true" focusable="false">${marks[state]}</svg>`
}

/** Returns a state's word with its shape. */
export function badge(state: State, word: string): Markup {
  return markup`<span class="badge ${state}">${mark(state)}${word}</span>`
}
