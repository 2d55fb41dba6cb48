/** `sigset_t` of the kernel: a bit for each signal. */
export function signalSet(signals: readonly number[]): Buffer {
  const set = Buffer.alloc(8);
  set.writeBigUInt64LE(signals.reduce((bits, signal) => bits | (1n << BigInt(signal - 1)), 0n));
  return set;
}
