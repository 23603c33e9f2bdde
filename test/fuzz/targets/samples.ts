/** What the tools print, shortened: `launchctl print`, `systemctl show`, and the Docker Engine API. */
export const launchdPrint: readonly string[] = [
  "gui/501/ai.openclaw.gateway = {",
  "\tactive count = 1",
  "\tpath = /Users/a/Library/LaunchAgents/ai.openclaw.gateway.plist",
  "\tstate = running",
  "",
  "\targuments = {",
  "\t\t/opt/homebrew/bin/node",
  "\t\t--token",
  "\t\tx",
  "\t}",
  "\tenvironment = {",
  "\t\tOPENCLAW_GATEWAY_TOKEN => secret",
  "\t\tXPC_SERVICE_NAME => ai.openclaw.gateway",
  "\t}",
  "\truns = 2",
  "\tpid = 17594",
  "\tlast exit code = 78: EX_CONFIG",
  "\tproperties = keepalive | runatload",
  "}",
].map((line) => `print ${line}`)

export const systemdShow: readonly string[] = [
  ...["LoadState=loaded", "ActiveState=active", "SubState=running", "MainPID=77", "NeedDaemonReload=no", "NRestarts=1"],
  ...["ExecMainCode=1", "ExecMainStatus=3", "Result=success", "Restart=always", "StartLimitBurst=5", "Job=0"],
  'Environment=A=b "OPENCLAW_GATEWAY_TOKEN=two words"',
  "ExecStart={ path=/usr/bin/node ; argv[]=/usr/bin/node x --token y ; ignore_errors=no ; pid=0 ; code=(null) }",
].map((line) => `show ${line}`)

export const dockerJson: string = JSON.stringify([
  {
    Id: "0123456789ab".repeat(5),
    Name: "/gw",
    Path: "openclaw",
    Args: ["gateway", "run", "--token", "x"],
    Config: { Image: "openclaw:1", Env: ["OPENCLAW_GATEWAY_TOKEN=x", "PATH=/bin"], Labels: { a: "b" } },
    State: { Status: "running", Running: true },
    HostConfig: {
      NetworkMode: "bridge",
      PortBindings: { "18789/tcp": [{ HostIp: "127.0.0.1", HostPort: "18789" }] },
      RestartPolicy: { Name: "unless-stopped" },
    },
    NetworkSettings: { Ports: { "18789/tcp": [{ HostIp: "0.0.0.0", HostPort: "18789" }] } },
  },
])
