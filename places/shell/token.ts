/** A word (quotes and expansions included) or an operator (a newline is one) of a POSIX shell, bash or zsh. */
export interface Token {
  readonly kind: "word" | "operator"
  readonly text: string
  readonly start: number
  readonly end: number
}
