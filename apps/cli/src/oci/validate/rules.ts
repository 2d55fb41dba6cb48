import { OCI_VERSION } from "../oci-version.ts";
import type { Spec } from "../spec.ts";
import type { Problem } from "./config-error.ts";
import { hookRules } from "./hook-rules.ts";
import { linuxRules } from "./linux-rules.ts";
import { mountRules } from "./mount-rules.ts";
import { namespaceRules } from "./namespace-rules.ts";
import { processRules } from "./process-rules.ts";
import { quote } from "./quote.ts";
import { seccompRules } from "./seccomp-rules.ts";
import { sysctlRules } from "./sysctl-rules.ts";

/** What the schema cannot say: rules between fields, of the specification's text, and of what runc and the kernel take. */
export function configRules(spec: Spec): Problem[] {
  return [
    ...generalRules(spec),
    ...(spec.process === undefined ? [] : processRules(spec.process, "process")),
    ...mountRules(spec),
    ...hookRules(spec.hooks ?? {}),
    ...namespaceRules(spec),
    ...linuxRules(spec.linux ?? {}),
    ...sysctlRules(spec),
    ...(spec.linux?.seccomp === undefined ? [] : seccompRules(spec.linux.seccomp)),
  ];
}

function generalRules({ ociVersion, root }: Spec): Problem[] {
  return [
    ...(VERSION.test(ociVersion)
      ? []
      : [
          {
            path: "ociVersion",
            message: `${quote(ociVersion)} is none that this runtime knows: a version 1.x.y was expected`,
            remedy: `${OCI_VERSION} is the newest version that it knows, and it reads all of 1.x`,
          },
        ]),
    ...(root === undefined ? [{ path: "root", message: "missing: the container's root directory was expected" }] : []),
  ];
}

/** The specification's are compatible within 1.x, https://semver.org. */
const VERSION = /^1\.\d{1,9}\.\d{1,9}([-+][0-9A-Za-z.+-]+)?$/;
