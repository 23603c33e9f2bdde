import { randomBytes } from "node:crypto"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { listed, read } from "../test/support/hosts/processes.ts"
import { run } from "./command.ts"
import { bench } from "./ending.ts"
import { median, rounded } from "./figures.ts"
import { benchFolder } from "./project.ts"

/**
 * `npm run -s bench:search`: `gatekey scan` of a home of 1 GB with ten copies of a token, against the same scan of a home
 * with nothing else, and against one `grep` of the same files. Alternating runs; the last line is JSON.
 */
const runs = 3
const files = 20_480
const bytes = 50 * 1024
const copies = 10

/** The most memory of all processes of a command together; the system keeps each one's peak. */
class Memory {
  kilobytes = 0

  watch(pid: number): () => void {
    const timer = setInterval(() => {
      this.kilobytes = Math.max(this.kilobytes, this.#sum(`${pid}`))
    }, 50)
    return () => clearInterval(timer)
  }

  #sum(pid: string): number {
    const own = Number(/^VmHWM:\s*(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0)
    const threads = `/proc/${pid}/task`
    const children = listed(threads).flatMap((thread) =>
      read(`${threads}/${thread}/children`).split(" ").filter(Boolean),
    )
    return children.reduce((sum, child) => sum + this.#sum(child), own)
  }
}

await bench(async () => {
  const folder = benchFolder()
  const token = randomBytes(24).toString("hex")
  const [full, bare] = [join(folder, "full"), join(folder, "bare")]
  for (const home of [full, bare]) {
    mkdirSync(join(home, ".openclaw"), { recursive: true })
    writeFileSync(join(home, ".openclaw/openclaw.json"), `{gateway:{mode:"local",auth:{token:"${token}"}}}`, {
      mode: 0o600,
    })
  }
  fill(full, token)
  const pattern = join(folder, "pattern")
  writeFileSync(pattern, token, { mode: 0o600 })
  const memory = new Memory()
  const times = { full: [] as number[], bare: [] as number[], grep: [] as number[] }
  for (let at = 0; at <= runs; at++) {
    const found = await scanned(full, memory)
    if (found !== copies + 1) throw new Error(`the scan found ${found} places, expected ${copies + 1}`)
    // The first run of each only fills the caches.
    if (at === 0) continue
    const [ours, nothing, plain] = [
      await timed(() => scanned(full, memory)),
      await timed(() => scanned(bare)),
      await timed(() => run(["grep", "-rlIF", "-f", pattern, join(full, "files")])),
    ]
    times.full.push(ours)
    times.bare.push(nothing)
    times.grep.push(plain)
    console.log(`run ${at}: 1 GB ${rounded(ours)} s, nothing ${rounded(nothing)} s, grep ${rounded(plain)} s`)
  }
  const searched = median(times.full) - median(times.bare)
  console.log(
    JSON.stringify({
      megabytes: Math.round((files * bytes) / 1e6),
      scan_s: rounded(median(times.full)),
      without_s: rounded(median(times.bare)),
      grep_s: rounded(median(times.grep)),
      search_over_grep: rounded(searched / median(times.grep)),
      peak_mb: Math.round(memory.kilobytes / 1024),
    }),
  )
})

/** Writes text like that of notes and sources, in folders three deep. */
function fill(home: string, token: string): void {
  for (let at = 0; at < files; at++) {
    const folder = join(home, "files", `${at % 16}`, `${Math.floor(at / 16) % 16}`)
    if (at < 256) mkdirSync(folder, { recursive: true })
    const text = `${randomBytes((bytes * 3) / 8 - 64)
      .toString("base64")
      .replace(/(.{76})/g, "$1\n")}\n`
    const held = at % (files / copies) === 7 ? `${text}${token}\n` : text
    writeFileSync(join(folder, `${at}.txt`), `${held}${held}`.slice(0, held === text ? bytes : undefined))
  }
}

/** Runs a scan. @returns how many places it found */
async function scanned(home: string, memory?: Memory): Promise<number> {
  const command = `"$0" cli/main.ts scan --json --home "$1" || [ $? -lt 3 ]`
  const watch = memory ? { watch: (pid: number) => memory.watch(pid) } : {}
  const { stdout } = await run(["sh", "-c", command, process.execPath, home], watch)
  return (JSON.parse(stdout) as { places: unknown[] }).places.length
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = process.hrtime.bigint()
  await work()
  return Number(process.hrtime.bigint() - start) / 1e9
}
