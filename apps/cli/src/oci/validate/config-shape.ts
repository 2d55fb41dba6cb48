import type { SpecHook, SpecHooks } from "../spec-hooks.ts";
import type { Spec, SpecMount, SpecRoot } from "../spec.ts";
import { idMappings, linuxShape } from "./linux-shape.ts";
import { processShape } from "./process-shape.ts";
import { integer, list, map, record, type Shape, text, yesNo } from "./shape.ts";

const mount = record<SpecMount>(
  {
    destination: text,
    type: text,
    source: text,
    options: list(text),
    uidMappings: idMappings,
    gidMappings: idMappings,
  },
  ["destination"],
);

const hooks = list(
  record<SpecHook>({ path: text, args: list(text), env: list(text), timeout: integer([1, Number.MAX_SAFE_INTEGER]) }, [
    "path",
  ]),
);

/** config-schema.json, of Linux. */
export const configShape: Shape = record<Spec>(
  {
    ociVersion: text,
    root: record<SpecRoot>({ path: text, readonly: yesNo }, ["path"]),
    hostname: text,
    domainname: text,
    process: processShape,
    mounts: list(mount),
    hooks: record<SpecHooks>(
      {
        prestart: hooks,
        createRuntime: hooks,
        createContainer: hooks,
        startContainer: hooks,
        poststart: hooks,
        poststop: hooks,
      },
      [],
    ),
    annotations: map(text),
    linux: linuxShape,
  },
  ["ociVersion"],
);
