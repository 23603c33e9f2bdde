import { Activity } from "./activity.ts"
import { Authorities } from "./authorities.ts"
import { Causes } from "./causes.ts"
import { Claims } from "./claims.ts"
import { EngineCommand } from "./command.ts"
import { Devices } from "./devices.ts"
import { GatewayConfigs } from "./gateway-configs.ts"
import { Gateways } from "./gateways.ts"
import { Lagging } from "./lagging.ts"
import { Members } from "./members.ts"
import { Places } from "./places.ts"
import { Reports } from "./reports.ts"
import { Staged } from "./staged.ts"
import { Tokens } from "./tokens.ts"
import { Troubles } from "./troubles.ts"
import { Trusts } from "./trusts.ts"

/** What one run of the engine has found and done. `serve` makes it, and every request carries it. */
export class Run {
  readonly activity = new Activity()
  readonly authorities = new Authorities()
  readonly causes = new Causes()
  readonly claims = new Claims()
  readonly command = new EngineCommand()
  readonly devices = new Devices()
  readonly gatewayConfigs = new GatewayConfigs()
  readonly gateways = new Gateways()
  readonly lagging = new Lagging()
  readonly members = new Members()
  readonly places = new Places()
  readonly reports = new Reports()
  readonly staged = new Staged()
  readonly tokens = new Tokens()
  readonly troubles = new Troubles()
  readonly trusts = new Trusts()
}
