import { expect, it } from "vitest"
import { describeVariable } from "../../../survey/resolve/names.ts"

it.each([
  [{ name: "OPENCLAW_GATEWAY_TOKEN" }, "OPENCLAW_GATEWAY_TOKEN"],
  [{ name: "OPENCLAW_GATEWAY_TOKEN", isBare: true }, "OPENCLAW_GATEWAY_TOKEN"],
  [{ name: "MY_TOKEN_2" }, "MY_TOKEN_2"],
  [{ name: "MY_TOKEN", isBare: true }, "a variable"],
  [{ name: "ABCDEF0123456789" }, "a variable"],
  [{ name: "XKQPLMNB" }, "a variable"],
  [{ name: "KEY_A1B2C3D4" }, "a variable"],
  [{ name: "my_token" }, "a variable"],
])("of a reference to %j: %s", (variable, words) => {
  expect(describeVariable(variable)).toBe(words)
})
