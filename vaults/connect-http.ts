import type { IRequestClient } from "@1password/connect"
import { parseJson, sendRequest } from "./http.ts"
import { VaultUnreachable } from "./vault.ts"

/** An answer with an error status, whose meaning depends on the request. Its body may quote a value, so it is dropped. */
export class ConnectRefusal extends Error {
  readonly status: number

  constructor(status: number) {
    super(`${status}`)
    this.status = status
  }
}

/**
 * Creates the HTTP client for the vendor's client. The vendor's own one throws errors that contain the whole request, follows
 * redirections with the token, and loses the status of an answer that is not Connect's.
 * @param name the server's description, for messages
 * @param timeout milliseconds
 */
export function createConnectHttp(name: string, timeout: number): IRequestClient {
  const server = { name, place: "OP_CONNECT_HOST", credential: "OP_CONNECT_TOKEN" }
  return {
    defaultTimeout: timeout,

    /** @throws VaultUnreachable, Refused */
    async request(method, url, { authToken, data }) {
      const { status, text } = await sendRequest(server, url, timeout, {
        method: method.toUpperCase(),
        headers: { authorization: `Bearer ${authToken}`, "content-type": "application/json" },
        ...(data !== undefined && { body: JSON.stringify(data) }),
      })
      if (status === 401) {
        throw new VaultUnreachable(
          `${name} does not accept OP_CONNECT_TOKEN; create another: op connect token create gatekey --server NAME --vault VAULT,rw`,
        )
      }
      if (status < 200 || status > 299) throw new ConnectRefusal(status)
      const body = parseJson(text)
      if (typeof body !== "object" || body === null) throw notConnectError(name)
      // The client's model drops `state`: an archived or deleted item would look as if it were in use.
      return { status, data: Array.isArray(body) ? body.filter((each) => !each?.state) : body }
    },
  }
}

export function notConnectError(server: string): VaultUnreachable {
  return new VaultUnreachable(`${server} is not a 1Password Connect server; correct OP_CONNECT_HOST`)
}
