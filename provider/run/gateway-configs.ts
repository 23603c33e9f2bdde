/** Why running gateways read other configs than the declared ones, by host, port and config: each is found out once. */
export class GatewayConfigs {
  readonly obstacles = new Map<string, Promise<string | undefined>>()
}
