/** How a part of the output looks in a terminal. */
export type Style = "bold" | "dim" | "red" | "yellow" | "green"

/** A part of the output with a look of its own. */
export interface StyledText {
  readonly style: Style
  readonly text: string
}

/** Output for a terminal: colours are added when it is printed, after its strings were escaped. */
export type Text = string | StyledText | readonly Text[]

export function styled(style: Style, text: string): StyledText {
  return { style, text }
}

/** Returns the characters without their looks. */
export function plainText(text: Text): string {
  if (typeof text === "string") return text
  return "style" in text ? text.text : text.map(plainText).join("")
}
