import { expect, it } from "vitest"
import { furtherFiles } from "../../../../survey/files/shells/startup.ts"

const home = "/home/tw"

it.each<[string, string, readonly string[]]>([
  ["by ~", ". ~/.secrets", ["/home/tw/.secrets"]],
  ["in quotes", '[ -f "$HOME/.secrets" ] && source "$HOME/.secrets"', ["/home/tw/.secrets"]],
  ["with a backslash before its command", '\\. "$HOME/x"', ["/home/tw/x"]],
  [
    "by a variable of the file",
    'export NVM_DIR="$HOME/.nvm"\n[ -s "$NVM_DIR/nvm.sh" ] && \\. "$NVM_DIR/nvm.sh"',
    ["/home/tw/.nvm/nvm.sh"],
  ],
  ["by a fallback", `. "\${XDG_CONFIG_HOME:-\${HOME}/.config}/env.sh"`, ["/home/tw/.config/env.sh"]],
  ["of a folder", 'for rc in ~/.bashrc.d/*; do\n  . "$rc"\ndone', ["/home/tw/.bashrc.d/*"]],
  ["of several", "for f in a b; do source ~/.$f.sh; done", ["/home/tw/.a.sh", "/home/tw/.b.sh"]],
  ["of a program's output: none", "source <(kubectl completion bash)", []],
  ["in a comment: none", "# . ~/.secrets", []],
  [
    "of zsh's own folder",
    'export ZDOTDIR="$HOME/.config/zsh"',
    [".zshenv", ".zprofile", ".zshrc", ".zlogin"].map((name) => `/home/tw/.config/zsh/${name}`),
  ],
])("finds a file that is sourced %s", (_, text, paths) => {
  expect(furtherFiles(text, home)).toEqual({ paths, hasUnknown: false, exportsAll: false })
})

it.each(['. "$OTHER/x"', ". $(brew --prefix)/x.sh", "ZDOTDIR=$OTHER/zsh"])(
  "knows that it does not know: %s",
  (text) => {
    expect(furtherFiles(text, home)).toMatchObject({ paths: [], hasUnknown: true })
  },
)

it("is bounded where a list doubles itself", () => {
  const text = `${Array.from({ length: 40 }, (_, at) => `for v${at + 1} in $v${at}/a $v${at}/b; do`).join("\n")}\n. $v40`
  expect(furtherFiles(`for v0 in /a /b; do\n${text}`, home).paths.length).toBeLessThanOrEqual(100)
})
