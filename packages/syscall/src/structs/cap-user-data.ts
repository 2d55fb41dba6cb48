import type { Format } from "../signature.ts";
import { type Struct, struct, u32 } from "../struct.ts";
import { CAP } from "../uapi/capability.ts";

/**
 * `struct __user_cap_data_struct[2]`, capget(2), linux/capability.h, as version 3 has it: the lower 32 capabilities of each
 * set, then the upper ones. {@link splitCapabilities} and {@link joinCapabilities} convert it.
 */
export interface CapUserData {
  readonly effective0: number;
  readonly permitted0: number;
  readonly inheritable0: number;
  readonly effective1: number;
  readonly permitted1: number;
  readonly inheritable1: number;
}

/** Capability sets as masks: bit CAP_CHOWN, bit CAP_DAC_OVERRIDE and so on. */
export interface CapabilityMasks {
  readonly effective: bigint;
  readonly permitted: bigint;
  readonly inheritable: bigint;
}

const lower: Format = { flags: masks(0), prefix: "1<<CAP_" };
const upper: Format = { flags: masks(32), prefix: "1<<CAP_" };

export const capUserData: Struct<CapUserData> = struct<CapUserData>(
  "__user_cap_data_struct",
  { effective0: u32, permitted0: u32, inheritable0: u32, effective1: u32, permitted1: u32, inheritable1: u32 },
  {
    effective0: lower,
    permitted0: lower,
    inheritable0: lower,
    effective1: upper,
    permitted1: upper,
    inheritable1: upper,
  },
);

/** Splits masks of 64 bits into the words that capset(2) takes. */
export function splitCapabilities({ effective, permitted, inheritable }: CapabilityMasks): CapUserData {
  return {
    effective0: word(effective, 0n),
    permitted0: word(permitted, 0n),
    inheritable0: word(inheritable, 0n),
    effective1: word(effective, 32n),
    permitted1: word(permitted, 32n),
    inheritable1: word(inheritable, 32n),
  };
}

/** Joins the words that capget(2) gives. */
export function joinCapabilities(data: CapUserData): CapabilityMasks {
  return {
    effective: mask(data.effective0, data.effective1),
    permitted: mask(data.permitted0, data.permitted1),
    inheritable: mask(data.inheritable0, data.inheritable1),
  };
}

function word(capabilities: bigint, shift: bigint): number {
  return Number(BigInt.asUintN(32, capabilities >> shift));
}

function mask(low: number, high: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}

/** The bits of the capabilities from `first` on in their word of 32. */
function masks(first: number): Record<string, number> {
  const inWord = Object.entries(CAP).filter(([, number]) => number >= first && number < first + 32);
  return Object.fromEntries(inWord.map(([name, number]) => [name, 2 ** (number - first)]));
}
