import type { IRequestClient } from "@1password/connect"
import { answer, parsed } from "./http.ts"
import { VaultUnreachable } from "./vault.ts"

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
 * @param name of the server, in words, for messages
 * @param patience milliseconds
 */
export function connectHttp(name: string, patience: number): IRequestClient {
  const server = { name, place: "OP_CONNECT_HOST", credential: "OP_CONNECT_TOKEN" }
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
          `${name} does not accept OP_CONNECT_TOKEN; make another: op connect token create gatekey --server NAME --vault VAULT,rw`,
        )
      }
      if (status < 200 || status > 299) throw new Refused(status)
      const body = parsed(text)
      if (typeof body !== "object" || body === null) throw notConnect(name)
      // The client's model does not know `state`: what is archived or deleted would look as if it were in use.
      return { status, data: Array.isArray(body) ? body.filter((each) => !each?.state) : body }
    },
  }
}

export function notConnect(server: string): VaultUnreachable {
  return new VaultUnreachable(`${server} answers something that is not 1Password Connect's; correct OP_CONNECT_HOST`)
}
