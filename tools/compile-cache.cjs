// Loaded before the program: keeps compiled modules between runs, in the project and nowhere that others can write.
const { enableCompileCache } = require("node:module")
const { join } = require("node:path")

if (Number.parseInt(process.versions.node, 10) < 24) {
  console.error(
    `gatekey needs Node.js 24 or newer on PATH (found: v${process.versions.node}). Install it, or run: make setup`,
  )
  process.exit(1)
}
enableCompileCache(join(__dirname, "..", "node_modules", ".cache", "gatekey"))
