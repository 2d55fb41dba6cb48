/** What a filter sees of a call: `struct seccomp_data`, seccomp(2). */
export interface SeccompData {
  readonly arch: number;
  readonly nr: number;
  readonly args?: readonly bigint[];
}

/** Runs classic BPF as the kernel does (kernel/seccomp.c, net/core/filter.c), and returns what it returns. */
export function runBpf(program: Uint8Array, { arch, nr, args = [] }: SeccompData): number {
  const data = new DataView(new ArrayBuffer(64));
  data.setUint32(0, nr, true);
  data.setUint32(4, arch, true);
  for (let index = 0; index < 6; index++) data.setBigUint64(16 + 8 * index, args[index] ?? 0n, true);
  const code = new DataView(program.buffer, program.byteOffset, program.byteLength);
  let accumulator = 0;
  for (let at = 0; at < program.length;) {
    const [op, yes, no, k] = [
      code.getUint16(at, true),
      program[at + 2]!,
      program[at + 3]!,
      code.getUint32(at + 4, true),
    ];
    at += 8;
    if (op === 0x20) accumulator = data.getUint32(k, true);
    else if (op === 0x54) accumulator = (accumulator & k) >>> 0;
    else if (op === 0x05) at += 8 * k;
    else if (op === 0x15) at += 8 * (accumulator === k ? yes : no);
    else if (op === 0x25) at += 8 * (accumulator > k ? yes : no);
    else if (op === 0x35) at += 8 * (accumulator >= k ? yes : no);
    else if (op === 0x06) return k;
    else throw new Error(`unknown instruction ${op} at ${at / 8 - 1}`);
  }
  throw new Error("the program has no end");
}
