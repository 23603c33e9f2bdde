/**
 * A stand-in for the plugin of @pulumi/docker 5.2.0, where that cannot be downloaded. What it does it does to a real Docker
 * engine, by the `docker` command. It does as the real one does, where we need it, and refuses what it does not know.
 * Where that is laid down: [bridge] pulumi/pulumi-terraform-bridge v3.137.0, pkg/tfbridge/provider.go; [pulumi]
 * pulumi/pulumi-docker v5, provider/; [tf] kreuzwerker/terraform-provider-docker v4.5.0 (5074970), internal/provider/.
 */
import { listen } from "../serving.ts"
import { serve } from "./protocol.ts"

listen(serve())
