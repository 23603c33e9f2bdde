import { describe, expect, test } from "vitest"
import { describeKind } from "../../../core/kind.ts"
import { readSshSettings } from "../../../hosts/ssh/settings.ts"

describe("the settings", () => {
  test("have defaults, also for empty variables", () => {
    const defaults = { connect: 10_000, whole: 30_000, parallel: 64, config: undefined }
    expect(readSshSettings({})).toEqual(defaults)
    expect(readSshSettings({ GATEKEY_SSH_TIMEOUT: "", GATEKEY_SSH_PARALLEL: "", GATEKEY_SSH_CONFIG: "" })).toEqual(
      defaults,
    )
  })

  test("come from the environment", () => {
    const environment = {
      GATEKEY_SSH_CONNECT_TIMEOUT: "3s",
      GATEKEY_SSH_TIMEOUT: "2m",
      GATEKEY_SSH_PARALLEL: "200",
      GATEKEY_SSH_CONFIG: "/etc/fleet/ssh_config",
    }
    const read = { connect: 3000, whole: 120_000, parallel: 200, config: "/etc/fleet/ssh_config" }
    expect(readSshSettings(environment)).toEqual(read)
  })

  const times = "a time up to 1h, such as 10s or 2m"
  const counts = "an integer from 1 to 9999"
  test.each([
    ["GATEKEY_SSH_CONNECT_TIMEOUT", "10", times],
    ["GATEKEY_SSH_CONNECT_TIMEOUT", "0s", times],
    ["GATEKEY_SSH_CONNECT_TIMEOUT", "-1s", times],
    ["GATEKEY_SSH_TIMEOUT", "2h", times],
    ["GATEKEY_SSH_TIMEOUT", "soon", times],
    ["GATEKEY_SSH_PARALLEL", "0", counts],
    ["GATEKEY_SSH_PARALLEL", "1.5", counts],
    ["GATEKEY_SSH_PARALLEL", "10000", counts],
    ["GATEKEY_SSH_PARALLEL", "64 ", counts],
  ])("refuse %s=%j", (name, value, allowed) => {
    expect(() => readSshSettings({ [name]: value })).toThrow(
      `the environment's ${name} is ${describeKind(value)}; allowed: ${allowed}`,
    )
  })

  test("never quote an invalid value", () => {
    expect(() => readSshSettings({ GATEKEY_SSH_TIMEOUT: "\u001b[2J" })).toThrow(
      /is a text of \d+ characters; allowed: /,
    )
  })
})
