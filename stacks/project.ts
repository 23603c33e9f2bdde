import * as pulumi from "@pulumi/pulumi"
import { Fleet } from "../components/index.ts"
import { fleetArgs } from "./fleet-args.ts"
import { readConfig } from "./read-config.ts"

// The whole program of a project that `gatekey init` makes: `export * from "pulumi-gatekey/stack"`.
const fleet = new Fleet("fleet", fleetArgs(readConfig(), pulumi.getRootDirectory(), process.cwd()))

export const fingerprint: pulumi.Output<string> = fleet.fingerprint
export const generation: pulumi.Output<number> = fleet.generation
export const due: pulumi.Output<string> = fleet.due
export const receipt: pulumi.Output<string> = fleet.receipt
