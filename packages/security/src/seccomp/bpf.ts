/** linux/bpf_common.h: class, size or operation, mode or source, or-ed. */
const BPF = { LD_W_ABS: 0x20, AND_K: 0x54, JA: 0x05, JEQ_K: 0x15, JGT_K: 0x25, JGE_K: 0x35, RET_K: 0x06 } as const;

/** Offsets in `struct seccomp_data`. */
export const DATA = { nr: 0, arch: 4, args: 16 } as const;

/** Where an instruction is: how many there are from it to the end. */
export type Place = number;

/** How far a comparison may jump, before two long jumps come between; those have no limit. */
const FARTHEST = 0xff - 2;

/**
 * Writes a program of classic BPF, as seccomp(2) takes it, from its end to its start: all jumps go forward, so that their
 * targets are there already. Each method returns the place of what it wrote, which runs on to what was written before.
 */
export class Assembler {
  /** Each `struct sock_filter` of linux/filter.h is two of them: code, jt << 16, jf << 24; and k. */
  #words = new Uint32Array(2 * 1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Loads 4 bytes of `struct seccomp_data`. */
  load(offset: number): Place {
    return this.#put(BPF.LD_W_ABS, offset);
  }

  /** Keeps some bits of what was loaded. */
  and(mask: number): Place {
    return this.#put(BPF.AND_K, mask);
  }

  /** Ends the filter. */
  ret(value: number): Place {
    return this.#put(BPF.RET_K, value);
  }

  jump(target: Place): Place {
    return this.#put(BPF.JA, this.#length - target);
  }

  /** Compares what was loaded with a number, and goes on at one of two places. */
  compare(op: "JEQ_K" | "JGT_K" | "JGE_K", k: number, yes: Place, no: Place): Place {
    const far = this.#length - FARTHEST;
    const nearYes = yes < far ? this.jump(yes) : yes;
    const nearNo = no < far ? this.jump(no) : no;
    return this.#put(BPF[op] + (this.#length - nearYes) * 0x1_0000 + (this.#length - nearNo) * 0x100_0000, k);
  }

  /** The program, an array of `struct sock_filter`. */
  program(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#words.slice(this.#words.length - 2 * this.#length).buffer);
  }

  #put(op: number, k: number): Place {
    this.#length += 1;
    if (2 * this.#length > this.#words.length) {
      const larger = new Uint32Array(2 * this.#words.length);
      larger.set(this.#words, this.#words.length);
      this.#words = larger;
    }
    const at = this.#words.length - 2 * this.#length;
    this.#words[at] = op;
    this.#words[at + 1] = k;
    return this.#length;
  }
}
