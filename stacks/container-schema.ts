import * as v from "valibot"
import { roles } from "../products/product.ts"
import { listener, whereabouts } from "./member-schema.ts"
import { list, may, need, oneOfThese, strict } from "./shapes.ts"
import * as is from "./values.ts"

const composed = strict({
  ...whereabouts,
  name: need(is.label, "The container's own name, such as `clawdbot-gateway-secure`."),
  compose: need(
    strict({
      file: need(is.path, "The Compose file: absolute, or `~/…`. The `.env` beside it is checked too."),
      service: need(is.label, "The service in it that runs the container."),
    }),
    "The Compose project that runs it.",
  ),
  must: may(
    is.oneOf(["token", "nothing"]),
    "What the service's environment must contain: `token` or `nothing` (a retired container). Default: `token`.",
  ),
  overwrite: may(is.flag, "Overwrite unknown live values at the first `up`. Default: false."),
})
const volume = strict({
  source: need(is.words, "An absolute folder on the host, or the name of a Docker volume."),
  target: need(is.folder, "The absolute path in the container."),
  readOnly: may(is.flag, "It is mounted read-only. Default: false."),
})
const made = strict({
  host: need(is.host, "Whose Docker engine runs it: `local`, or `ssh://[user@]name[:port]`."),
  product: may(is.product, "`openclaw` or `clawdbot`. Default: `openclaw`."),
  name: need(is.label, "The container's own name, such as `openclaw-gateway`. No other container may have it."),
  role: need(is.oneOf(roles), "What runs in it: a `gateway`, or a `node`, which needs a `command`."),
  image: need(
    is.words,
    "The image, such as `ghcr.io/openclaw/openclaw:2026.9.1`. A moving tag is not followed: name a version.",
  ),
  pull: may(is.flag, "An image that is not on the host is pulled before anything is stopped. Default: true."),
  data: need(
    is.folder,
    "The absolute folder on the host with its config and state, such as `/srv/openclaw`; it must be there.",
  ),
  port: may(is.port, "The host's port of a gateway. Default: the product's."),
  bind: may(is.words, "The host's address that the port is published on. Default: `127.0.0.1`, for this host alone."),
  guarded: may(
    is.flag,
    "`bind` may be an address that other hosts reach, since a proxy with TLS, a firewall or a VPN protects it. Default: false.",
  ),
  user: may(
    is.words,
    "The user in the container, such as `1000:1000`; it must own what is in `data`. Default: the image's.",
  ),
  command: list(
    is.words,
    "The program in the container and its arguments, none of them a secret. Default: the product's gateway.",
  ),
  networks: list(is.label, "Docker networks, by name, in place of the default one."),
  volumes: list(volume, "Further mounts. Default: none."),
  environment: may(
    v.record(is.variable, is.words, "expected a mapping from variables to strings, none of them a secret"),
    "Further variables, none of them a secret.",
  ),
  restart: may(
    is.oneOf(["no", "on-failure", "always", "unless-stopped"]),
    "When the engine restarts it. Default: `unless-stopped`.",
  ),
  ...listener,
  overwrite: may(
    is.flag,
    "Replace a container of this name that gatekey did not make, and unknown live values. Default: false.",
  ),
})
/** Accepts a container of a Compose project, or one made from an image: chosen by most of its keys, as one may be misspelt. */
export const container = oneOfThese([composed, made], (input) => {
  const known = (schema: typeof composed | typeof made) =>
    Object.keys(Object(input)).filter((key) => Object.hasOwn(schema.pipe[0].entries, key)).length
  return known(made) > known(composed) ? 1 : 0
})
