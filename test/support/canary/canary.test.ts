import { spawn } from "node:child_process"
import { generateKeyPairSync } from "node:crypto"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, onTestFinished, test } from "vitest"
import { strong } from "../tokens.ts"
import { detector, piecesOf } from "./canary.ts"
import { canaryForms } from "./forms.ts"
import { bearerSecrets, headerIn, keySecrets } from "./guard-secrets.ts"
import { type Recorder, recorder } from "./record.ts"

const tricky = () => `${strong().slice(0, 20)}'"$&<>\\ %+/=${strong().slice(0, 20)}`

describe("the detector", () => {
  const noise = (text: Buffer | string) =>
    Buffer.concat([Buffer.from(`${strong()}|`), Buffer.from(text), Buffer.from(`|${strong()}`)])
  const values = [strong(), tricky(), strong().slice(0, 20)]

  test.each(
    values.flatMap((value, at) => [...canaryForms(value)].map(([form, bytes]) => ({ at, form, bytes, value }))),
  )("finds value $at in the form $form, and does not print it", ({ bytes, value }) => {
    const [found, ...more] = detector(new Map([["planted", value]])).find({ name: "a file", bytes: noise(bytes) })
    expect(found?.startsWith("planted, ")).toBe(true)
    expect(more.length).toBe(0)
    const told = piecesOf(value).flatMap((piece) => [...canaryForms(piece).values()].map(String))
    expect(told.some((each) => found?.includes(each.slice(0, 12)))).toBe(false)
  })

  test("finds any sixteen characters of a value, and not fifteen", () => {
    const value = strong()
    const { find } = detector(new Map([["planted", value]]))
    const counts = (length: number) =>
      Array.from(
        { length: value.length - length },
        (_, at) => find({ name: "", bytes: noise(value.slice(at, at + length)) }).length,
      )
    expect(counts(16).every((count) => count === 1)).toBe(true)
    expect(counts(15).every((count) => count === 0)).toBe(true)
  })

  test("finds a value in base64 of a longer text, wherever it begins there", () => {
    const value = strong()
    const { find } = detector(new Map([["planted", value]]))
    for (const before of ["", "a", "ab", "abc"]) {
      const bytes = Buffer.from(Buffer.from(`${before}${value}and more`).toString("base64"))
      expect(find({ name: "", bytes })).toHaveLength(1)
    }
  })

  test("finds nothing where nothing is", () => {
    const { find } = detector(new Map([["planted", strong()]]))
    expect(find({ name: "", bytes: Buffer.from(Array.from({ length: 5_000 }, strong).join("")) })).toEqual([])
  })
})

describe("the secrets of a guard", () => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" })
  const jwt = (header: object, claims: object) =>
    [header, claims].map((each) => Buffer.from(JSON.stringify(each)).toString("base64url")).join(".")
  const bearer = jwt({ alg: "ES256", typ: "at+jwt", kid: "tw.g1" }, { iss: "gatekey:home", sub: "tw", aud: "x" })
  const pem = (type: "pkcs8" | "sec1") => String(privateKey.export({ format: "pem", type }))
  const body = pem("pkcs8").split("\n").slice(1, -2).join("")
  const header = `x-gk-${"0123456789abcdef".repeat(2)}`
  const { find } = detector(
    new Map([
      ...keySecrets("tw", pem("pkcs8")),
      ...bearerSecrets("gatekey:home"),
      ["the header", headerIn(`    http-request set-header ${header} %[var(txn.id)]\n`).slice(5)],
    ]),
  )
  const base64 = (text: string) => Buffer.from(text).toString("base64")

  test.each([
    ["a private key, PEM", pem("pkcs8"), "private key of tw"],
    ["a private key, PEM of the other kind", pem("sec1"), "private key of tw"],
    ["a private key, JSON-escaped", JSON.stringify({ key: pem("pkcs8") }), "private key of tw"],
    ["the body of a private key", body, "private key of tw"],
    ["the body of a private key in base64", base64(body), "private key of tw"],
    ["a whole private key in base64", base64(`so ${pem("pkcs8")}`), "private key of tw"],
    ["a private key as JWK", JSON.stringify(privateKey.export({ format: "jwk" })), "private key of tw"],
    ["a JWT", `Bearer ${bearer}`, "a JWT"],
    ["a JWT in base64", base64(`a ${bearer}`), "a JWT"],
    ["the claims of a JWT", bearer.split(".")[1] ?? "", "the claims of a JWT"],
    ["the header's name", `${header}: node:tw`, "the header"],
    ["the header's name in upper case", header.toUpperCase(), "the header"],
  ])("are found: %s", (_what, text, secret) => {
    const found = find({ name: "a file", bytes: Buffer.from(`some text: ${text}\n`) })
    expect(found.some((each) => each.startsWith(secret))).toBe(true)
  })

  test("are neither a public key nor another private key", () => {
    const others = generateKeyPairSync("ec", { namedCurve: "P-256" })
    const texts = [
      publicKey.export({ format: "pem", type: "spki" }),
      others.privateKey.export({ format: "pem", type: "pkcs8" }),
    ]
    expect(texts.flatMap((text) => find({ name: "", bytes: Buffer.from(text) }))).toEqual([])
  })
})

describe("the recorder", () => {
  const recorded = (): Recorder => {
    const made = recorder()
    onTestFinished(() => made.end())
    return made
  }
  const found = (record: Recorder, value: string) =>
    record.haystacks.flatMap(detector(new Map([["planted", value]])).find)

  test("keeps output, files and their names in folders of any depth", () => {
    const record = recorded()
    const folder = mkdtempSync(join(tmpdir(), "gatekey-canary-"))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const [said, written, named] = [strong(), strong(), strong()]
    mkdirSync(join(folder, ".deep/er"), { recursive: true })
    writeFileSync(join(folder, ".deep/er/.bak"), written)
    writeFileSync(join(folder, `.deep/${named}`), "")
    record.output("preview", `so ${said} is`)
    record.files(folder)
    expect([said, written, named].map((value) => found(record, value).length)).toEqual([1, 1, 1])
  })

  test.runIf(process.platform === "linux")(
    "keeps arguments and environment of processes, of short ones too",
    async () => {
      const record = recorded()
      const [argument, variable] = [strong(), strong()]
      while ((await seen(record)) === 0);
      const child = spawn("sh", ["-c", "sh -c 'sleep 0.2; :' planted; :", "sh", argument], {
        env: { ...process.env, PLANTED: variable },
      })
      await new Promise((done) => child.on("close", done))
      await record.processes()
      expect(found(record, argument).length).toBeGreaterThan(0)
      expect(found(record, variable).length).toBeGreaterThan(0)
    },
  )

  async function seen(record: Recorder): Promise<number> {
    const child = spawn("sleep", ["0.2"])
    await new Promise((done) => child.on("close", done))
    await record.processes()
    return record.haystacks.length
  }
})
