import type { IRequestClient } from "@1password/connect"
import { errorCode, inWords } from "../core/errno.ts"
import { VaultUnreachable } from "./vault.ts"

const most = 8 * 1024 * 1024

/** An answer that refuses: what it means depends on what was asked. Its words may repeat a value, and are not kept. */
export class Refused extends Error {
  readonly status: number

  constructor(status: number) {
    super(`${status}`)
    this.status = status
  }
}

/**
 * How the vendor's client asks. Its own way hands on errors that carry the whole request, follows redirections with the
 * token, and loses the status of an answer that is not Connect's.
 * @param server in words, for messages
 * @param patience milliseconds
 */
export function connectHttp(server: string, patience: number): IRequestClient {
  return {
    defaultTimeout: patience,

    /** @throws VaultUnreachable, Refused */
    async request(method, url, { authToken, data }) {
      const { status, text } = await answer(server, url, patience, {
        method: method.toUpperCase(),
        headers: { authorization: `Bearer ${authToken}`, "content-type": "application/json" },
        ...(data !== undefined && { body: JSON.stringify(data) }),
      })
      if (status === 401) {
        throw new VaultUnreachable(
          `${server} does not accept OP_CONNECT_TOKEN; make another: op connect token create gatekey --server NAME --vault VAULT,rw`,
        )
      }
      if (status >= 300 && status < 400) {
        throw new VaultUnreachable(
          `${server} leads elsewhere (${status}), and OP_CONNECT_TOKEN is not sent there; correct OP_CONNECT_HOST`,
        )
      }
      if (status === 429 || status >= 500) {
        throw new VaultUnreachable(`${server} answers ${status}; see its log, and run this again when it works`)
      }
      if (status < 200 || status > 299) throw new Refused(status)
      const body = parsed(text)
      if (typeof body !== "object" || body === null) throw notConnect(server)
      // The client's model does not know `state`: what is archived or deleted would look as if it were in use.
      return { status, data: Array.isArray(body) ? body.filter((each) => !each?.state) : body }
    },
  }
}

export function notConnect(server: string): VaultUnreachable {
  return new VaultUnreachable(`${server} answers something that is not 1Password Connect's; correct OP_CONNECT_HOST`)
}

async function answer(
  server: string,
  url: string,
  patience: number,
  request: RequestInit,
): Promise<{ status: number; text: string }> {
  try {
    // Wherever a redirection leads, the token is not for it.
    const response = await fetch(url, { ...request, redirect: "manual", signal: AbortSignal.timeout(patience) })
    return { status: response.status, text: await textOf(response) }
  } catch (error) {
    const why = (error as Error).name === "TimeoutError" ? `no answer within ${patience / 1000} s` : reason(error)
    throw new VaultUnreachable(
      `${server} cannot be reached (${why}); see that it runs, and that OP_CONNECT_HOST is right`,
    )
  }
}

async function textOf(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ""
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length > most) throw new Error("too long")
  }
  return text + decoder.decode()
}

/** The error of `fetch` itself says nothing; what it carries may be anything. */
function reason(error: unknown): string {
  const { cause } = error as { cause?: unknown }
  const code = errorCode(cause) ?? errorCode(error)
  if (code === "UND_ERR_CONNECT_TIMEOUT") return "timed out"
  return code && !code.startsWith("UND_ERR") ? inWords({ code }) : "the connection was cut"
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text || "null")
  } catch {
    return undefined
  }
}
