import grpc from "@grpc/grpc-js"
import messages from "@pulumi/pulumi/proto/provider_pb.js"
import status from "@pulumi/pulumi/proto/status_pb.js"
import any from "google-protobuf/google/protobuf/any_pb.js"
import { encode } from "../../../provider/wire.ts"
import { method as plainMethod } from "../serving.ts"
import { HalfMade } from "./kind.ts"

/** One method of the protocol. */
export function method<Request, Response>(
  work: (request: Request) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return plainMethod(work, metadata)
}

/** [bridge] `initializationError`: the engine learns what there is although it failed. */
function metadata(error: unknown): grpc.Metadata {
  const metadata = new grpc.Metadata()
  if (!(error instanceof HalfMade)) return metadata
  const detail = new messages.ErrorResourceInitFailed()
  detail.setId(error.made.id)
  detail.setProperties(encode(error.made.state))
  detail.setReasonsList([error.message])
  const packed = new any.Any()
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed")
  const told = new status.Status()
  told.setCode(grpc.status.UNKNOWN)
  told.setMessage(error.message)
  told.addDetails(packed)
  metadata.add("grpc-status-details-bin", Buffer.from(told.serializeBinary()))
  return metadata
}
