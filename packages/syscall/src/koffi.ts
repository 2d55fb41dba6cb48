/** The only module that loads koffi, the foreign function interface. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import type * as Koffi from "koffi";

export type { Koffi };

/**
 * Loads koffi's native library. Its JavaScript wrapper takes half as long to load as Node itself and adds only deprecated
 * names, so the library is opened where the wrapper would find it; where it is elsewhere (musl), the wrapper is asked.
 */
export function loadKoffi(): typeof Koffi {
  const library = { exports: {} };
  try {
    process.dlopen(library, nativeLibrary());
    return library.exports as typeof Koffi;
  } catch {
    return createRequire(import.meta.filename)("koffi") as typeof Koffi;
  }
}

/**
 * The library beside the koffi that an import would find; the kernel follows `koffi`, which may be a link. Node's own
 * search for it and then for the library takes 6 ms, this and dlopen 1.
 */
function nativeLibrary(): string {
  const beside = `node_modules/koffi/../@koromix/koffi-linux-${process.arch}/linux_${process.arch}/koffi.node`;
  let directory = import.meta.dirname;
  while (directory !== "/" && !existsSync(`${directory}/${beside}`)) directory = dirname(directory);
  return `${directory}/${beside}`;
}
