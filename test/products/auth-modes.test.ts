import { expect, test } from "vitest"
import { evaluateAuthentication } from "../../products/auth-modes.ts"
import { productNames } from "../../products/product.ts"

const modes = [undefined, "token", "password", "none", "trusted-proxy", "tokens", ""]
const either = [true, false]

test("exactly the settings with which a gateway does not start have a fix", () => {
  const all = productNames.flatMap((product) =>
    modes.flatMap((mode) =>
      either.flatMap((token) =>
        either.flatMap((password) =>
          either.map((both) =>
            evaluateAuthentication({ product, mode, token, password, both: both && token && password }),
          ),
        ),
      ),
    ),
  )
  expect(all.filter(({ refuses }) => refuses !== undefined).length).toBeGreaterThan(10)
  expect(all.filter(({ refuses, remedy }) => (refuses === undefined) !== (remedy === undefined))).toEqual([])
})
