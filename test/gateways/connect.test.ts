import { createServer as createHttpServer } from "node:http"
import { type AddressInfo, createServer, type Server } from "node:net"
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest"
import { type WebSocket, WebSocketServer } from "ws"
import { Secret } from "../../core/secret.ts"
import { checkTokenByHttp, checkTokenByWebSocket, type GatewayRoute, openSession } from "../../gateways/gateway.ts"
import { describeVerdict } from "../../gateways/verdict.ts"
import { hostOf } from "../../hosts/index.ts"
import type { ProductName } from "../../products/product.ts"
import { type Gateway, noProduct, startGateway } from "../support/products/gateway.ts"
import { strong } from "../support/tokens.ts"

vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 })

const wayTo = (port: number, product: ProductName = "openclaw"): GatewayRoute => {
  return { product, port, dial: () => hostOf("local").dial("127.0.0.1", port) }
}

describe.each(["openclaw", "clawdbot"] as const)("a real %s", (product) => {
  const missing = noProduct(product)
  if (missing) return void test.skip(missing)
  let gateway: Gateway
  let way: GatewayRoute

  beforeAll(async () => {
    gateway = await startGateway(product)
    way = wayTo(gateway.port, product)
  })
  afterAll(() => gateway?.stop())

  const tokens = { right: () => new Secret(gateway.token), wrong: () => new Secret(strong()), none: () => undefined }
  test.each([
    ["right", "accepted", "accepted"],
    ["wrong", "refused: AUTH_TOKEN_MISMATCH", "refused: AUTH_TOKEN_MISMATCH"],
    ["none", "answers", "answers"],
  ] as const)("a %s token: %s", async (which, words, overHttp) => {
    expect(describeVerdict(await checkTokenByWebSocket(way, tokens[which]()))).toBe(words)
    expect(describeVerdict(await checkTokenByHttp(way, tokens[which]()))).toBe(overHttp)
  })

  test("a session calls methods and leaves no pairing", async () => {
    const { session } = await openSession(way, tokens.right(), ["operator.admin", "operator.pairing"])
    expect(await session?.request("device.pair.list")).toEqual({ pending: [], paired: [] })
    await expect(session?.request("no.such.method")).rejects.toThrow(
      "the gateway refused no.such.method: unknown method",
    )
    session?.close()
    expect((await session?.closed)?.code).toBe(1000)
    await expect(session?.request("health")).rejects.toThrow("closed the connection (1000)")
  })
})

/** Starts a server that ends with the test. */
async function listening(server: Server): Promise<GatewayRoute> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  onTestFinished(() => void server.close())
  return wayTo((server.address() as AddressInfo).port)
}

/** Starts a WebSocket server whose behaviour a test gives. */
async function double(says: (socket: WebSocket) => void): Promise<GatewayRoute> {
  const http = createHttpServer()
  const sockets = new WebSocketServer({ server: http })
  sockets.on("connection", says)
  onTestFinished(() => void sockets.close())
  return listening(http)
}

test.each([
  ["no listener", async () => wayTo(1), "no gateway: connection refused"],
  [
    "a web server",
    () => listening(createHttpServer((_, answer) => answer.writeHead(200, { Server: "nginx/1.22" }).end("hello"))),
    "not a gateway: HTTP 200 from nginx",
  ],
  [
    "a mail server",
    () => listening(createServer((socket) => socket.end("220 mail.example ESMTP\r\n"))),
    "not a gateway: it does not speak HTTP",
  ],
  [
    "a server that closes at once",
    () => listening(createServer((socket) => socket.destroy())),
    "no gateway: the connection was cut",
  ],
  [
    "a gateway that starts",
    () => double((socket) => socket.close(1013, "gateway starting; retry shortly")),
    "starting",
  ],
  ["a gateway that restarts", () => double((socket) => socket.close(1012, "service restart")), "starting"],
  ["a gateway that is killed", () => double((socket) => socket.terminate()), "no gateway: the connection was cut"],
  [
    "a gateway that stops or is overloaded",
    () => listening(createHttpServer((_, answer) => answer.writeHead(503).end())),
    "starting",
  ],
  [
    "a proxy without its server",
    () => listening(createHttpServer((_, answer) => answer.writeHead(503, { Server: "nginx/1.22" }).end())),
    "not a gateway: HTTP 503 from nginx",
  ],
  [
    "another WebSocket server",
    () => double((socket) => socket.close(1008, "who are you")),
    "not a gateway: it closed the connection (1008 who are you)",
  ],
  [
    "a WebSocket server with other messages",
    () =>
      double((socket) => {
        socket.send("[]")
        socket.send("hello")
        socket.close(4000)
      }),
    "not a gateway: it closed the connection (4000)",
  ],
])("reports the verdict on %s", async (_, start, words) => {
  expect(describeVerdict(await checkTokenByWebSocket(await start(), new Secret(strong())))).toBe(words)
})
