const webhooks = "its webhooks"
const mcpClient = "an MCP client"

/** Readers of files with a token, by the path below the home. */
const readers: readonly (readonly [RegExp, string])[] = [
  [/(^|\/)\.(?:[a-z]*_history|histfile|zhistory)$|\/fish_history$|\/\.zsh_sessions\//, "a history of commands"],
  [
    /(^|\/)\.(?:lesshst|viminfo)$|\/Code(?: - Insiders)?\/User\/(?:History|workspaceStorage)\//,
    "a history of an editor",
  ],
  [/claude_desktop_config\.json$/, "Claude Desktop"],
  [/(^|\/)\.claude(?:\.json$|\/)/, "Claude Code"],
  [/(^|\/)\.cursor\//, "Cursor"],
  [/(^|\/)\.codex\//, "Codex"],
  [/(^|\/)\.?mcp\.json$/, mcpClient],
  [/(^|\/)\.vscode\/|\/(?:Code(?: - Insiders)?|VSCodium)\/User\//, "VS Code"],
  [/(^|\/)\.pm2\/|(^|\/)ecosystem\.config\.[cm]?js$|(^|\/)pm2\.[a-z.]+$/, "pm2"],
  [/(^|\/)\.envrc$/, "direnv"],
  [/(^|\/)supervisord?(?:\.conf|\/)/, "supervisor"],
  [/\/containers\/systemd\/[^/]+\.(?:container|pod|kube)(?:\.d\/[^/]+\.conf)?$/, "a Podman Quadlet"],
  [/compose[^/]*\.ya?ml$/, "Docker Compose"],
  [/\.(?:tf|tfvars|tfstate)(?:\.[a-z.]+)?$/, "Terraform"],
  [/(^|\/)(?:playbook|inventory|group_vars|host_vars)|(^|\/)ansible\//, "Ansible"],
  [/(^|\/)\.openclaw[^/]*\/|(^|\/)\.clawdbot[^/]*\//, "its own config folder"],
  [/(^|\/)\.env(?:\.[\w.-]+)?$/, "the program of that folder"],
  [/\.log(?:\.\d+)?$/, "a log"],
]

/** Describes what reads a file; undefined if unknown. @param path below the home */
export function describeReader(path: string, locator: string): string | undefined {
  if (/^\.(?:openclaw|clawdbot)[^/]*\/[^/]+\.json$/.test(path) && locator.startsWith("hooks.")) return webhooks
  return readers.find(([pattern]) => pattern.test(path))?.[1] ?? (/^mcpServers\./.test(locator) ? mcpClient : undefined)
}

/** Describes an alternative to the copy, if one is known. */
export function describeAlternative(reader: string | undefined): string | undefined {
  return reader === webhooks
    ? "give the webhooks a token of their own: with this one their senders can use the gateway"
    : undefined
}

/** Checks whether a program reads the copy at its start, so that rotations must update it. */
export function readsAtStart(reader: string | undefined): boolean {
  return reader !== undefined && clients.has(reader)
}

const clients = new Set([mcpClient, "Claude Desktop", "Claude Code", "Cursor", "Codex", "the program of that folder"])
