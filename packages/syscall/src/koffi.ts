/** The only module that loads koffi, the foreign function interface. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type * as Koffi from "koffi";

export type { Koffi };

/**
 * Loads koffi's native library. Its JavaScript wrapper takes half as long to load as Node itself and adds only deprecated
 * names, so the library is opened where the wrapper would find it; where it is elsewhere (musl), the wrapper is asked.
 */
export function loadKoffi(): typeof Koffi {
  const require = createRequire(import.meta.url);
  const target = `linux_${process.arch}`;
  const native = join(
    dirname(require.resolve("koffi")),
    `../@koromix/koffi-linux-${process.arch}`,
    target,
    "koffi.node",
  );
  try {
    return require(native) as typeof Koffi;
  } catch {
    return require("koffi") as typeof Koffi;
  }
}
