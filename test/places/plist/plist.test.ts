import { randomBytes } from "node:crypto"
import { describe, expect, test } from "vitest"
import { missing, value } from "../../../places/format.ts"
import { plist } from "../../../places/plist/plist.ts"
import { text } from "../laws.ts"
import { clawdbotGateway, openclawNode } from "./agents.ts"
import { hasPlistlib, type Plain, readAll, writeAll } from "./plistlib.ts"

const [old, fresh] = [randomBytes(32).toString("hex"), randomBytes(32).toString("hex")]

describe("launch agents as the products write them", () => {
  const gateway = Buffer.from(clawdbotGateway(old))
  const node = Buffer.from(openclawNode)

  test("the token of clawdbot's gateway is replaced, and nothing else", () => {
    expect(plist.find(gateway, "CLAWDBOT_GATEWAY_TOKEN")).toEqual(value(old))
    expect(text(plist.put(gateway, "CLAWDBOT_GATEWAY_TOKEN", fresh))).toBe(clawdbotGateway(fresh))
  })

  test("it is taken out with its two lines", () => {
    const entry = `    <key>CLAWDBOT_GATEWAY_TOKEN</key>\n    <string>${old}</string>\n`
    expect(text(plist.drop(gateway, "CLAWDBOT_GATEWAY_TOKEN"))).toBe(clawdbotGateway(old).replace(entry, ""))
  })

  test("a flag is added to the arguments, and taken out again", () => {
    const put = plist.put(gateway, "--token", fresh)
    const added = `      <string>--token</string>\n      <string>${fresh}</string>\n`
    expect(text(put)).toBe(clawdbotGateway(old).replace("    </array>", `${added}    </array>`))
    expect(plist.find(put, "--token")).toEqual(value(fresh))
    expect(text(plist.drop(put, "--token"))).toBe(clawdbotGateway(old))
  })

  test("openclaw's node gets an environment, at the end, indented as the file is", () => {
    expect(plist.find(node, "OPENCLAW_GATEWAY_TOKEN")).toEqual(missing)
    expect(plist.drop(node, "OPENCLAW_GATEWAY_TOKEN")).toBe(node)
    const lines = [
      "\t<key>EnvironmentVariables</key>",
      "\t<dict>",
      "\t\t<key>OPENCLAW_GATEWAY_TOKEN</key>",
      `\t\t<string>${fresh}</string>`,
      "\t</dict>",
    ]
    expect(text(plist.put(node, "OPENCLAW_GATEWAY_TOKEN", fresh))).toBe(
      openclawNode.replace("</dict>\n</plist>", `${lines.join("\n")}\n</dict>\n</plist>`),
    )
  })

  test.skipIf(!hasPlistlib)("converted to binary they stay binary (skipped without python3)", () => {
    const lists = readAll([gateway, node]) as Plain[]
    const [binaryGateway, binaryNode] = writeAll(lists, "binary") as [Uint8Array, Uint8Array]
    const put = [
      plist.put(binaryGateway, "CLAWDBOT_GATEWAY_TOKEN", fresh),
      plist.put(binaryNode, "OPENCLAW_GATEWAY_TOKEN", fresh),
    ]
    for (const file of put) {
      expect(text(file.subarray(0, 8))).toBe("bplist00")
      expect(text(file)).not.toContain(old)
    }
    expect(readAll(put)).toEqual(
      readAll([plist.put(gateway, "CLAWDBOT_GATEWAY_TOKEN", fresh), plist.put(node, "OPENCLAW_GATEWAY_TOKEN", fresh)]),
    )
  })
})
