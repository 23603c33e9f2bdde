import type { Member } from "./fleet.ts"

/** What set-up guides published as a token. */
export const publicDefault = "clawdbot-local-dev"

/** Puts a variable into a property list's environment. */
export function setAgentVariable(text: string, name: string, value: string): string {
  const environment = "<key>EnvironmentVariables</key><dict>\n"
  return text.replace(environment, `${environment}<key>${name}</key><string>${value}</string>\n`)
}

/** A paired clawdbot node presents its device's token before any other; without it, it is as on its first day. */
export function withoutDeviceToken(node: Member): () => void {
  const file = "~/.clawdbot/identity/device-auth.json"
  // One that runs would be given another.
  node.halt()
  node.run(`mv ${file} ~/tmp/device-auth.json`)
  return () => void node.run(`mv ~/tmp/device-auth.json ${file}`)
}
