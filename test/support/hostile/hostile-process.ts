import { hostOf } from "../../../hosts/index.ts"

/** Looks at, runs on, or dials from a machine, and tells how that went, and how much memory it took. */
const host = hostOf("ssh://hostile.example")
const works = {
  look: async () => JSON.stringify(await host.readSnapshot("~/x")),
  run: async () => `${(await host.run("echo")).stdout.length} bytes`,
  async dial() {
    const stream = await host.dial("127.0.0.1", 1)
    let bytes = 0
    for await (const chunk of stream) {
      bytes += chunk.length
      if (bytes > 1e8) break
    }
    return `${bytes} bytes`
  },
}
const work = works[process.argv[2] as keyof typeof works]
const outcome = await work().catch((error) => `${error.name}: ${error.message}`)
process.stdout.write(JSON.stringify({ outcome, peak: Math.round(process.resourceUsage().maxRSS / 1024) }))
process.exit()
