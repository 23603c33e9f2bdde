import { once } from "node:events"
import { readFileSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { createRequire } from "node:module"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import type { AxeResults } from "axe-core"
import type { Browser, BrowserContextOptions, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { outlookOf } from "../../../../cli/report/outlook.ts"
import { pageOf } from "../../../../cli/report/page/page.ts"
import { previewIn } from "../../../../cli/stack/preview.ts"
import { noChromium, startChromium } from "../../../support/cli/chromium.ts"
import { cutInPictures, faintInPictures } from "../../../support/cli/contrast.ts"
import { crowd, handshake, held, place, previewOf, rotated, way } from "../../../support/engine/previews.ts"
import { folder } from "../../../support/hosts/machine.ts"

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")

const hostile = `"><script>window.owned=1</script><img src=x onerror=window.owned=1> </title></style></svg> WWWWWWWWWWWW`
const pages = {
  "a rotation on a bad day": previewOf({
    "Gateway studio": [rotated("studio secret file"), handshake("studio handshake")],
    "Node tw": [
      place("tw config", { warning: "contains another token (fp:77ab01d2); expected nothing. `pulumi up` removes it" }),
      way("tw handshake"),
    ],
    "Node mini": [rotated("mini config"), way("mini handshake", "accepted", { op: "update" })],
    "Node attic": [way("attic handshake", "no gateway: connection refused", { op: "update" })],
    "Node new": [
      place("new config", { op: "create", news: held }),
      way("new handshake", "", { op: "create", news: { host: "local", port: 18789, from: "local" } }),
    ],
    "Container old": [place("old compose environment", { op: "delete" })],
  }),
  "a failed preview": previewOf({}, [{ type: "Preflight", name: "preflight", error: "cannot be used:\n  a\n  b" }]),
  "nothing to do": previewOf({ "Gateway studio": [handshake("studio handshake")] }),
  "a crowd": crowd(60),
  "hostile names": crowd(5, hostile),
}
const each = Object.keys(pages) as (keyof typeof pages)[]

describe.skipIf(noChromium)(`the page in a real browser [${noChromium ?? "Chromium"}]`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startChromium()
  })
  afterAll(() => browser?.close())

  /** Opened from a file, as a user does; `told` is all that went to the console or over the network. */
  async function open(text: string, options: BrowserContextOptions = {}): Promise<{ page: Page; told: string[] }> {
    const file = join(folder(), "page.html")
    writeFileSync(file, text)
    const context = await browser.newContext(options)
    onTestFinished(() => context.close())
    const page = await context.newPage()
    const told: string[] = []
    const url = pathToFileURL(file).href
    page.on("console", (message) => told.push(`console: ${message.text()}`))
    page.on("pageerror", (error) => told.push(`error: ${error.message}`))
    page.on("request", (request) => {
      if (request.url() !== url) told.push(`request: ${request.url()}`)
    })
    await page.goto(url)
    return { page, told }
  }
  const shown = (name: keyof typeof pages, options?: BrowserContextOptions) =>
    open(pageOf(outlookOf(previewIn(pages[name]))), options)

  const looks = each.flatMap((name) => (["light", "dark"] as const).map((colorScheme) => [name, colorScheme] as const))
  test.each(looks)(
    "%s, %s: accessible, every contrast high enough, nothing asked for or complained of",
    async (name, colorScheme) => {
      const { page, told } = await shown(name, { colorScheme })
      await page.evaluate(axe)
      const { violations, passes } = await page.evaluate<AxeResults>("axe.run()")
      const problems = violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => [id, html, failureSummary]),
      )
      expect(problems).toEqual([])
      expect(passes.map(({ id }) => id)).toContain("color-contrast")
      const { faint, seen } = await page.evaluate<{ faint: string[]; seen: number }>(faintInPictures)
      expect(faint).toEqual([])
      if (name !== "a failed preview") expect(seen).toBeGreaterThan(8)
      const background = await page.evaluate<string>("getComputedStyle(document.body).backgroundColor")
      expect(background).toBe(colorScheme === "light" ? "rgb(246, 247, 249)" : "rgb(14, 18, 23)")
      expect(told).toEqual([])
    },
  )

  test.each(each)("%s: nothing is cut or needs sideways scrolling, down to 320 pixels", async (name) => {
    for (const width of [320, 719, 720, 1280]) {
      const { page } = await shown(name, { viewport: { width, height: 800 } })
      const scrolls = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
      expect(await page.evaluate(scrolls), `${width} pixels`).toBe(0)
      expect(await page.evaluate(cutInPictures), `${width} pixels`).toEqual([])
      const pictures = await page.locator(".fleet:visible").count()
      expect(pictures).toBe(name === "a failed preview" ? 0 : 1)
    }
  })

  test("hostile names are text, and run nothing", async () => {
    const { page, told } = await shown("hostile names")
    expect(await page.evaluate("window.owned")).toBeUndefined()
    expect(await page.locator("script, img, iframe, [onerror]").count()).toBe(0)
    expect(await page.locator("h2 + ul b").first().textContent()).toContain("<script>window.owned=1</script>")
    expect(told).toEqual([])
  })

  test("even markup that came in would run and load nothing, as the page's policy forbids it", async () => {
    const asked: string[] = []
    const server = createServer(({ url = "" }, answer) => {
      asked.push(url)
      answer.end()
    }).listen(0, "127.0.0.1")
    await once(server, "listening")
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    const to = `http://127.0.0.1:${port}`
    const injected = `<script>window.owned=1</script><img src="${to}/img" onerror="window.owned=1"><script src="${to}/script"></script><link rel="stylesheet" href="${to}/css"><style>main{display:none}</style><form action="${to}/form"><input name="a"></form>`
    const text = pageOf(outlookOf(previewIn(pages["nothing to do"]))).replace("</main>", `${injected}</main>`)
    const done = async (text: string) => {
      const { page, told } = await open(text)
      const [owned, visible] = [await page.evaluate("window.owned"), await page.locator("main").isVisible()]
      await page.evaluate("document.forms[0].requestSubmit()")
      await expect.poll(() => [...told, ...asked].filter((each) => /form-action|^.form/.test(each))).toHaveLength(1)
      return { owned, visible, asked: asked.splice(0) }
    }
    expect(await done(text)).toEqual({ owned: undefined, visible: true, asked: [] })
    const without = text.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, "")
    const all = expect.arrayContaining(["/css", "/form?a=", "/img", "/script"])
    expect(await done(without)).toEqual({ owned: 1, visible: false, asked: all })
  })

  test("the keyboard alone reaches everything, in order, and leaves again", async () => {
    const { page } = await shown("a rotation on a bad day")
    const focused = () =>
      page.evaluate<string>(`(() => {
        const { tagName, id, textContent } = document.activeElement
        if (tagName === "BODY") return "nothing"
        const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement)
        const box = document.activeElement.getBoundingClientRect()
        const visible = outlineStyle === "solid" && outlineWidth === "3px" && box.width > 20 && box.height > 10
        return (id || textContent.slice(0, 8)) + (visible ? "" : ", not visible")
      })()`)
    const press = async (key: string) => {
      await page.keyboard.press(key)
      return focused()
    }
    expect(await press("Tab")).toBe("Skip to ")
    expect(await press("Enter")).toMatch(/^report/)
    expect(await press("Tab")).toBe("As text:")
    const list = page.locator(".members")
    expect(await list.isVisible()).toBe(true)
    await page.keyboard.press("Enter")
    expect(await list.isVisible()).toBe(false)
    await page.keyboard.press("Space")
    expect(await list.isVisible()).toBe(true)
    expect(await press("Tab")).toBe("nothing")
    expect(await press("Shift+Tab")).toBe("As text:")
  })

  test("a screen reader hears landmarks, headings, the picture's words, and a table that stays one when it is stacked", async () => {
    for (const width of [320, 1280]) {
      const { page } = await shown("a rotation on a bad day", { viewport: { width, height: 800 } })
      const heard = await heardOn(page)
      const of = (role: string) => heard.filter((each) => each.role === role).map(({ name }) => name)
      expect([of("banner"), of("main"), of("contentinfo")].map(({ length }) => length)).toEqual([1, 1, 1])
      const sections = ["Fleet", "Findings", "Places that change", "Created", "Removed"]
      expect(of("region")).toEqual(sections)
      expect(of("heading")).toEqual(["2 places change, 2 created, 1 removed, 2 findings", ...sections])
      expect(of("image")).toEqual([expect.stringMatching(/^The fleet 1 gateway, 4 nodes, 1 container: 1 broken, /)])
      expect(of("listitem").length).toBeGreaterThan(15)
      expect(of("table")).toEqual(["Places that change"])
      expect(of("columnheader")).toEqual(["place", "before", "after", "why"])
      expect(of("rowheader")).toEqual(["studio secret file", "mini config"])
      expect(of("cell")).toHaveLength(6)
      expect(of("StaticText").join(" ").replace(/\s+/g, " ")).toContain("broken attic node on ssh://me@tw.local")
    }
  })

  test("it prints: in light colours, with the list unfolded, in full width, and on as few pages as it needs", async () => {
    const { page } = await shown("a crowd", { colorScheme: "dark", viewport: { width: 400, height: 800 } })
    await page.emulateMedia({ media: "print", colorScheme: "dark" })
    expect(await page.evaluate("getComputedStyle(document.querySelector('h2')).color")).toBe("rgb(28, 33, 40)")
    expect(await page.locator(".fleet.wide").isVisible()).toBe(true)
    expect(await page.evaluate("document.querySelector('.members').getBoundingClientRect().height")).toBeGreaterThan(
      1000,
    )
    const pdf = await page.pdf({ format: "A4", preferCSSPageSize: true })
    expect(pdf.subarray(0, 5).toString()).toBe("%PDF-")
    const sheets = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0
    expect(sheets).toBeGreaterThan(2)
    expect(sheets).toBeLessThan(12)
    expect(pdf.length).toBeGreaterThan(20_000)
  })

  test("nothing on it moves", async () => {
    const { page } = await shown("a crowd", { reducedMotion: "no-preference" })
    expect(await page.evaluate("document.getAnimations().length")).toBe(0)
  })

  test("forced colours keep every outline, line and mark", async () => {
    const { page } = await shown("a rotation on a bad day", { forcedColors: "active", colorScheme: "dark" })
    const { faint, seen } = await page.evaluate<{ faint: string[]; seen: number }>(faintInPictures)
    expect(seen).toBeGreaterThan(8)
    expect(faint).toEqual([])
  })
})

/** The accessibility tree that the browser gives to screen readers, without what it hides from them. */
async function heardOn(page: Page): Promise<{ role: string; name: string }[]> {
  const session = await page.context().newCDPSession(page)
  const { nodes } = await session.send("Accessibility.getFullAXTree")
  return nodes
    .filter(({ ignored }) => !ignored)
    .map(({ role, name }) => ({ role: String(role?.value), name: String(name?.value ?? "").trim() }))
}
