import type { Spec, SpecMount } from "../spec.ts";
import type { Problem } from "./config-error.ts";
import { idMappingRules } from "./id-mapping-rules.ts";

/** Rules of mounts. A destination that is not absolute is a warning: see `specWarnings`. */
export function mountRules({ mounts = [] }: Spec): Problem[] {
  return mounts.flatMap((mount, index) => mappingRules(mount, `mounts[${index}]`));
}

/** mount_setattr(2): an idmapped mount has both kinds of ids. */
function mappingRules({ uidMappings, gidMappings }: SpecMount, path: string): Problem[] {
  const isBoth = (uidMappings === undefined) === (gidMappings === undefined);
  const [given, other] = uidMappings === undefined ? ["gidMappings", "uidMappings"] : ["uidMappings", "gidMappings"];
  return [
    ...(isBoth ? [] : [{ path: `${path}.${other}`, message: `missing: it was expected beside ${given}` }]),
    ...idMappingRules(uidMappings, `${path}.uidMappings`),
    ...idMappingRules(gidMappings, `${path}.gidMappings`),
  ];
}
