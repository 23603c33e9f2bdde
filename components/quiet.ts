import messages from "@pulumi/pulumi/proto/resource_pb.js"

// The SDK writes each answer of the engine, secrets in the clear, into a debug message, which `--debug`, `up --json` and
// `-v=3` print and keep. Nobody needs the text of an answer.
messages.RegisterResourceResponse.prototype.toString = () => "[answer]"
