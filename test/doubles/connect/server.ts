/**
 * Stands in for a 1Password Connect server. It follows the published description of its API, version 1.7.1 (openapi in
 * github.com/1Password/connect, docs/openapi/spec.yaml), and for what that leaves open 1Password's own clients:
 * connect-sdk-js (filters by `title`), connect-sdk-go, terraform-provider-onepassword (409 at simultaneous changes).
 * There are no ETags; an item has a `version`. Files are left out.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { Faults, type Planned } from "./faults.ts"
import { Items } from "./items.ts"
import { type Access, type Answer, answerTo, refusal } from "./routes.ts"

export interface Options {
  /** Names. Default: `Home`. */
  readonly vaults?: readonly string[]
  readonly access: readonly Access[]
}

export interface Connect {
  readonly url: string
  readonly items: Items
  readonly faults: Faults
  /** `GET /v1/vaults 200`, the newest last. */
  readonly requests: string[]
  stop(): Promise<void>
}

/** On the loopback, at a port that is free. */
export async function startConnect({ vaults = ["Home"], access: first }: Options): Promise<Connect> {
  const access = [...first]
  const items = new Items()
  for (const name of vaults) items.addVault(name)
  const faults = new Faults()
  const requests: string[] = []
  const server = createServer(async (request, response) => {
    const { method = "GET", url = "/" } = request
    const body = await bodyOf(request)
    response.on("close", () => requests.push(`${method} ${url} ${response.headersSent ? response.statusCode : "-"}`))
    if (await controlled(url, body, { faults, requests, access }, response)) return
    if (await faults.strike(method, url, response)) return
    send(response, answer(items, access, request, body))
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    items,
    faults,
    requests,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function answer(items: Items, all: readonly Access[], request: IncomingMessage, text: string): Answer {
  const url = new URL(request.url ?? "/", "http://localhost")
  if (url.pathname === "/heartbeat") return { status: 200, body: "." }
  if (url.pathname === "/health") {
    return {
      status: 200,
      body: { name: "1Password Connect API", version: "1.7.1", dependencies: [{ service: "sync", status: "ACTIVE" }] },
    }
  }
  const access = all.find(({ token }) => request.headers.authorization === `Bearer ${token}`)
  if (!access)
    return refusal(
      401,
      request.headers.authorization ? "Invalid token signature" : "Authentication: Invalid bearer token",
    )
  try {
    return answerTo(items, { method: request.method ?? "GET", url, body: text ? JSON.parse(text) : undefined, access })
  } catch {
    return refusal(400, "Invalid request body")
  }
}

/** For a test whose server is a process of its own, and for `op`, which creates tokens: the rest is the description's. */
async function controlled(
  url: string,
  body: string,
  { faults, requests, access }: Control,
  response: ServerResponse,
): Promise<boolean> {
  if (!url.startsWith("/double/")) return false
  if (url === "/double/faults") {
    faults.clear()
    faults.plan(...(JSON.parse(body) as Planned[]))
  }
  if (url === "/double/access") access.push(JSON.parse(body) as Access)
  send(response, { status: 200, body: requests })
  return true
}

interface Control {
  readonly faults: Faults
  readonly requests: readonly string[]
  /** Those that may ask from now on. */
  readonly access: Access[]
}

function send(response: ServerResponse, { status, body, headers }: Answer): void {
  const isText = typeof body === "string"
  response.writeHead(status, { "content-type": isText ? "text/plain" : "application/json", ...headers })
  response.end(body === undefined ? undefined : isText ? body : JSON.stringify(body))
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ""
  for await (const chunk of request) text += chunk
  return text
}
