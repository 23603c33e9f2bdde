/**
 * How a guard hands a client on. `named`: with the client's address and identity, which a gateway refuses unless it trusts the
 * guard. `plain`: without both, as a client on the gateway's own host.
 */
export type Forwarding = "named" | "plain"
