import { endsWithRun, isRunOver } from "../core/ending.ts"
import { describeErrno, errorCode } from "../core/errno.ts"
import { VaultUnreachable } from "./vault.ts"

const most = 8 * 1024 * 1024

/** Who is asked, in words for messages. */
export interface Server {
  /** `1Password Connect at https://connect.example` */
  readonly name: string
  /** The variables that lead to it. */
  readonly place: string
  readonly credential: string
}

/**
 * An answer that says something of what was asked: neither an error of the server's own nor a redirection, which the
 * credential does not follow.
 * @param patience milliseconds
 * @throws VaultUnreachable
 */
export async function answer(
  server: Server,
  url: string,
  patience: number,
  request: RequestInit,
): Promise<{ status: number; text: string }> {
  const { status, text } = await fetched(server, url, patience, request)
  if (status >= 300 && status < 400) {
    throw new VaultUnreachable(
      `${server.name} leads elsewhere (${status}), and ${server.credential} is not sent there; correct ${server.place}`,
    )
  }
  if (status === 429 || status >= 500) {
    throw new VaultUnreachable(`${server.name} answers ${status}; see its log, and run this again when it works`)
  }
  return { status, text }
}

/** @throws VaultUnreachable; never with the text, which may hold a password */
export function serverUrl(text: string, variable: string, example: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    throw new VaultUnreachable(`${variable} is no URL such as ${example}; correct it`)
  }
  if (!url.pathname.endsWith("/")) url.pathname += "/"
  return url
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text || "null")
  } catch {
    return undefined
  }
}

async function fetched(server: Server, url: string, patience: number, request: RequestInit) {
  const ending = new AbortController()
  // What writes is not cut short by a cancelled run.
  const forget = endsWithRun(() => ending.abort(), request.method !== "GET")
  if (isRunOver()) ending.abort()
  try {
    const signal = AbortSignal.any([AbortSignal.timeout(patience), ending.signal])
    const response = await fetch(url, { ...request, redirect: "manual", signal })
    return { status: response.status, text: await textOf(response, server) }
  } catch (error) {
    if (error instanceof VaultUnreachable) throw error
    if (ending.signal.aborted) throw new VaultUnreachable(`${server.name}: the run was ended before it answered`)
    const why = (error as Error).name === "TimeoutError" ? `no answer within ${patience / 1000} s` : reason(error)
    throw new VaultUnreachable(
      `${server.name} cannot be reached (${why}); see that it runs, and that ${server.place} is right`,
    )
  } finally {
    forget()
  }
}

async function textOf(response: Response, server: Server): Promise<string> {
  const decoder = new TextDecoder()
  let text = ""
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length > most) {
      throw new VaultUnreachable(`${server.name} answers more than ${most / 1_048_576} MB; correct ${server.place}`)
    }
  }
  return text + decoder.decode()
}

/** The error of `fetch` itself says nothing; what it carries may be anything. */
function reason(error: unknown): string {
  const { cause } = error as { cause?: unknown }
  const code = errorCode(cause) ?? errorCode(error)
  if (code === "UND_ERR_CONNECT_TIMEOUT") return "timed out"
  return code && !code.startsWith("UND_ERR") ? describeErrno({ code }) : "the connection was cut"
}
