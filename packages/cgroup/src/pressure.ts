import type { Current } from "./controller.ts";

/**
 * What processes waited for, Documentation/accounting/psi.rst (Linux 4.20, `irq` 6.1). Only the v2 tree has it, also where
 * the controllers are on v1.
 */
export interface PressureStats {
  readonly cpu?: Pressure;
  readonly memory?: Pressure;
  readonly io?: Pressure;
  readonly irq?: Pressure;
}

/** `some`: at least one process waited; `full`: all that were not idle did at the same time. */
export interface Pressure {
  readonly some?: Stall;
  readonly full?: Stall;
}

/** The share of time in percent, over the last 10, 60 and 300 seconds; and microseconds altogether. */
export interface Stall {
  readonly avg10: number;
  readonly avg60: number;
  readonly avg300: number;
  readonly totalUs: number;
}

/** undefined where the kernel has none, or was booted with `psi=0`. */
export function pressureOf(current: Current): PressureStats | undefined {
  const found = RESOURCES.map((name) => [name, parsePressure(current(`${name}.pressure`))] as const);
  const present = found.filter(([, pressure]) => pressure !== undefined);
  return present.length === 0 ? undefined : Object.fromEntries(present);
}

const RESOURCES = ["cpu", "memory", "io", "irq"] as const;

/** `some avg10=0.00 avg60=0.00 avg300=0.00 total=0`, and a line `full`. */
function parsePressure(text: string | undefined): Pressure | undefined {
  if (text === undefined) return undefined;
  const lines = [...text.matchAll(/^(\w+) avg10=([\d.]+) avg60=([\d.]+) avg300=([\d.]+) total=(\d+)$/gm)];
  return Object.fromEntries(
    lines.map(([, kind, avg10, avg60, avg300, total]) => [
      kind,
      { avg10: Number(avg10), avg60: Number(avg60), avg300: Number(avg300), totalUs: Number(total) },
    ]),
  );
}
