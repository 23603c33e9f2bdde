import { gatekeyCommand } from "../../core/command-line.ts"
import type { Command } from "../command.ts"
import type { Options } from "./run.ts"

export const doctor: Command<Options> = {
  name: "doctor",
  checksOnly: true,
  summary: "checks a node's route to its gateway, step by step, and names the cause",
  description: `Checks a node's route from its own host: the gateway's name, its port and what uses it, TLS, HTTP, the WebSocket, the token that the node sends and why (on the way by a sidecar: the sidecar, its certificate, the guard's, and the guard's answer), the gateway's verdict, the pairing, the service and the last lines of its log. It explains the first failure in one sentence, with the fix. It changes nothing; it sends a node's token to a gateway only if the gateway is known to accept it, and asks a gateway as gatekey scan does.

NODE is a node or a gateway of the stack in this folder, or a host. Default: this machine. The stack's gateways are checked too if it declares the node.

Exit codes: 0 clean, 1 problems found, 2 could not check.`,
  example: `${gatekeyCommand} doctor tw`,

  define(command) {
    command
      .argument("[node]", "its name in the stack, or its host: ssh://[user@]name[:port]")
      .option("--gateway <host>", "the gateway's host, if no stack declares it")
      .option("--gateway-home <folder>", "a folder instead of the user's home there")
      .option("--host <host>", "the node's host, if no stack declares it")
      .option("--home <folder>", "a folder instead of the user's home there")
      .option("--stack <name>", "the stack, if the folder has several")
      .option("--cwd <folder>", "the project's folder", ".")
      .option("--json", "print JSON")
  },

  load: () => import("./run.ts"),
}
