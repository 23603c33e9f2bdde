/**
 * A stand-in for the plugin `onepassword` 1.1.3, where that cannot be downloaded. It asks a Connect server, so an item is
 * really there. It does as the real one does, where we need it, and refuses what it does not know.
 * The sources that it follows: [tf] 1Password/terraform-provider-onepassword v2.1.2, internal/; [sdk] its client,
 * 1Password/connect-sdk-go v1.5.3, connect/client.go; [pulumi] 1Password/pulumi-onepassword v1.1.3, provider/resources.go;
 * [bridge] pulumi/pulumi-terraform-bridge v3.89.1, pf/tfbridge/ and unstable/logging/.
 */
import grpc from "@grpc/grpc-js"
import engineService from "@pulumi/pulumi/proto/engine_grpc_pb.js"
import engineMessages from "@pulumi/pulumi/proto/engine_pb.js"
import { listen } from "../serving.ts"
import { serve } from "./server.ts"

const address = process.argv.slice(2).find((word) => !word.startsWith("-"))
const engine = address && new engineService.EngineClient(address, grpc.credentials.createInsecure())

/**
 * Logs at Terraform's level INFO: [bridge] logging.go shows ERROR alone, unless TF_LOG says otherwise.
 */
function logInfo(urn: string, line: string): Promise<void> {
  if (!/^(?:TRACE|DEBUG|INFO)$/i.test(process.env.TF_LOG ?? "") || !engine) return Promise.resolve()
  const request = new engineMessages.LogRequest()
  request.setSeverity(engineMessages.LogSeverity.INFO).setUrn(urn).setMessage(line)
  return new Promise((done) => engine.log(request, () => done()))
}

listen(serve(logInfo))
