/** Runs a BPF program of the instructions that deviceProgram() uses, as the kernel would; others are an error. */
export function runBpf(program: Uint8Array, context: Uint8Array): number {
  const code = new DataView(program.buffer, program.byteOffset, program.byteLength);
  const memory = new DataView(context.buffer, context.byteOffset, context.byteLength);
  const registers = Array.from({ length: 11 }, () => 0);
  for (let at = 0, steps = 0; steps < 10_000; at++, steps++) {
    const offset = at * 8;
    const opcode = code.getUint8(offset);
    const destination = code.getUint8(offset + 1) & 15;
    const source = code.getUint8(offset + 1) >> 4;
    const jump = code.getInt16(offset + 2, true);
    const immediate = code.getInt32(offset + 4, true);
    const value = registers[destination]!;
    if (opcode === 0x61) {
      if (source !== 1) throw new Error(`instruction ${at} reads from r${source}, which holds no context`);
      registers[destination] = memory.getUint32(jump, true);
    } else if (opcode === 0xbc) registers[destination] = registers[source]! >>> 0;
    else if (opcode === 0xb7) registers[destination] = immediate;
    else if (opcode === 0x54) registers[destination] = (value & immediate) >>> 0;
    else if (opcode === 0x74) registers[destination] = value >>> immediate;
    else if (opcode === 0x15) at += value === immediate ? jump : 0;
    else if (opcode === 0x55) at += value === immediate ? 0 : jump;
    else if (opcode === 0x95) return registers[0]!;
    else throw new Error(`instruction ${at} has the opcode 0x${opcode.toString(16)}`);
  }
  throw new Error("the program does not end");
}

/** `struct bpf_cgroup_dev_ctx`. */
export function deviceContext(type: "b" | "c", major: number, minor: number, access: number): Uint8Array {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32LE(((access << 16) | (type === "b" ? 1 : 2)) >>> 0, 0);
  bytes.writeUInt32LE(major, 4);
  bytes.writeUInt32LE(minor, 8);
  return bytes;
}
