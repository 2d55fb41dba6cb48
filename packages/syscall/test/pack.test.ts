import { assert, asyncProperty, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { closeFd } from "../src/close-fd.ts";
import { image } from "../src/image.ts";
import {
  type Instruction,
  type Program,
  address,
  call,
  iovec,
  memory,
  pointer,
  pollfd,
  run,
  spawn,
  step,
  value,
} from "../src/index.ts";
import { pack } from "../src/pack.ts";
import { HEADER, instructionOffset } from "../src/table.ts";
import { capture, captureOutput, exit, finish, memoryFile } from "./support/children.ts";
import { CELLS, evaluate, programOf, routines } from "./support/routines.ts";

function one(...body: readonly Instruction[]): Program {
  return [step("test", body)];
}

describe("pack()", () => {
  test("makes a table of thousands of calls, beyond 64 KiB, whose last call is made", async () => {
    const calls = Array.from({ length: 5000 }, () => call("getppid"));
    const program = [...one(...calls), exit(9)];
    expect(image(pack(program)).length).toBeGreaterThan(5000 * 88);
    expect((await finish(spawn(program))).status).toEqual({ code: 9, signal: null });
    expect(() => run(one(...calls, call("close", -1)))).toThrow("EBADF");
  });

  test.for([
    { a: 7, b: 7, equal: 1, less: 0 },
    { a: 7, b: 8, equal: 0, less: 1 },
    { a: -1, b: 0, equal: 0, less: 1 },
    { a: 2 ** 40, b: 7, equal: 0, less: 0 },
  ])("compares a cell that has $a with one that has $b", ({ a, b, equal, less }) => {
    const result = run(
      one(
        { assign: address("a"), to: a },
        { assign: address("b"), to: b },
        { assign: address("equal"), to: 1 },
        { assign: address("less"), to: 1 },
        { jump: "equal", when: { value: "a", equals: value("b") } },
        { assign: address("equal"), to: 0 },
        { label: "equal" },
        { jump: "less", when: { value: "a", lessThan: value("b") } },
        { assign: address("less"), to: 0 },
        { label: "less" },
      ),
    );
    expect([result.number("equal"), result.number("less")]).toEqual([equal, less]);
  });

  test("keeps a long jump exact", () => {
    const far = Array.from({ length: 3000 }, () => call("close", -1));
    expect(
      run(one({ jump: "far" }, ...far, { label: "far" }, { assign: address("there"), to: 1 })).number("there"),
    ).toBe(1);
  });

  test("takes arguments and an environment of hundreds of kilobytes", async () => {
    const words = Array.from({ length: 4000 }, (_, index) => `word ${index} ${"x".repeat(60)}`);
    const env = ["PATH=/usr/bin:/bin", ...Array.from({ length: 2000 }, (_, index) => `V${index}=${"y".repeat(100)}`)];
    const script = 'echo $# "$4000"; env | grep -c ^V; echo "$V1999"';
    const { stdout } = await capture([], ["/bin/sh", "-c", script, "sh", ...words], { env });
    expect(stdout.split("\n").map((line) => line.length)).toEqual(["4000 word 3999 ".length + 60, 4, 100, 0]);
  });

  test("stores a large memory without content only once it is used", async () => {
    const program = one(
      memory("before", Buffer.from("before\0\0")),
      memory("zeros", 1 << 20),
      memory("after", Buffer.from("after\0\0\0")),
      call("write", value("out"), address("zeros", (1 << 20) - 4096), 4096),
      call("pwrite64", value("out"), address("before"), 6, 0),
      call("pwrite64", value("out"), address("after"), 5, 6),
      call("exit_group", 0),
    );
    const packed = pack(program);
    expect(packed.bytes.length).toBeLessThan(4096);
    expect(packed.zeros).toBeGreaterThanOrEqual(1 << 20);
    const { stdout } = await captureOutput(program, { encoding: "latin1" });
    expect(stdout).toBe("beforeafter".padEnd(4096, "\0"));
  });

  test("gives a large memory of this process zeros as well, and lets calls write into it", () => {
    const results = run(one(memory("zeros", 1 << 20), call("getrandom", address("zeros", 1000), 8, 0)));
    const bytes = results.bytes("zeros", 1 << 20);
    expect(bytes.subarray(1000, 1008).equals(Buffer.alloc(8))).toBe(false);
    expect(Buffer.concat([bytes.subarray(0, 1000), bytes.subarray(1008)]).equals(Buffer.alloc((1 << 20) - 8))).toBe(
      true,
    );
  });

  test("leaves large arguments of bytes where they are for a table of this process, and copies them for an image", () => {
    const [large, small] = [Buffer.alloc(100_000, "x"), Buffer.alloc(1000, "y")];
    const program = one(call("write", 1, large, large.length), call("write", 1, small, small.length));
    const packed = pack(program, { inPlace: true });
    expect(packed.inPlace.map(({ bytes }) => bytes)).toEqual([large]);
    expect(packed.bytes.length).toBeLessThan(3000);
    expect(pack(program)).toMatchObject({ inPlace: [] });
    expect(pack(program).bytes.length).toBeGreaterThan(100_000);
  });

  test("stores each text once", () => {
    const once = pack(one(call("chdir", "/a/long/path/of/a/directory"))).bytes.length;
    const often = pack(one(...Array.from({ length: 10 }, () => call("chdir", "/a/long/path/of/a/directory"))));
    expect(often.bytes.length - once).toBe(9 * (instructionOffset(1) - HEADER.size));
  });

  test.each([
    ["a path", call("chdir", "/etc\0/passwd")],
    ["an argument of execve", call("execve", "/bin/true", ["true", "a\0b"], [])],
    ["the environment", call("execve", "/bin/true", ["true"], ["A=\0"])],
  ])("refuses a NUL byte in %s", (_, made) => {
    expect(() => pack(one(made))).toThrow(
      expect.objectContaining({ name: "TypeError", message: expect.stringContaining("has a NUL byte (step: test)") }),
    );
  });

  test("takes a NUL byte in bytes, which have a length", () => {
    const out = memoryFile();
    expect(
      run(one({ ...call("write", value("out"), Buffer.from("a\0b"), 3), result: "n" }), { inputs: { out } }).number(
        "n",
      ),
    ).toBe(3);
    closeFd(out);
  });

  test("refuses a label that does not exist", () => {
    expect(() => pack(one({ jump: "nowhere" }))).toThrow(new TypeError("no label nowhere in this Program"));
    expect(() => pack(one(), { onError: "nowhere" })).toThrow(new TypeError("no label nowhere in this Program"));
  });

  test("refuses a label that stands twice in one Step", () => {
    expect(() => pack(one({ label: "a" }, { label: "a" }))).toThrow(
      new TypeError("the label a stands twice in the step: test"),
    );
  });

  test("gives each Step labels of its own, also when it stands twice", () => {
    const loop = step("count to three", [
      { assign: address("n"), to: 0 },
      { label: "again" },
      { assign: address("n"), to: value("n"), plus: 1 },
      { assign: address("sum"), to: value("sum"), plus: value("n") },
      { jump: "again", when: { value: "n", lessThan: 3 } },
    ]);
    const other = step("jump over", [{ jump: "again" }, call("close", -1), { label: "again" }]);
    expect(run([...one({ assign: address("sum"), to: 0 }), loop, other, loop]).number("sum")).toBe(12);
  });

  test("lets a Step jump to the only label of that name in another Step, and to none of two", () => {
    const jump = step("jump", [{ jump: "there" }, call("close", -1)]);
    const there = step("there", [{ label: "there" }, { assign: address("reached"), to: 1 }]);
    expect(run([jump, there]).number("reached")).toBe(1);
    expect(() => pack([jump, there, there])).toThrow(new TypeError("the label there stands in more than one step"));
  });

  test("shares a cell that is declared again with the same size, and refuses one that is not the same", () => {
    const use = step("use it", [
      memory("buffer", 64),
      { assign: address("buffer", 56), to: value("buffer", 56), plus: 1 },
    ]);
    expect(run([use, use]).bytes("buffer", 64).readBigInt64LE(56)).toBe(2n);
    expect(() => pack([use, ...one(memory("buffer", 128))])).toThrow(
      new TypeError("the cell buffer is declared in two ways in one Program"),
    );
    expect(() => pack(one(memory("a", Buffer.alloc(8)), memory("a", Buffer.alloc(8))))).toThrow("declared in two ways");
    expect(() => pack(one(memory("failure", 16)))).toThrow("declared in two ways");
  });

  test("refuses a call that the architecture lacks", () => {
    const program = one(call("mkdir", "/tmp/x", 0o755));
    expect(pack(program, { architecture: "x64" }).origins).toHaveLength(1);
    expect(() => pack(program, { architecture: "arm64" })).toThrow(new TypeError("mkdir is no system call of arm64"));
  });

  test.each<[number | bigint, bigint]>([
    [0, 0n],
    [-1, -1n],
    [-1n, -1n],
    [-100, -100n],
    [0x7fff_ffff, 0x7fff_ffffn],
    [0x8000_0000, 0x8000_0000n],
    [0xffff_ffff, 0xffff_ffffn],
    [-0x8000_0000, -0x8000_0000n],
    [-0x8000_0001, -0x8000_0001n],
    [Number.MAX_SAFE_INTEGER, 2n ** 53n - 1n],
    [Number.MIN_SAFE_INTEGER, 1n - 2n ** 53n],
    [2n ** 63n - 1n, 2n ** 63n - 1n],
    [-(2n ** 63n), -(2n ** 63n)],
    [2n ** 64n - 1n, -1n],
    [2n ** 63n, -(2n ** 63n)],
  ])("puts the integer %s into a register as 64 bits", (integer, expected) => {
    const { bytes } = pack(one(call("getpgid", integer)));
    expect(bytes.readBigInt64LE(instructionOffset(0) + 16)).toBe(expected);
    expect(run(one({ assign: address("a"), to: integer })).value("a")).toBe(expected);
  });

  test.each([1.5, Number.NaN, 2 ** 53, 2n ** 64n, -(2n ** 63n) - 1n])(
    "refuses %s, which no register can hold",
    (integer) => {
      expect(() => pack(one(call("getpgid", integer)))).toThrow(RangeError);
    },
  );

  test("writes a struct by its layout, with pointers and cells in its fields", () => {
    const out = memoryFile();
    const text = Buffer.from("from a struct");
    const results = run(
      one(
        { assign: address("length"), to: 6 },
        {
          ...call("writev", value("out"), pointer(iovec, { iov_base: text, iov_len: value("length") }), 1),
          result: "n",
        },
      ),
      { inputs: { out } },
    );
    closeFd(out);
    expect(results.number("n")).toBe(6);
  });

  test("refuses what a narrow field of a struct cannot hold", () => {
    const fd = pointer(pollfd, { fd: value("a cell") });
    expect(() => pack(one(call("ppoll", fd, 1, null, null, 8)))).toThrow(
      new TypeError("struct pollfd: fd has 32 bits, which hold an integer only"),
    );
  });

  test("applies the mask of either term of a sum, and refuses two", () => {
    const cells = [memory("a", Buffer.alloc(8, 0xff)), memory("b", Buffer.alloc(8, 0x11))];
    const masked = value("a", 0, 0xffn);
    expect(run(one(...cells, { assign: address("sum"), to: 1, plus: masked })).value("sum")).toBe(256n);
    expect(run(one(...cells, { assign: address("sum"), to: masked, plus: 1 })).value("sum")).toBe(256n);
    expect(() => pack(one({ assign: address("sum"), to: masked, plus: masked }))).toThrow(
      "only one term of a sum may have a mask",
    );
  });

  test("gives the same bytes for the same Program", () => {
    const program = one(call("chdir", "/x"), memory("m", 10_000), call("read", value("fd"), address("m"), 10));
    expect(pack(program)).toEqual(pack(program));
  });
});

describe("any Program", () => {
  test("gives what its direct evaluation gives, in this thread", () => {
    const fd = memoryFile();
    assert(
      property(routines, (routine) => {
        const results = run(programOf(routine), { inputs: { fd } });
        expect(Object.fromEntries(CELLS.map((cell) => [cell, results.value(cell)]))).toEqual(evaluate(routine));
      }),
      { numRuns: 1000 },
    );
    closeFd(fd);
  });

  test("gives what its direct evaluation gives, in a process", async () => {
    const fd = memoryFile();
    await assert(
      asyncProperty(routines, async (routine) => {
        const write = step(
          "write the cells",
          CELLS.map((cell) => call("write", value("out"), address(cell), 8)),
        );
        const options = { inputs: { fd }, inherit: [fd], encoding: "latin1" } as const;
        const { stdout } = await captureOutput([...programOf(routine), write, exit(0)], options);
        const words = Buffer.from(stdout, "latin1");
        expect(Object.fromEntries(CELLS.map((cell, index) => [cell, words.readBigInt64LE(8 * index)]))).toEqual(
          evaluate(routine),
        );
      }),
      { numRuns: 50 },
    );
    closeFd(fd);
  });
});
