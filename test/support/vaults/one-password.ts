import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { onTestFinished } from "vitest"
import type { Field, Item } from "../../doubles/connect/items.ts"
import { type Connect, startConnect } from "../../doubles/connect/server.ts"
import { strong } from "../tokens.ts"

/** An account with a vault named Home, the doubles that lead to it, and the environments of who may ask. */
export interface Account extends Connect {
  /** Of a Connect token that may write, and of one that may only read. */
  readonly connect: NodeJS.ProcessEnv
  readonly connectReader: NodeJS.ProcessEnv
  /** What `connect` has beyond this machine's own. */
  readonly variables: { readonly OP_CONNECT_HOST: string; readonly OP_CONNECT_TOKEN: string }
  /** The same for `op` with a service account. */
  readonly op: NodeJS.ProcessEnv
  readonly opReader: NodeJS.ProcessEnv
  /** All of their tokens. */
  readonly credentials: readonly string[]
  /** The arguments of each call of `op`, in order. */
  calls(): string[][]
  /** An item, as a user makes it. */
  add(title: string, fields: Field[], more?: Partial<Item>): Item
  item(title: string): Item
}

/** Until the test ends. */
export async function onePasswordAccount(): Promise<Account> {
  const folder = mkdtempSync(join(tmpdir(), "gatekey-op-"))
  const [writer, reader, opWriter, opReader] = [strong(), strong(), `ops_${strong()}`, `ops_${strong()}`]
  const access = [
    { token: writer, vaults: ["Home"], mayWrite: true, who: "CONNECTWRITER" },
    { token: reader, vaults: ["Home"], mayWrite: false, who: "CONNECTREADER" },
    { token: opWriter, vaults: ["Home"], mayWrite: true, who: "SERVICEWRITER" },
    { token: opReader, vaults: ["Home"], mayWrite: false, who: "SERVICEREADER" },
  ]
  const connect = await startConnect({ vaults: ["Home", "Other"], access })
  onTestFinished(async () => {
    await connect.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  symlinkSync(resolve(import.meta.dirname, "../../doubles/op"), join(folder, "op"))
  const calls = join(folder, "calls")
  const { OP_CONNECT_HOST: _, OP_CONNECT_TOKEN: __, OP_SERVICE_ACCOUNT_TOKEN: ___, ...plain } = process.env
  const op = { ...plain, PATH: `${folder}:${process.env.PATH}`, OP_DOUBLE_HOST: connect.url, OP_DOUBLE_LOG: calls }
  const home = connect.items.vaults[0]?.id ?? ""
  const item = (title: string) => {
    const found = connect.items.in(home).find((each) => each.title === title)
    if (!found) throw new Error(`no item ${title}`)
    return found
  }
  const variables = { OP_CONNECT_HOST: connect.url, OP_CONNECT_TOKEN: writer }
  return {
    ...connect,
    variables,
    connect: { ...plain, ...variables },
    connectReader: { ...plain, OP_CONNECT_HOST: connect.url, OP_CONNECT_TOKEN: reader },
    op: { ...op, OP_SERVICE_ACCOUNT_TOKEN: opWriter },
    opReader: { ...op, OP_SERVICE_ACCOUNT_TOKEN: opReader },
    credentials: access.map(({ token }) => token),
    calls: () =>
      readFileSync(calls, "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    add: (title, fields, more) => connect.items.create(home, { title, category: "LOGIN", fields, ...more }, "USER"),
    item,
  }
}
