import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { busyboxRoot, temporaryDirectory } from "@wb/testing";
import { runcSpec } from "../runc-spec.ts";

/** A bundle with what `runc spec` writes, all isolation included, whose command is /bin/true. */
export function ociBundle(): Disposable & { readonly path: string } {
  const root = busyboxRoot();
  const directory = temporaryDirectory("wb-bench-bundle-");
  writeFileSync(join(directory.path, "config.json"), JSON.stringify(runcSpec(root.path, ["/bin/true"])));
  return {
    path: directory.path,
    [Symbol.dispose]: () => {
      directory[Symbol.dispose]();
      root[Symbol.dispose]();
    },
  };
}
