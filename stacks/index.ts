import { dirname } from "node:path"
import { Fleet } from "../components/index.ts"
import { fleetArgs } from "./fleet-args.ts"
import { readConfig } from "./read-config.ts"

// Pulumi's SDK maps the stack trace of each resource to sources that do not exist: 0.35 s of a preview.
Error.prepareStackTrace = undefined as never

const fleet = new Fleet("fleet", fleetArgs(readConfig(), dirname(import.meta.dirname)))

export const { fingerprint, generation, due, receipt } = fleet
