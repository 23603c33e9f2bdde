import * as v from "valibot"
import { roles } from "../products/product.ts"
import { listener, whereabouts } from "./member-schema.ts"
import { oneOfShapes, optional, optionalList, required, strictMapping } from "./shapes.ts"
import * as values from "./values.ts"

const composed = strictMapping({
  ...whereabouts,
  name: required(values.label, "The container's own name, such as `clawdbot-gateway-secure`.", {
    example: "clawdbot-gateway-secure",
  }),
  compose: required(
    strictMapping({
      file: required(values.path, "The Compose file: absolute, or `~/…`. The `.env` beside it is checked too.", {
        example: "~/clawdbot/docker-compose.yml",
      }),
      service: required(values.label, "The service in it that runs the container.", { example: "gateway" }),
    }),
    "The Compose project that runs it.",
  ),
  must: optional(
    values.oneOf(["token", "nothing"]),
    "What the service's environment must contain: `token` or `nothing` (a retired container).",
    { default: "`token`" },
  ),
  overwrite: optional(values.boolean, "Overwrite unknown live values at the first `up`.", { default: "false" }),
})
const volume = strictMapping({
  source: required(values.line, "An absolute folder on the host, or the name of a Docker volume.", {
    example: "/srv/models",
  }),
  target: required(values.folder, "The absolute path in the container.", { example: "/models" }),
  readOnly: optional(values.boolean, "It is mounted read-only.", { default: "false" }),
})
const made = strictMapping({
  host: required(values.host, "Whose Docker engine runs it: `local`, or `ssh://[user@]name[:port]`."),
  product: optional(values.product, "`openclaw` or `clawdbot`.", { default: "`openclaw`" }),
  name: required(
    values.label,
    "The container's own name, such as `openclaw-gateway`. No other container may have it.",
    { example: "openclaw-gateway" },
  ),
  role: required(values.oneOf(roles), "What runs in it: a `gateway`, or a `node`, which needs a `command`."),
  image: required(
    values.line,
    "The image, such as `ghcr.io/openclaw/openclaw:2026.9.1`. A moving tag is not followed: name a version.",
    { example: "ghcr.io/openclaw/openclaw:2026.9.1" },
  ),
  pull: optional(values.boolean, "An image that is not on the host is pulled before anything is stopped.", {
    default: "true",
  }),
  data: required(
    values.folder,
    "The absolute folder on the host with its config and state, such as `/srv/openclaw`; it must be there.",
  ),
  port: optional(values.port, "The host's port of a gateway.", { default: "the product's" }),
  bind: optional(values.line, "The host's address that the port is published on.", {
    default: "`127.0.0.1`, for this host alone",
    example: "192.168.1.10",
  }),
  guarded: optional(
    values.boolean,
    "`bind` may be an address that other hosts reach, since a proxy with TLS, a firewall or a VPN protects it.",
    { default: "false" },
  ),
  user: optional(values.line, "The user in the container, such as `1000:1000`; it must own what is in `data`.", {
    default: "the image's",
    example: "1000:1000",
  }),
  command: optionalList(values.line, "The program in the container and its arguments, none of them a secret.", {
    default: "the product's gateway",
    example: ["node", "dist/index.js", "gateway"],
  }),
  networks: optionalList(values.label, "Docker networks, by name, in place of the default one.", { example: ["home"] }),
  volumes: optionalList(volume, "Further mounts.", { default: "none" }),
  environment: optional(
    v.record(values.variable, values.line, "expected a mapping from variables to strings, none of them a secret"),
    "Further variables, none of them a secret.",
    { example: { TZ: "Europe/Berlin" } },
  ),
  restart: optional(values.oneOf(["no", "on-failure", "always", "unless-stopped"]), "When the engine restarts it.", {
    default: "`unless-stopped`",
  }),
  ...listener,
  overwrite: optional(
    values.boolean,
    "Replace a container of this name that gatekey did not make, and unknown live values.",
    { default: "false" },
  ),
})
/** Accepts a container of a Compose project, or one made from an image: chosen by most of its keys, as one may be misspelt. */
export const container = oneOfShapes([composed, made], (input) => {
  const known = (schema: typeof composed | typeof made) =>
    Object.keys(Object(input)).filter((key) => Object.hasOwn(schema.pipe[0].entries, key)).length
  return known(made) > known(composed) ? 1 : 0
})
