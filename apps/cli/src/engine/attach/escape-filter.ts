import type { TypedFilter } from "../../runtime/flow.ts";

/**
 * Looks for the keys by which one detaches. What may be their beginning is held back until the next key tells; what comes behind them is
 * not passed on.
 */
export function escapeFilter(keys: Buffer): TypedFilter {
  let held = 0;
  return (bytes) => {
    const passed: Buffer[] = [];
    for (const byte of bytes) {
      if (held > 0 && byte !== keys[held]) {
        passed.push(keys.subarray(0, held));
        held = 0;
      }
      if (byte !== keys[held]) {
        passed.push(Buffer.of(byte));
        continue;
      }
      held += 1;
      if (held === keys.length) return { bytes: Buffer.concat(passed), isDetached: true };
    }
    return { bytes: Buffer.concat(passed), isDetached: false };
  };
}
