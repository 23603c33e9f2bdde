// A stand-in for the plugin `command` 1.2.1 of pulumi/pulumi-command, for machines that cannot download it: it runs real
// commands, in a real shell and over a real ssh. What it does besides is what the sources at the tag v1.2.1 say, and
// those of pulumi/pulumi-go-provider at v1.3.0 ("infer"), which it is built on; each file names them.
import grpc from "@grpc/grpc-js"
import engineService from "@pulumi/pulumi/proto/engine_grpc_pb.js"
import engineMessages from "@pulumi/pulumi/proto/engine_pb.js"
import { listen } from "../serving.ts"
import { serve } from "./server.ts"

const address = process.argv.slice(2).find((word) => !word.startsWith("-"))
const engine = address && new engineService.EngineClient(address, grpc.credentials.createInsecure())

/** util/util.go, LogOutput: each line is a status message of severity info. */
function log(urn: string, line: string): Promise<void> {
  const request = new engineMessages.LogRequest()
  request.setSeverity(engineMessages.LogSeverity.INFO).setEphemeral(true).setUrn(urn).setMessage(line)
  return new Promise((done) => (engine ? engine.log(request, () => done()) : done()))
}

listen(serve(log))
