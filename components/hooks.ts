import type * as command from "@pulumi/command"
import * as pulumi from "@pulumi/pulumi"
import { type Hook, hookName, hookRules } from "../core/hook.ts"
import { checkHost, parseHost } from "../core/host.ts"
import { loadPeer } from "./peer.ts"
import type { Token } from "./token.ts"

/** Creates the hooks, one after the other, after their dependencies. */
export function createHooks(
  hooks: readonly Hook[],
  token: Token,
  { parent, dependsOn }: { parent: pulumi.Resource; dependsOn: pulumi.Resource[] },
): void {
  let after = dependsOn
  for (const hook of hooks) after = [createHook(hook, token, { parent, dependsOn: after })]
}

function createHook(hook: Hook, token: Token, options: pulumi.CustomResourceOptions): pulumi.Resource {
  const { local, remote } = loadPeer<typeof command>("@pulumi/command", `the hook "${hookName(hook)}"`)
  const stdin = hook.token ? { stdin: pulumi.secret(pulumi.interpolate`${token.value}\n`) } : {}
  const quiet = { logging: "none", addPreviousOutputInEnv: false } as const
  const args = { triggers: [token.generation], ...quiet, ...stdin }
  const secrets = { ...options, additionalSecretOutputs: ["stdin", "stdout", "stderr"] }
  const there = parseHost(hook.host)
  if (!there) {
    const folder = hook.folder === undefined ? {} : { dir: hook.folder }
    return new local.Command(hookName(hook), { ...args, ...folder, create: hookScript(hook) }, secrets)
  }
  const connection = { ...connectionTo(there), ...(hook.hostKey === undefined ? {} : { hostKey: hook.hostKey }) }
  // The user's login shell there may be any shell.
  const create = `exec /bin/sh -c ${anyShellWord(hookScript(hook))}`
  return new remote.Command(hookName(hook), { ...args, connection, create }, secrets)
}

/** Discards the output of a command with the token: the plugin would put it into the error of a failed one. */
function hookScript({ token, command }: Hook): string {
  return token ? `exec >/dev/null 2>&1\n${command}` : command
}

/** Limits the plugin, which waits 15 s and retries ten times by default: the key of a host may always be wrong. */
function connectionTo({ user, name, port }: NonNullable<ReturnType<typeof parseHost>>) {
  const known = { ...(user === undefined ? {} : { user }), ...(port === undefined ? {} : { port }) }
  return { host: name, ...known, perDialTimeout: 10, dialErrorLimit: 2 }
}

/** Quotes one word for sh, zsh, fish and csh: characters that are special inside some shell's quotes are outside of them. */
function anyShellWord(text: string): string {
  return `'${text.replace(/['\\!]/g, (char) => `'\\${char}'`)}'`
}

/** Reports each problem of the declared hooks in one line. */
export function hookProblems(hooks: readonly Hook[]): string[] {
  const names = new Set<string>()
  return hooks.flatMap((hook, at) => {
    const name = hookName(hook)
    const twice = names.has(name)
    names.add(name)
    return [
      ...[checkHost(hook.host)].filter((problem) => problem !== undefined).map((problem) => `host: ${problem}`),
      ...hookRules
        .filter(({ broken }) => broken(hook))
        .map(({ key, allowed }) => `${key}: expected ${typeof allowed === "string" ? allowed : allowed(hook)}`),
      ...(twice ? [`name: another hook is "${name}" as well; give one of them a name`] : []),
    ].map((problem) => `afterRotation[${at}].${problem}`)
  })
}
