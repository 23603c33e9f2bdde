import { escapeXml } from "../../../core/escape.ts"
import { expandHome } from "../../../core/home.ts"
import { defaultDelay, type Program } from "../program.ts"

/** Formats a property list like that of the product's own installer: started at log-in, and kept running. */
export function formatPlist(label: string, program: Program, home: string): string {
  const { command, environment = {}, environmentFile, folder, log, restartDelay = defaultDelay } = program
  const at = (logKeys: string) => expandHome(logKeys, home)
  const [first = "", ...rest] = command
  const programCommand = [at(first), ...rest]
  const wrapped = environmentFile === undefined ? programCommand : [...wrapper, at(environmentFile), ...programCommand]
  const logKeys = log === undefined ? [] : [...pair("StandardOutPath", at(log)), ...pair("StandardErrorPath", at(log))]
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- Written by gatekey; what is changed here is put back. -->
<plist version="1.0">
${dict(0, [
  ...pair("Label", label),
  key("ProgramArguments"),
  "<array>",
  ...wrapped.map((word) => `  ${string(word)}`),
  "</array>",
  key("EnvironmentVariables"),
  ...dict(
    0,
    Object.entries(environment).flatMap(([name, value]) => pair(name, value)),
  ).split("\n"),
  ...pair("WorkingDirectory", folder === undefined ? home : at(folder)),
  ...logKeys,
  key("RunAtLoad"),
  "<true/>",
  key("KeepAlive"),
  "<true/>",
  ...number("ThrottleInterval", restartDelay),
  ...number("ExitTimeOut", 30),
  ...number("Umask", 0o077),
])}
</plist>
`
}

/** A shell that reads the file, then executes the program: launchd has no environment files. */
const wrapper = ["/bin/sh", "-c", 'set -a; if [ -r "$1" ]; then . "$1"; fi; shift; exec "$@"', "sh"]

function dict(depth: number, lines: readonly string[]): string {
  const indent = "  ".repeat(depth)
  return [`${indent}<dict>`, ...lines.map((line) => `${indent}  ${line}`), `${indent}</dict>`].join("\n")
}

function pair(name: string, value: string): string[] {
  return [key(name), string(value)]
}

function number(name: string, value: number): string[] {
  return [key(name), `<integer>${value}</integer>`]
}

function key(name: string): string {
  return `<key>${escapeXml(name)}</key>`
}

function string(text: string): string {
  return `<string>${escapeXml(text)}</string>`
}
