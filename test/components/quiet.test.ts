import "../../components/quiet.ts"
import messages from "@pulumi/pulumi/proto/resource_pb.js"
import jspb from "google-protobuf"
import structs from "google-protobuf/google/protobuf/struct_pb.js"
import { expect, test } from "vitest"
import { strong } from "../support/tokens.ts"

test("an answer of the engine does not show its content as a string", () => {
  const value = strong()
  const answer = new messages.RegisterResourceResponse()
  answer.setUrn("urn:pulumi:test::gatekey::gatekey:index:Token::token")
  answer.setObject(structs.Struct.fromJavaScript({ value }))
  expect(jspb.Message.prototype.toString.call(answer)).toContain(value)
  expect([answer.toString(), `${answer}`, String(answer)]).toEqual(["[answer]", "[answer]", "[answer]"])
})
