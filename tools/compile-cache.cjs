// Loaded before the program: keeps compiled modules between runs, in the project and nowhere that others can write.
const { enableCompileCache } = require("node:module")
const { join } = require("node:path")

enableCompileCache(join(__dirname, "..", "node_modules", ".cache", "gatekey"))
