// `npm run screenshots`: the pictures of the report in docs/, from a real preview of a real fleet. It needs Pulumi,
// openclaw (tools/setup-products.sh openclaw) and Chromium with DejaVu's fonts.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { pathToFileURL } from "node:url"
import type { BrowserContextOptions } from "playwright-core"
import { outlookOf } from "../cli/report/outlook.ts"
import { pageOf } from "../cli/report/page/page.ts"
import { previewIn } from "../cli/stack/preview.ts"
import { startChromium } from "../test/support/cli/chromium.ts"
import { reportFleet } from "../test/support/fleets/report-fleet.ts"

const docs = resolve(import.meta.dirname, "../docs")
const pictures: { readonly [name: string]: BrowserContextOptions } = {
  "report-light": { colorScheme: "light", viewport: { width: 1100, height: 800 } },
  "report-dark": { colorScheme: "dark", viewport: { width: 1100, height: 800 } },
  "report-narrow": { colorScheme: "light", viewport: { width: 390, height: 800 } },
}

const { preview } = await reportFleet()
const folder = mkdtempSync(join(tmpdir(), "gatekey-screenshots-"))
const browser = await startChromium()
try {
  const page = join(folder, "report.html")
  writeFileSync(page, pageOf(outlookOf(previewIn(preview))))
  mkdirSync(docs, { recursive: true })
  for (const [name, options] of Object.entries(pictures)) {
    const tab = await browser.newPage(options)
    await tab.goto(pathToFileURL(page).href)
    // The fleet and the findings: enough to see what it is like, in a small file.
    const { y = 0, height = 0 } = (await tab.locator("section").nth(1).boundingBox()) ?? {}
    const { width } = tab.viewportSize() ?? { width: 0 }
    const clip = { x: 0, y: 0, width, height: Math.ceil(y + height) + 16 }
    await tab.screenshot({ path: join(docs, `${name}.png`), fullPage: true, clip })
  }
} finally {
  await browser.close()
  rmSync(folder, { recursive: true })
}
