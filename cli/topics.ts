import { gatekeyCommand } from "../core/command-line.ts"
import { hostRule } from "../core/host.ts"

/** A text of `gatekey help TOPIC`. */
export interface Topic {
  readonly summary: string
  readonly text: string
}

/** What concerns several commands. */
export const topics: { readonly [name: string]: Topic } = {
  "exit-codes": {
    summary: "what 0, 1 and 2 mean",
    text: `scan, doctor, check, report and history check something:
  0  clean, or done
  1  problems found
  2  something could not be checked, or wrong usage

rotate and init change something:
  0  done
  1  failed; nothing was changed, unless the message says so
  2  wrong usage

A command that a signal ends, ends by that signal: a shell reports 130 for Ctrl-C.
`,
  },
  hosts: {
    summary: "how a machine is named, and how it is reached",
    text: `A host is ${hostRule}. It is reached by the \`ssh\` on PATH with your own configuration and keys, without a password: the name may be an alias of ~/.ssh/config. Nothing is installed there; POSIX sh is enough.

A home is ~ or an absolute folder. \`--host\` and \`--home\` need no stack.
`,
  },
  stack: {
    summary: "which stack a command reads, and where its file is",
    text: `The configuration of a stack is Pulumi.STACK.yaml in the project's folder, which is the current one or that of --cwd. Without --stack a command takes the only file with a gatekey:token, else the stack that \`pulumi stack select\` selected. \`scan\` checks a stack's homes only with --stack.

  ${gatekeyCommand} init fleet --scan              makes a project, and declares what is found here
  ${gatekeyCommand} scan --write Pulumi.home.yaml  declares what is found in a stack's file
  ${gatekeyCommand} check Pulumi.home.yaml         checks a stack's file
`,
  },
  environment: {
    summary: "the variables that change how a command works",
    text: `NO_COLOR      no colours
FORCE_COLOR   colours also in a pipe; 0 turns them off
PULUMI_CONFIG_PASSPHRASE, PULUMI_CONFIG_PASSPHRASE_FILE
              the passphrase of the stack's secrets, for \`pulumi\`
PULUMI_BACKEND_URL
              where the state is, instead of the one of \`pulumi login\`
DOCKER_HOST   the Docker engine of this machine

Colours, the terminal's width and a line of progress are for terminals: a pipe gets plain lines of any length, and --json is the same everywhere.
`,
  },
  json: {
    summary: "what --json prints, and its schemas",
    text: `scan, doctor, check, report and history print one JSON document with --json, to standard output. Its schema is schema/COMMAND.json in the package. Keys may be added in later versions; none is renamed or removed without a new major version.
`,
  },
}
