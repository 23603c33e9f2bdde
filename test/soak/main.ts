// Changes a fleet of real hosts and gateways at random, and compares it with the model after each `up`.
// `-- --minutes N`, `--seed N`, `--most N` steps, `--steps NAME,…` instead of drawn ones, `--hosts N`, `--gateways N` (or GATEWAYS=N); the last line is JSON.
import { parseArgs } from "node:util"
import { bench } from "../../bench/ending.ts"
import { noSshHosts } from "../support/hosts/ssh-farm.ts"
import { noProduct } from "../support/products/gateway.ts"
import { soak } from "./soak.ts"
import { stepCalled } from "./steps.ts"

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    seed: { type: "string" },
    most: { type: "string" },
    steps: { type: "string" },
    hosts: { type: "string", default: "10" },
    gateways: { type: "string", default: process.env.GATEWAYS ?? "2" },
  },
})
const minutes = Number(values.minutes)
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))
const names = values.steps?.split(",")
for (const name of names ?? []) stepCalled(name)
const most = names?.length ?? Number(values.most ?? Number.MAX_SAFE_INTEGER)
const [hosts, gateways] = [Number(values.hosts), Number(values.gateways)]
if (!(minutes > 0) || !Number.isInteger(seed) || !(most > 0)) throw new Error("expected numbers above 0")
if (!(hosts >= 3) || !(gateways === 1 || gateways === 2))
  throw new Error("expected 3 hosts at least, and 1 or 2 gateways")
const missing = noSshHosts ?? noProduct("openclaw")
if (missing) throw new Error(missing)

await bench(async () => {
  console.log(`seed ${seed}: ${hosts} hosts, ${gateways} gateways`)
  const figures = await soak({ seed, minutes, most, names, hosts, gateways })
  console.log(JSON.stringify({ seed, minutes, ...figures }))
  if (figures.failures > 0) process.exitCode = 1
})
