import { join } from "node:path"
import { root } from "../support/engine/program.ts"
import type { Machine } from "./machine.ts"

/** One connect from a machine with a token, as some script of its user's makes it. @returns what the gateway said */
export async function knockAs(machine: Machine, url: string, token: string): Promise<string> {
  machine.write("tmp/knock", token)
  const { output } = await machine.ask(
    `${process.execPath} ${join(root, "test/incidents/knocker.ts")} ${url} <~/tmp/knock`,
  )
  return output
}
