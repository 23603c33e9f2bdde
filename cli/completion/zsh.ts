import type { CompletedCommand, CompletedOption, Values } from "./model.ts"

/** Returns a script for zsh, for eval after compinit or for a file `_gatekey` in fpath. */
export function zshCompletion(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}\n`)
  const cases = commands.map(({ name, options, values }) => {
    const specs = [...options.map(optionSpec), `*:${valueSpec("value", values)}`]
    return `    ${name}) _arguments ${specs.map(quoted).join(" ")} ;;\n`
  })
  return `#compdef gatekey
# Completes gatekey in zsh: eval "$(gatekey completion zsh)"
_gatekey_stacks() {
  local -a stacks
  stacks=(Pulumi.*.(yaml|yml)(N))
  stacks=(\${\${stacks#Pulumi.}%.*})
  compadd -a stacks
}
_gatekey() {
  local -a commands
  commands=(
${names.join("")}  )
  if ((CURRENT == 2)); then
    _describe command commands
    _arguments ${["--help[display help for command]", "(- *)--version[print the versions]"].map(quoted).join(" ")}
    return
  fi
  local command=\${words[2]}
  shift words
  ((CURRENT--))
  case $command in
${cases.join("")}  esac
}
compdef _gatekey gatekey
`
}

function optionSpec({ long, summary, values }: CompletedOption): string {
  const about = summary.replaceAll(/[[\]\\]/g, "\\$&").replaceAll(":", "\\:")
  return `${long}[${about}]${values ? `:${valueSpec(long.slice(2), values)}` : ""}`
}

function valueSpec(name: string, values: Values): string {
  if (values === "files") return `${name}:_files`
  if (values === "folders") return `${name}:_files -/`
  if (values === "stacks") return `${name}:_gatekey_stacks`
  return values === "anything" ? `${name}: ` : `${name}:(${values.join(" ")})`
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}
