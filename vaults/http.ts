import { isRunOver, registerWork } from "../core/ending.ts"
import { describeErrno, errorCode } from "../core/errno.ts"
import { VaultUnreachable } from "./vault.ts"

const maxBytes = 8 * 1024 * 1024

/** A server and the variables that set it, for messages. */
export interface VaultServer {
  /** `1Password Connect at https://connect.example` */
  readonly name: string
  /** The variable of its address. */
  readonly place: string
  readonly credential: string
}

/**
 * Sends a request. A failure of the server and a redirection, to which the credential is not sent, are errors.
 * @param timeout milliseconds
 * @throws VaultUnreachable
 */
export async function sendRequest(
  server: VaultServer,
  url: string,
  timeout: number,
  request: RequestInit,
): Promise<{ status: number; text: string }> {
  const { status, text } = await fetchText(server, url, timeout, request)
  if (status >= 300 && status < 400) {
    throw new VaultUnreachable(
      `${server.name} redirects (${status}), and ${server.credential} is not sent to another address; correct ${server.place}`,
    )
  }
  if (status === 429 || status >= 500) {
    throw new VaultUnreachable(`${server.name} answers ${status}; see its log, then run this again`)
  }
  return { status, text }
}

/** Parses the URL of a server. @throws VaultUnreachable without the value, which may contain a password */
export function parseServerUrl(text: string, variable: string, example: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    throw new VaultUnreachable(`${variable} is not a valid URL; expected one such as ${example}`)
  }
  if (!url.pathname.endsWith("/")) url.pathname += "/"
  return url
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text || "null")
  } catch {
    return undefined
  }
}

async function fetchText(server: VaultServer, url: string, timeout: number, request: RequestInit) {
  const abort = new AbortController()
  // A cancelled run does not interrupt a write.
  const unregister = registerWork(() => abort.abort(), request.method !== "GET")
  if (isRunOver()) abort.abort()
  try {
    const signal = AbortSignal.any([AbortSignal.timeout(timeout), abort.signal])
    const response = await fetch(url, { ...request, redirect: "manual", signal })
    return { status: response.status, text: await readBody(response, server) }
  } catch (error) {
    if (error instanceof VaultUnreachable) throw error
    if (abort.signal.aborted) throw new VaultUnreachable(`${server.name}: the run was ended before it answered`)
    const reason =
      (error as Error).name === "TimeoutError" ? `no answer within ${timeout / 1000} s` : describeFetchError(error)
    throw new VaultUnreachable(`${server.name} cannot be reached (${reason}); check that it runs, and ${server.place}`)
  } finally {
    unregister()
  }
}

async function readBody(response: Response, server: VaultServer): Promise<string> {
  const decoder = new TextDecoder()
  let text = ""
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length > maxBytes) {
      throw new VaultUnreachable(`${server.name} answers more than ${maxBytes / 1_048_576} MB; correct ${server.place}`)
    }
  }
  return text + decoder.decode()
}

/** Describes the cause of a `fetch` error, whose own message is empty. */
function describeFetchError(error: unknown): string {
  const { cause } = error as { cause?: unknown }
  const code = errorCode(cause) ?? errorCode(error)
  if (code === "UND_ERR_CONNECT_TIMEOUT") return "timed out"
  return code && !code.startsWith("UND_ERR") ? describeErrno({ code }) : "the connection was cut"
}
