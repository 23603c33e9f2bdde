// Pulumi loads a policy pack with `require` under ts-node, which checks types again and knows no `.ts` in imports.
// `import` avoids that: in the repository Node runs the TypeScript itself; the package carries JavaScript.
import { existsSync } from "node:fs"

const source = new URL("./pack.ts", import.meta.url)
import(existsSync(source) ? source.href : new URL("../dist/policy/pack.js", import.meta.url).href).catch((error) => {
  const missing = error.code === "ERR_MODULE_NOT_FOUND" && error.message.includes("'@pulumi/policy'")
  if (!missing) throw error
  console.error("gatekey's policies need @pulumi/policy: npm install --save-dev --save-exact @pulumi/policy@1.21.0")
  process.exit(1)
})
