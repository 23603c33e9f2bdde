import { execFileSync } from "node:child_process"
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { hostOf } from "../../../hosts/index.ts"
import { parseRefusal } from "../../../probes/certificates/parse.ts"
import { installScript } from "../../../probes/certificates/script.ts"
import { folder } from "../../support/hosts/machine.ts"

const openssl = (...words: string[]) => execFileSync("openssl", words, { stdio: ["ignore", "pipe", "ignore"] })

/** Makes a key, and returns a certificate of it. */
function keyAt(path: string): string {
  openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", path)
  return openssl("req", "-new", "-x509", "-key", path, "-subj", "/CN=x", "-days", "9").toString()
}

async function install(path: string, certificate: string) {
  const { script, args, input } = installScript(path, certificate, false)
  const { stdout } = await hostOf("local").run(script, { args, ...(input ? { input } : {}) })
  return parseRefusal(stdout)
}

test("a certificate is installed beside the key that waits, closed to others", async () => {
  const top = folder()
  const path = join(top, "own.pem")
  const certificate = keyAt(`${path}.next`)
  const key = readFileSync(`${path}.next`, "utf8")
  expect(await install(path, certificate)).toBeUndefined()
  expect(readFileSync(path, "utf8")).toBe(key + certificate)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(readdirSync(top)).toEqual(["own.pem"])
})

test("a certificate of another key is refused, and nothing is installed", async () => {
  const top = folder()
  const path = join(top, "own.pem")
  keyAt(`${path}.next`)
  expect(await install(path, keyAt(join(top, "other")))).toBe("other-key")
  expect(existsSync(path)).toBe(false)
})
