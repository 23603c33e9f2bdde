import messages from "@pulumi/pulumi/proto/provider_pb.js"
import structs from "google-protobuf/google/protobuf/struct_pb.js"
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest"
import { ask, type Plugin, startPlugin } from "../support/engine/plugin.ts"
import { root } from "../support/engine/program.ts"
import { isSecret, type Raw, revealed, secret, unknown } from "../support/engine/wire.ts"
import { strong } from "../support/tokens.ts"
import { type Account, onePasswordAccount } from "../support/vaults/one-password.ts"

// What the stand-in must have in common with the real plugin, so that no test passes here and fails there.

const urn = "urn:pulumi:dev::p::onepassword:index/item:Item::one"
const declared = { title: "gateway", category: "password" }

function configure({ client }: Plugin, args: Record<string, string>): Promise<unknown> {
  return ask((done) =>
    client.configure(new messages.ConfigureRequest().setArgs(structs.Struct.fromJavaScript(args)), done),
  )
}

const start = (env: NodeJS.ProcessEnv = {}) =>
  startPlugin({ OP_CONNECT_HOST: "", OP_CONNECT_TOKEN: "", OP_SERVICE_ACCOUNT_TOKEN: "", OP_ACCOUNT: "", ...env }, [
    `${root}/test/plugins/onepassword/pulumi-resource-onepassword`,
  ])
let plugin: Plugin
beforeAll(async () => {
  plugin = await start()
})
afterAll(() => plugin?.stop())

interface Configured {
  readonly account: Account
  readonly vault: string
  made(inputs?: Raw): Promise<{ readonly id: string; readonly inputs: Raw; readonly state: Raw }>
  invoke(name: string, args: Record<string, string>): Promise<Raw>
}

/** Configures the plugin for an account of the test's own. */
async function configured(plugin: Plugin): Promise<Configured> {
  const account = await onePasswordAccount()
  const { OP_CONNECT_HOST: url, OP_CONNECT_TOKEN: token } = account.variables
  await configure(plugin, { url, token })
  const vault = account.items.vaults[0]?.id ?? ""
  return {
    account,
    vault,
    async made(inputs = declared) {
      const checked = await plugin.check(urn, { vault, ...inputs })
      expect(checked.failures).toEqual([])
      const { id, outputs } = await plugin.create(urn, checked.inputs)
      return { id, inputs: checked.inputs, state: outputs }
    },
    async invoke(name, args) {
      const request = new messages.InvokeRequest().setTok(`onepassword:index/${name}:${name}`)
      request.setArgs(structs.Struct.fromJavaScript(args))
      const answer = await ask<messages.InvokeResponse>((done) => plugin.client.invoke(request, done))
      return answer.getReturn()?.toJavaScript() as Raw
    },
  }
}

/** Changes the password as a person does, in the app. */
function edit({ items, item }: Account, value: string): void {
  const before = item("gateway")
  const fields = before.fields.map((field) => (field.purpose === "PASSWORD" ? { ...field, value } : field))
  items.replace(before, { ...before, fields }, "USER")
}

test("makes a password by its recipe, which no preview knows; it is a secret", async () => {
  const { account, vault, made } = await configured(plugin)
  const passwordRecipe = { length: 40, symbols: false }
  const preview = await plugin.create(urn, { vault, ...declared, passwordRecipe }, true)
  expect(preview).toMatchObject({ id: "", outputs: { password: unknown, uuid: unknown, vault } })
  const { id, state } = await made({ ...declared, passwordRecipe })
  const { id: uuid } = account.item("gateway")
  expect(id).toBe(`vaults/${vault}/items/${uuid}`)
  const recipe = { length: 40, letters: true, digits: true, symbols: false }
  expect(state).toMatchObject({ uuid, category: "password", passwordRecipe: recipe })
  expect(revealed(state.password)).toMatch(/^[a-zA-Z0-9]{40}$/)
  const { state: login } = await made({ title: "other" })
  expect([login.category, revealed(login.password).length]).toEqual(["login", 32])
})

test("plans what the real one plans", async () => {
  const { vault, made } = await configured(plugin)
  const passwordRecipe = { length: 40 }
  const { state, inputs } = await made({ ...declared, passwordRecipe })
  const rows: [Raw, string[], string[]][] = [
    [{}, [], []],
    [{ title: "another" }, ["title"], []],
    [{ passwordRecipe: { length: 41 } }, ["password", "passwordRecipe"], []],
    [{ password: secret(strong()) }, ["password"], []],
    [{ password: unknown }, ["password"], []],
    [{ category: "login" }, ["category"], ["category"]],
    [{ vault: "another" }, ["vault"], ["vault"]],
    [{ vault: unknown }, ["vault"], ["vault"]],
    [{ tags: ["a"] }, ["tags"], []],
  ]
  for (const [more, changes, replaces] of rows)
    expect([more, await plugin.diff(urn, "", state, { ...inputs, ...more })]).toEqual([
      more,
      { changes, replaces, detailed: [] },
    ])
  const change = { olds: state, oldInputs: inputs }
  const renamed = await plugin.update(urn, "", { ...change, news: { ...inputs, title: "another" } }, true)
  expect(revealed(renamed.password)).toBe(revealed(state.password))
  const news = { ...inputs, passwordRecipe: { length: 41 } }
  expect(await plugin.update(urn, "", { ...change, news }, true)).toMatchObject({ password: unknown, vault })
})

test("reads with a refresh alone what was changed by hand; only what is declared is a difference then", async () => {
  const { account, made } = await configured(plugin)
  const changed = strong()
  const generated = await made()
  edit(account, changed)
  const seen = await plugin.read(urn, generated.id, generated.inputs, generated.state)
  expect(revealed(seen.outputs.password)).toBe(changed)
  expect(seen.inputs).not.toHaveProperty("password")
  expect((await plugin.diff(urn, "", seen.outputs, generated.inputs)).changes).toEqual([])
  await plugin.delete(urn, generated.id, generated.state, generated.inputs)

  const given = strong()
  const own = await made({ ...declared, password: given })
  expect(isSecret(own.inputs.password)).toBe(true)
  edit(account, changed)
  const drifted = await plugin.read(urn, own.id, own.inputs, own.state)
  expect(revealed(drifted.inputs.password)).toBe(changed)
  expect((await plugin.diff(urn, "", drifted.outputs, own.inputs)).changes).toEqual(["password"])
  const { outputs: olds, inputs: oldInputs } = drifted
  const state = await plugin.update(urn, own.id, { olds, oldInputs, news: own.inputs })
  expect(revealed(state.password)).toBe(given)
  expect(account.item("gateway").fields.find(({ purpose }) => purpose === "PASSWORD")?.value).toBe(given)
})

test("writes the whole item: sections that another hand added go, and are a difference before", async () => {
  const { account, made } = await configured(plugin)
  const { id, inputs, state } = await made()
  const before = account.item("gateway")
  const section = { id: "s1", label: "gatekey" }
  const field = { label: "generation", value: "1", section: { id: "s1" } }
  account.items.replace(before, { ...before, sections: [section], fields: [...before.fields, field] }, "USER")
  const { outputs } = await plugin.read(urn, id, inputs, state)
  expect((await plugin.diff(urn, "", outputs, inputs)).changes).toEqual(["sections"])
  await plugin.update(urn, id, { olds: outputs, oldInputs: inputs, news: inputs })
  expect(account.item("gateway").sections ?? []).toEqual([])
  expect(account.item("gateway").fields.map(({ label }) => label)).toEqual(["password", "notesPlain"])
})

test("a lookup asks each time it is called, and its password is not marked as a secret", async () => {
  const { account, vault, made, invoke } = await configured(plugin)
  const { state } = await made()
  expect(await invoke("getVault", { name: "Home" })).toMatchObject({ id: `vaults/${vault}`, uuid: vault })
  const found = await invoke("getItem", { vault, title: "gateway" })
  expect(found).toMatchObject({ uuid: state.uuid, password: revealed(state.password), category: "password" })
  edit(account, strong())
  const again = await invoke("getItem", { vault, uuid: String(state.uuid) })
  expect(again.password).toBe(account.item("gateway").fields.find(({ purpose }) => purpose === "PASSWORD")?.value)
  await expect(invoke("getVault", { name: "Nowhere" })).rejects.toThrow("No vault found with name")
  await expect(invoke("getItem", { vault, title: "nothing" })).rejects.toThrow(
    `Client Error: Unable to read item, got error: Found 0 item(s) in vault "${vault}" with title "nothing"`,
  )
})

test("an item that is gone fails its refresh and its deletion", async () => {
  const { account, vault, made } = await configured(plugin)
  const { id, inputs, state } = await made()
  const uuid = String(state.uuid)
  account.items.delete(uuid)
  await expect(plugin.read(urn, id, inputs, state)).rejects.toThrow(
    `1Password Item read error: Could not get item '${uuid}' from vault '${vault}', got error: Found 0 item(s) in vault "${vault}" with title "${uuid}"`,
  )
  await expect(plugin.delete(urn, id, state, inputs)).rejects.toThrow(
    `1Password Item delete error: Could not delete item '${uuid}' from vault '${vault}', got error: status 404: item ${uuid} not found`,
  )
})

test("while Connect is away, what asks it fails; a plan asks nothing", async () => {
  const { account, vault, made, invoke } = await configured(plugin)
  const { id, inputs, state } = await made()
  await account.stop()
  const away = /got error:? .*dial tcp 127\.0\.0\.1:\d+: connect: connection refused$/
  expect((await plugin.diff(urn, id, state, inputs)).changes).toEqual([])
  await expect(plugin.read(urn, id, inputs, state)).rejects.toThrow(away)
  await expect(plugin.create(urn, inputs)).rejects.toThrow(away)
  await expect(invoke("getItem", { vault, title: "gateway" })).rejects.toThrow(away)
})

test("imports an item by its id, with what could be declared as inputs", async () => {
  const { made } = await configured(plugin)
  const { id, state } = await made()
  const found = await plugin.read(urn, id)
  expect(found.outputs).toMatchObject({ uuid: state.uuid, title: "gateway" })
  expect(Object.keys(found.inputs).sort()).toEqual(["category", "password", "title", "vault"])
})

test("logs the item that it updates, with its password, if TF_LOG is INFO", async () => {
  const loud = await start({ TF_LOG: "INFO" })
  onTestFinished(() => loud.stop())
  for (const each of [plugin, loud]) {
    const { made } = await configured(each)
    const password = strong()
    const { id, inputs, state } = await made({ ...declared, password })
    await each.update(urn, id, { olds: state, oldInputs: inputs, news: { ...inputs, title: "another" } })
    expect(each.messages.some(({ text }) => text.includes(password))).toBe(each === loud)
  }
})

test("is configured for Connect or the command line, not both", async () => {
  await expect(configure(plugin, {})).rejects.toThrow("Client init failure: Client failed to initialize")
  await configure(plugin, { url: "http://127.0.0.1:1", token: "x" })
  const both = configure(plugin, { url: "http://127.0.0.1:1", token: "x", account: "y" })
  await expect(both).rejects.toThrow("Config conflict: Either Connect credentials")
})

test("refuses what the real one refuses, and what it does not know", async () => {
  const { vault } = await configured(plugin)
  const check = async (more: Raw) => (await plugin.check(urn, { vault, ...declared, ...more })).failures
  expect(await check({ category: "secureNote" })).toMatchObject([
    { property: "category", reason: expect.stringContaining('got: "secureNote"') },
  ])
  expect(await check({ passwordRecipe: { length: 65 } })).toMatchObject([
    { property: "passwordRecipe", reason: expect.stringContaining("between 1 and 64, got: 65") },
  ])
  await expect(check({ sections: [] })).rejects.toThrow("does not know sections")
  await expect(plugin.check(urn.replace("Item", "Other"), {})).rejects.toThrow("has no type")
})
