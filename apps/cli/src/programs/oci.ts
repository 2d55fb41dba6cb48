import { start } from "../main.ts";

/** `wb oci`, which engines start for every change of a container. */
start({
  oci: async (args) => (await import("../oci/main.ts")).ociCommand(args),
});
