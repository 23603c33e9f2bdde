/** What runs in the folder of a proxy. */
export interface ProxySnapshot {
  /** `unknown`: it cannot be asked, as the host has no perl. */
  readonly process: "running" | "none" | "unknown"
  /** Of the program on the PATH; absent if there is none. */
  readonly version?: string
  /** Of the configuration that the process runs with. */
  readonly stamp?: string
}
