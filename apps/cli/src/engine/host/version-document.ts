import { release } from "node:os";
import manifest from "../../../package.json" with { type: "json" };
import { OCI_VERSION } from "../../oci/oci-version.ts";

/** What docker version has, by docker's names. There is no daemon: what stands for it is the same program. */
export function versionDocument(): object {
  const { version } = manifest;
  const [Os, Arch] = [process.platform, ARCHITECTURES[process.arch] ?? process.arch];
  return {
    Client: { Version: version, Os, Arch, Context: "default" },
    Server: {
      Platform: { Name: "" },
      Components: [
        { Name: "Engine", Version: version, Details: {} },
        { Name: "wb-oci", Version: version, Details: { OCI: OCI_VERSION } },
        { Name: "Node.js", Version: process.version, Details: {} },
      ],
      Version: version,
      Os,
      Arch,
      KernelVersion: release(),
    },
  };
}

/** Go's names. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "amd64" };
