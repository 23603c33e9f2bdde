import { describe, expect, test } from "vitest"
import { rules } from "../../policy/rules/index.ts"
import { keepAlive } from "../../policy/rules/keep-alive.ts"
import { unpinnedImage } from "../../policy/rules/unpinned-image.ts"
import { copyKnown } from "../../policy/subject.ts"
import { clawdbot } from "../../products/clawdbot.ts"
import { messagesOf, ours, subject } from "./subjects.ts"

describe("keep-alive", () => {
  const why = clawdbot.roles.node.keepAlive
  const service = (props: object) => ours("Service", { manager: "launchd", keepAlive: why, ...props })
  const container = (props: object) =>
    ours("Incarnation", { variable: clawdbot.variable, restart: "no", ports: [], ...props })

  test.each([
    ["a LaunchAgent", service({ keepsAlive: false }), "set KeepAlive true in its property list"],
    ["a unit", service({ keepsAlive: false, manager: "systemd" }), "set Restart=always in its unit"],
    ["a container that is not started again", container({}), "declare restart: unless-stopped"],
    [
      "a container that is only after an error",
      container({ restart: "on-failure" }),
      "declare restart: unless-stopped",
    ],
  ])("reports %s", (_, one, words) => {
    expect(messagesOf(keepAlive, [one])).toEqual([expect.stringContaining(`${why}: ${words}`)])
  })

  test.each([
    ["one that is kept running", service({ keepsAlive: true })],
    ["one of which that is not known", service({})],
    ["one that need not be", service({ keepAlive: undefined, keepsAlive: false })],
    ["a container that is started again", container({ restart: "unless-stopped" })],
    ["a container of which that is not declared", container({ restart: undefined })],
    ["a container of a gateway", container({ ports: ["127.0.0.1:18789->18789"] })],
    ["an openclaw node's container", container({ variable: "OPENCLAW_GATEWAY_TOKEN" })],
    ["another's", subject("docker:index/container:Container", { restart: "no", keepsAlive: false, keepAlive: why })],
  ])("accepts %s", (_, one) => {
    expect(messagesOf(keepAlive, [one])).toEqual([])
  })
})

describe("unpinned-image", () => {
  const digest = `sha256:${"fedcba9876543210".repeat(4)}`
  const kinds = [
    (image: string) => subject("docker:index/container:Container", { image }),
    (name: string) => subject("docker:index/remoteImage:RemoteImage", { name }),
    (image: string) => ours("Incarnation", { image }),
  ]

  test.each([
    ["openclaw", /no tag/],
    ["ghcr.io/openclaw/openclaw", /no tag/],
    ["registry.local:5000/openclaw", /no tag/],
    ["openclaw:latest", /a tag that moves/],
    ["openclaw:main", /moves/],
    ["openclaw:2026.9", /moves/],
    ["openclaw:24", /moves/],
    ["openclaw:stable-2026.9.1", /moves/],
    ["registry.local:5000/openclaw:edge", /moves/],
    ["openclaw:2026.9.1", /a tag, which can be moved/],
    ["openclaw:v2026.9.1-slim", /can be moved/],
    ["openclaw@sha256:0123", /no tag/],
    [`openclaw:${digest.slice(7)}`, /moves/],
  ])("reports %s", (image, words) => {
    for (const kind of kinds) expect(messagesOf(unpinnedImage, [kind(image)])).toEqual([expect.stringMatching(words)])
  })

  test.each([`openclaw@${digest}`, `ghcr.io/openclaw/openclaw:2026.9.1@${digest}`, digest, digest.slice(7)])(
    "accepts %s",
    (image) => {
      for (const kind of kinds) expect(messagesOf(unpinnedImage, [kind(image)])).toEqual([])
    },
  )

  test("with accept: version, accepts a complete version as the tag, and rejects a shorter one", () => {
    const with_ = (image: string) =>
      messagesOf(
        unpinnedImage,
        kinds.slice(0, 1).map((kind) => kind(image)),
        { accept: "version" },
      )
    expect(with_("openclaw:2026.9.1")).toEqual([])
    expect(with_("openclaw:v1.2.3-alpine")).toEqual([])
    for (const image of ["openclaw", "openclaw:latest", "openclaw:1.2"]) expect(with_(image)).toHaveLength(1)
  })

  test("reports each image once, and ignores images of other providers", () => {
    expect(
      messagesOf(
        unpinnedImage,
        kinds.map((kind) => kind("openclaw:latest")),
      ),
    ).toHaveLength(1)
    expect(messagesOf(unpinnedImage, [subject("docker:index/image:Image", { imageName: "mine:latest" })])).toEqual([])
    expect(messagesOf(unpinnedImage, [subject("aws:ec2/instance:Instance", { image: "ami:latest" })])).toEqual([])
  })
})

test("omits a value that the preview does not know yet, and keeps all others", () => {
  const throws = () => {
    throw new Error("can't be known during preview")
  }
  const props = Object.defineProperty({ a: [1, { b: "x" }], deep: {} }, "c", { enumerable: true, get: throws })
  Object.defineProperty(props.deep, "d", { enumerable: true, get: throws })
  expect(copyKnown(props)).toEqual({ a: [1, { b: "x" }], deep: {} })
})

test("every policy has a unique name and a description", () => {
  expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length)
  for (const { name, description } of rules)
    expect([name, description]).toEqual([expect.stringMatching(/^[a-z-]+$/), expect.stringMatching(/^[A-Z].*\.$/)])
})
