import type * as command from "@pulumi/command"
import * as pulumi from "@pulumi/pulumi"
import { type Hook, hookName, hookRules } from "../core/hook.ts"
import { hostProblem, parseHost } from "../core/host.ts"
import { loadPeer } from "./peer.ts"
import type { Token } from "./token.ts"

/** Makes the hooks, one after the other, when all that they are told to wait for is done. */
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
    return new local.Command(hookName(hook), { ...args, ...folder, create: script(hook) }, secrets)
  }
  const connection = { ...connectionTo(there), ...(hook.hostKey === undefined ? {} : { hostKey: hook.hostKey }) }
  // The user's login shell there may be any.
  const create = `exec /bin/sh -c ${anyShellWord(script(hook))}`
  return new remote.Command(hookName(hook), { ...args, connection, create }, secrets)
}

/** The plugin puts all that a failed command printed into its error, where the token would be read by everybody. */
function script({ token, command }: Hook): string {
  return token ? `exec >/dev/null 2>&1\n${command}` : command
}

/** The plugin waits 15 s, and tries ten times more, unless it is told otherwise; the key of a host may be wrong for ever. */
function connectionTo({ user, name, port }: NonNullable<ReturnType<typeof parseHost>>) {
  const known = { ...(user === undefined ? {} : { user }), ...(port === undefined ? {} : { port }) }
  return { host: name, ...known, perDialTimeout: 10, dialErrorLimit: 2 }
}

/** One word for sh, zsh, fish and csh: what means something in some shell's quotes stands outside of them. */
function anyShellWord(text: string): string {
  return `'${text.replace(/['\\!]/g, (char) => `'\\${char}'`)}'`
}

/** Every mistake in the declared hooks, a line each. */
export function hookProblems(hooks: readonly Hook[]): string[] {
  const names = new Set<string>()
  return hooks.flatMap((hook, at) => {
    const name = hookName(hook)
    const twice = names.has(name)
    names.add(name)
    return [
      ...[hostProblem(hook.host)].filter((problem) => problem !== undefined).map((problem) => `host: ${problem}`),
      ...hookRules
        .filter(({ broken }) => broken(hook))
        .map(({ key, allowed }) => `${key}: expected ${typeof allowed === "string" ? allowed : allowed(hook)}`),
      ...(twice ? [`name: another hook is "${name}" as well; give one of them a name`] : []),
    ].map((problem) => `afterRotation[${at}].${problem}`)
  })
}
