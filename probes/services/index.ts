import { container } from "./container/container.ts"
import { launchd } from "./launchd/launchd.ts"
import type { Manager, ManagerName } from "./manager.ts"
import { process } from "./process/process.ts"
import { systemd } from "./systemd/systemd.ts"

export const managers: { readonly [name in ManagerName]: Manager } = { launchd, systemd, process, container }
