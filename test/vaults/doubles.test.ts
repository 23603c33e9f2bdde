import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { copyFileSync, readFileSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { createInterface } from "node:readline"
import { describe, expect, test } from "vitest"
import { root } from "../support/engine/program.ts"
import { folder } from "../support/hosts/machine.ts"
import { strong } from "../support/tokens.ts"
import { type Account, onePasswordAccount } from "../support/vaults/one-password.ts"

/** Checks the doubles against the documentation of the real programs and the messages that users quote. */

interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

async function run(env: NodeJS.ProcessEnv, program: string, ...args: string[]): Promise<Ran> {
  const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"] })
  let [stdout, stderr] = ["", ""]
  child.stdout.on("data", (chunk) => (stdout += chunk))
  child.stderr.on("data", (chunk) => (stderr += chunk))
  const [code] = await once(child, "close")
  return { code, stdout, stderr }
}

describe("op", () => {
  async function filled(): Promise<Account & { readonly token: string }> {
    const account = await onePasswordAccount()
    const token = strong()
    account.add(
      "gatekey",
      [
        { label: "token", type: "CONCEALED", value: token },
        { label: "bell", value: "1234", section: { id: "s1" } },
      ],
      { sections: [{ id: "s1", label: "Doors" }] },
    )
    return { ...account, token }
  }

  test.each<[string, (token: string) => string]>([
    ["op://Home/gatekey/token", (token) => token],
    ["op://home/GATEKEY/token", (token) => token],
    ["op://Home/gatekey/Doors/bell", () => "1234"],
  ])("reads %s", async (reference, value) => {
    const account = await filled()
    expect((await run(account.op, "op", "read", reference)).stdout).toBe(`${value(account.token)}\n`)
    expect((await run(account.op, "op", "read", "--no-newline", reference)).stdout).toBe(value(account.token))
    expect((await run(account.connect, resolve(root, "test/doubles/op"), "read", "-n", reference)).stdout).toBe(
      value(account.token),
    )
  })

  test.each([
    ["op://Home/nothing/token", `could not get item Home/nothing: "nothing" isn't an item in the "Home" vault`],
    ["op://Nowhere/gatekey/token", `"Nowhere" isn't a vault in this account`],
    ["op://Home/gatekey/bell", "item 'Home/gatekey' does not have a field 'bell'"],
    ["op://Home/gatekey", "invalid secret reference"],
    ["op://Home/a/b/c/d", "too many '/'"],
  ])("does not read %s", async (reference, words) => {
    const { op } = await filled()
    const { code, stdout, stderr } = await run(op, "op", "read", reference)
    expect([code, stdout]).toEqual([1, ""])
    expect(stderr).toMatch(/^\[ERROR\] \d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d could not read secret '/)
    expect(stderr).toContain(words)
  })

  test("runs a program with the secrets of its environment, and masks them in its output", async () => {
    const { op, token } = await filled()
    const file = join(folder(), ".env")
    writeFileSync(file, 'export FROM_FILE="op://Home/gatekey/token"\nPLAIN=plain\n')
    const env = { ...op, DIRECT: "op://Home/gatekey/Doors/bell" }
    const script = 'echo "$FROM_FILE $PLAIN $DIRECT"; exit 3'
    const masked = await run(env, "op", "run", "--env-file", file, "--", "sh", "-c", script)
    expect(masked).toMatchObject({ code: 3, stdout: "<concealed by 1Password> plain <concealed by 1Password>\n" })
    const bare = await run(env, "op", "run", `--env-file=${file}`, "--no-masking", "--", "sh", "-c", script)
    expect(bare).toMatchObject({ code: 3, stdout: `${token} plain 1234\n` })
  })

  test("works as a copy in another folder", async () => {
    const { op, token } = await filled()
    const at = join(folder(), "op")
    copyFileSync(resolve(root, "test/doubles/op"), at)
    expect((await run(op, at, "read", "op://Home/gatekey/token")).stdout).toBe(`${token}\n`)
  })

  test("reports its account, or that it is not signed in", async () => {
    const { op } = await filled()
    const nobody = { ...op, OP_SERVICE_ACCOUNT_TOKEN: "" }
    expect((await run(op, "op", "whoami")).stdout).toMatch(/User Type: SERVICE_ACCOUNT/)
    expect(await run(nobody, "op", "whoami")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/account is not signed in/),
    })
    expect(await run(nobody, "op", "--version")).toMatchObject({ code: 0, stdout: "2.39.0\n" })
  })

  test("reads a template only from a pipe, as the real one", async () => {
    const { op } = await filled()
    const file = join(folder(), "template")
    writeFileSync(file, "{}")
    const create = ["item", "create", "-", "--vault", "Home"]
    for (const input of ["{}", undefined]) {
      const { stderr } = spawnSync("op", create, { env: op, input, encoding: "utf8" })
      expect(stderr).toMatch(/expected data on stdin but none found/)
    }
  })
})

describe("the Connect server", () => {
  async function asking() {
    const account = await onePasswordAccount()
    const [home, other] = account.items.vaults.map(({ id }) => id)
    const bearer = (env: NodeJS.ProcessEnv) => ({ authorization: `Bearer ${env.OP_CONNECT_TOKEN}` })
    const ask = async (method: string, path: string, body?: unknown, headers: object = bearer(account.connect)) => {
      const sent = { method, headers: { ...headers }, ...(body !== undefined && { body: JSON.stringify(body) }) }
      const response = await fetch(`${account.url}${path}`, sent)
      const text = await response.text()
      const isJson = response.headers.get("content-type") === "application/json"
      return { status: response.status, body: isJson && text ? JSON.parse(text) : text, headers: response.headers }
    }
    return { account, ask, home, other, reader: bearer(account.connectReader) }
  }

  test("requires a known access token, and lists only the vaults of its scope", async () => {
    const { ask, home, other } = await asking()
    expect(await ask("GET", "/v1/vaults", undefined, {})).toMatchObject({ status: 401, body: { status: 401 } })
    const wrong = await ask("GET", "/v1/vaults", undefined, { authorization: "Bearer x" })
    expect(wrong.body).toEqual({ status: 401, message: "Invalid token signature" })
    expect((await ask("GET", "/v1/vaults")).body).toEqual([{ id: home, name: "Home" }])
    expect((await ask("GET", `/v1/vaults/${other}/items`)).body).toEqual({
      status: 403,
      message: `vault ${other} is not in scope`,
    })
    expect((await ask("GET", "/v1/vaults/none")).body).toEqual({ status: 400, message: "Invalid Vault UUID" })
    expect((await ask("GET", `/v1/vaults/${"a".repeat(26)}`)).status).toBe(404)
  })

  test("answers a health check without an access token", async () => {
    const { ask } = await asking()
    expect(await ask("GET", "/heartbeat", undefined, {})).toMatchObject({ status: 200, body: "." })
    expect((await ask("GET", "/health", undefined, {})).body).toMatchObject({ name: "1Password Connect API" })
  })

  test("keeps items, their versions and authors", async () => {
    const { account, ask, home, reader } = await asking()
    const items = `/v1/vaults/${home}/items`
    const sent = {
      title: "gate",
      category: "LOGIN",
      vault: { id: home },
      tags: ["a"],
      fields: [{ label: "token", value: "x" }],
    }
    expect((await ask("POST", items, sent, reader)).status).toBe(403)
    const made = (await ask("POST", items, sent)).body
    expect(made).toMatchObject({ ...sent, version: 1, lastEditedBy: "CONNECTWRITER" })
    expect(made.id).toMatch(/^[a-z0-9]{26}$/)
    const path = `${items}/${made.id}`
    for (const filter of ['title eq "gate"', 'tag eq "a"']) {
      const { body } = await ask("GET", `${items}?filter=${encodeURIComponent(filter)}`)
      expect(body).toEqual([{ ...made, fields: undefined }])
    }
    expect((await ask("GET", `${items}?filter=${encodeURIComponent('title eq "gat"')}`)).body).toEqual([])
    expect((await ask("PUT", path, { ...made, title: "gate 2" })).body).toMatchObject({ title: "gate 2", version: 2 })
    expect((await ask("PUT", path, made)).body).toEqual({ status: 409, message: "Internal server conflict" })
    const [field] = made.fields
    const patched = await ask("PATCH", path, [
      { op: "replace", path: `/fields/${field.id}/value`, value: "y" },
      { op: "add", path: "/fields", value: { label: "more", value: "z" } },
      { op: "remove", path: "/tags/0" },
      { op: "replace", path: "/favorite", value: true },
    ])
    expect(patched.body).toMatchObject({
      version: 3,
      tags: [],
      favorite: true,
      fields: [
        { ...field, value: "y" },
        { label: "more", value: "z" },
      ],
    })
    expect(account.items.versions(made.id).map(({ version }) => version)).toEqual([1, 2, 3])
    expect((await ask("GET", path, undefined, reader)).body).toEqual(patched.body)
    expect((await ask("DELETE", path)).status).toBe(204)
    expect((await ask("GET", path)).body).toEqual({ status: 404, message: `item ${made.id} not found` })
    const told = await ask("GET", "/v1/activity?limit=4&offset=1")
    expect(told.headers.get("content-range")).toBe("2-5/6")
    expect(told.body.map(({ action, actor, resource }: Told) => [action, actor.id, resource.itemVersion])).toEqual([
      ["READ", "CONNECTREADER", 3],
      ["UPDATE", "CONNECTWRITER", 3],
      ["UPDATE", "CONNECTWRITER", 2],
      ["CREATE", "CONNECTWRITER", 1],
    ])
  })

  interface Told {
    readonly action: string
    readonly actor: { readonly id: string }
    readonly resource: { readonly itemVersion: number }
  }

  test("is also a process of its own, which accepts faults by HTTP and ends with its input", async () => {
    const child = spawn(process.execPath, [resolve(root, "test/doubles/connect/main.ts")], {
      stdio: ["pipe", "pipe", "inherit"],
    })
    const closed = once(child, "close")
    child.stdin.write(`${JSON.stringify({ access: [{ token: "t", vaults: ["Home"], mayWrite: true, who: "W" }] })}\n`)
    const [url] = await once(createInterface({ input: child.stdout }), "line")
    const vaults = () => fetch(`${url}/v1/vaults`, { headers: { authorization: "Bearer t" } })
    expect(await (await vaults()).json()).toMatchObject([{ name: "Home" }])
    await fetch(`${url}/double/faults`, {
      method: "PUT",
      body: JSON.stringify([{ kind: "status", status: 503, times: 1 }]),
    })
    expect([(await vaults()).status, (await vaults()).status]).toEqual([503, 200])
    child.stdin.end()
    expect((await closed)[0]).toBe(0)
  })
})

test("each double names the source that it follows", () => {
  const follows = {
    "connect/server.ts": "github.com/1Password/connect",
    op: "developer.1password.com/docs/cli/reference",
  }
  for (const [name, source] of Object.entries(follows)) {
    expect(readFileSync(resolve(root, "test/doubles", name), "utf8")).toContain(source)
  }
})
