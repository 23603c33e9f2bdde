import { existsSync } from "node:fs"
import { delimiter, join } from "node:path"
import { type Browser, chromium } from "playwright-core"

const names = ["chromium", "chromium-browser", "google-chrome"]
const program = (process.env.PATH ?? "")
  .split(delimiter)
  .concat("/usr/bin")
  .flatMap((folder) => names.map((name) => join(folder, name)))
  .find((path) => existsSync(path))

/** Why there is no browser; undefined where there is one, and always where CI is set. */
export const noChromium: string | undefined =
  process.env.CI || program ? undefined : "there is no Chromium: apt-get install chromium fonts-dejavu-core"

/** The system's own, which finds no host but this one; whoever starts it closes it. */
export async function startChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: program ?? "chromium",
    // Root may not have Chromium's own sandbox.
    chromiumSandbox: process.getuid?.() !== 0,
    args: ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--disable-dev-shm-usage"],
  })
}
