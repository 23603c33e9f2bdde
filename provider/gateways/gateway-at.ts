import type * as v from "valibot"
import { formatNames } from "../../core/content.ts"
import type { SecretField } from "../../gateways/session.ts"
import { credentials } from "../../products/readers.ts"
import { may, need } from "../declare.ts"
import { boolean, digest, host, list, object, oneOf, port, string, strings } from "../kinds.ts"

const place = object("PlaceAt", {
  path: need(string, "The file."),
  locator: need(string, "Where in the file."),
  format: may(oneOf(formatNames), "The format of the file. Default: by the name of the file."),
})

export const gatewayAt = object("GatewayAt", {
  host: need(host, "Its host."),
  port: need(port, "Its TCP port."),
  product: need(string, "The product that it belongs to."),
  tlsFingerprint: may(digest, "The SHA-256 of its certificate in hex, if it speaks TLS."),
  address: may(string, "The address on which it listens on its host. Default: `127.0.0.1`."),
  published: may(
    boolean,
    "The port is published by a container: what comes from the host is not from the gateway's own loopback.",
  ),
  name: may(string, "Its name in the declaration."),
  config: may(string, "Its config file."),
  places: may(list(place, "a list"), "Its declared places, those that override the others first."),
  overwrite: may(boolean, "Its token may be replaced, even if it is not known."),
  mode: may(oneOf(credentials), "The credential that it is declared to accept. Default: `token`."),
  evict: may(strings, "What `pulumi up` stops if it uses the port, such as `docker:NAME`."),
})

/** A gateway on its own host. `as`: how the secret is sent; by default as either, so that the mode does not matter. */
export type GatewayAt = v.InferOutput<typeof gatewayAt> & { readonly as?: SecretField }
