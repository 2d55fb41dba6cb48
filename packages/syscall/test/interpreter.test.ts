import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { requires } from "@wb/testing";
import { describe, expect, test } from "vitest";
import { generateInterpreter } from "../../../tools/generate-interpreter.ts";
import type { Architecture } from "../src/architecture.ts";
import { setInputs } from "../src/cells.ts";
import { closeFd } from "../src/close-fd.ts";
import {
  type Argument,
  type Instruction,
  type Program,
  MAP,
  PROT,
  address,
  call,
  ignoring,
  into,
  memory,
  run,
  step,
  value,
} from "../src/index.ts";
import { INTERPRETER } from "../src/interpreter.generated.ts";
import { pack } from "../src/pack.ts";
import { HEADER, instructionIndex } from "../src/table.ts";
import { memoryFile } from "./support/children.ts";
import { makeFail } from "./support/errno-filter.ts";
import { execute, executeAfter } from "./support/images.ts";

const generated = fileURLToPath(new URL("../src/interpreter.generated.ts", import.meta.url));

describe("INTERPRETER", () => {
  requires("command:as", "command:aarch64-linux-gnu-as")("has the bytes that the assembly files give", () => {
    expect(readFileSync(generated, "utf8")).toBe(generateInterpreter());
  });

  requires("command:as", "command:aarch64-linux-gnu-as")("is what tools/generate-interpreter.ts prints", () => {
    const tool = fileURLToPath(new URL("../../../tools/generate-interpreter.ts", import.meta.url));
    expect(execFileSync(process.execPath, [tool], { encoding: "utf8" })).toBe(readFileSync(generated, "utf8"));
  });

  test.each(["x64", "arm64"] as const)(
    "of %s stays small, and the entry of the C function lies in it",
    (architecture) => {
      const { code, run: entry } = INTERPRETER[architecture];
      expect(code.length / 2).toBeLessThan(512);
      expect(entry).toBeGreaterThan(0);
      expect(entry).toBeLessThan(code.length / 2);
    },
  );
});

/** A Program without its end, and what its cells hold then. */
interface Case {
  readonly title: string;
  readonly body: readonly Instruction[];
  readonly cells: Readonly<Record<string, bigint>>;
}

const FD = value("out");
const getpgidOf = call("getpgid", -1); // ESRCH, 3
const SIGN = 1n << 63n;

const cases: readonly Case[] = [
  {
    title: "CALL keeps a result",
    body: [into("written", call("write", FD, "abcde", 5))],
    cells: { written: 5n },
  },
  {
    title: "CALL passes six arguments and a result of 64 bits, which a later call takes",
    body: [
      into("page", call("mmap", null, 4096, PROT.READ | PROT.WRITE, MAP.PRIVATE | MAP.ANONYMOUS, -1, 0)),
      into("written", call("write", FD, value("page"), 16)),
      into("unmapped", call("munmap", value("page"), 4096)),
    ],
    cells: { written: 16n, unmapped: 0n },
  },
  {
    title: "CALL reads any of its six arguments from cells",
    body: [
      into("file", call("memfd_create", "test", 0)),
      call("pwrite64", value("file"), "text", 4, 4096),
      memory("pipe", 8),
      call("pipe2", address("pipe"), 0),
      { assign: address("reader"), to: value("pipe", 0, 0xffff_ffffn) },
      { assign: address("writer"), to: value("pipe", 4, 0xffff_ffffn) },
      ...["address", "length", "protection", "flags", "offset", "right"].map((cell, index): Instruction => ({
        assign: address(cell),
        to: [0, 4096, PROT.READ, MAP.PRIVATE, 4096, 0][index] ?? 0,
      })),
      // A bit for each argument: whether it comes from a cell.
      ...Array.from({ length: 64 }, (_, bits): Instruction[] => {
        const pick = (bit: number, cell: string, integer: number): Argument =>
          (bits & bit) === 0 ? integer : value(cell);
        return [
          into(
            "page",
            call(
              "mmap",
              pick(1, "address", 0),
              pick(2, "length", 4096),
              pick(4, "protection", PROT.READ),
              pick(8, "flags", MAP.PRIVATE),
              // The file descriptor is known as a cell alone: a part of it takes an ADD.
              (bits & 16) === 0 ? value("file", 0, 0xffff_ffffn) : value("file"),
              pick(32, "offset", 4096),
            ),
          ),
          call("write", value("writer"), value("page"), 4),
          memory("text", 8),
          call("read", value("reader"), address("text"), 4),
          { jump: `wrong ${bits}`, when: { value: "text", mask: 0xffff_ffffn, lessThan: 0x7478_6574 } },
          { assign: address("right"), to: value("right"), plus: 1 },
          { label: `wrong ${bits}` },
          call("munmap", value("page"), 4096),
        ];
      }).flat(),
      ...["file", "reader", "writer"].map((cell) => call("close", value(cell))),
    ],
    cells: { right: 64n, text: 0x7478_6574n },
  },
  {
    title: "CALL leaves the cell of a call that was not made at -1",
    body: [{ jump: "on" }, into("skipped", call("getuid")), { label: "on" }],
    cells: { skipped: -1n },
  },
  { title: "CALL ignores one error", body: [into("r", ignoring(call("close", -1), "EBADF"))], cells: { r: -9n } },
  {
    title: "CALL ignores any of several errors",
    body: [
      into("a", ignoring(call("close", -1), "ENOENT", "EBADF", "ENOTSOCK")),
      into("b", ignoring(call("chdir", "/nowhere"), "ENOENT", "EBADF", "ENOTSOCK")),
      into("c", ignoring(call("listen", FD, 1), "ENOENT", "EBADF", "ENOTSOCK")),
    ],
    cells: { a: -9n, b: -2n, c: -88n },
  },
  {
    title: "CALL ignores every error",
    body: [into("a", ignoring(getpgidOf)), into("b", ignoring(call("listen", FD, 1)))],
    cells: { a: -3n, b: -88n },
  },
  {
    title: "CALL ignores an error above 63",
    body: [into("r", ignoring(call("socket", 99, 1, 0), "EAFNOSUPPORT"))],
    cells: { r: -97n },
  },
  {
    title: "JEQ goes on when the values differ, and jumps when they are the same",
    body: [
      memory("a", word(5n)),
      ...jumpTable("a", [
        { equals: 4n },
        { equals: 5n },
        { equals: -5n },
        { equals: 5n | SIGN },
        { equals: 5n + (1n << 32n) },
      ]),
    ],
    cells: { a: 5n, t0: 0n, t1: 1n, t2: 0n, t3: 0n, t4: 0n },
  },
  {
    title: "JEQ compares what the mask leaves",
    body: [
      memory("a", word(0x1234_5678_9abc_def0n)),
      ...jumpTable("a", [
        { equals: 0x9abc_def0n, mask: 0xffff_ffffn },
        { equals: 0x1234_5678_9abc_def0n, mask: 0xffff_ffffn },
        { equals: 0n, mask: 0n },
        { equals: 0n, mask: SIGN },
      ]),
    ],
    cells: { t0: 1n, t1: 0n, t2: 1n, t3: 1n },
  },
  {
    title: "JEQ reads at an offset",
    body: [
      memory("a", Buffer.concat([word(7n), word(-9n)])),
      { assign: address("t"), to: 0 },
      { jump: "yes", when: { value: "a", offset: 8, equals: -9 } },
      { jump: "no" },
      { label: "yes" },
      { assign: address("t"), to: 1 },
      { label: "no" },
    ],
    cells: { t: 1n },
  },
  {
    title: "JLT compares with signs",
    body: [
      memory("a", word(-2n)),
      ...jumpTable("a", [
        { lessThan: -1n },
        { lessThan: -2n },
        { lessThan: -3n },
        { lessThan: 0n },
        { lessThan: (1n << 63n) - 1n },
        { lessThan: -SIGN },
      ]),
    ],
    cells: { t0: 1n, t1: 0n, t2: 0n, t3: 1n, t4: 1n, t5: 0n },
  },
  {
    title: "JLT compares what the mask leaves",
    body: [
      memory("a", word(-2n)),
      ...jumpTable("a", [
        { lessThan: 0n, mask: 0xffff_ffffn },
        { lessThan: 0xffff_ffffn, mask: 0xffff_ffffn },
        { lessThan: 0xffff_fffen, mask: 0xffff_ffffn },
      ]),
    ],
    cells: { t0: 0n, t1: 1n, t2: 0n },
  },
  {
    title: "ADD sums 64 bits, with carry and overflow",
    body: [
      memory("a", word(0xffff_ffffn)),
      memory("b", word((1n << 63n) - 1n)),
      { assign: address("carry"), to: value("a"), plus: 1 },
      { assign: address("overflow"), to: value("b"), plus: value("carry") },
      { assign: address("negative"), to: value("a"), plus: -0x1_0000_0000 },
      { assign: address("constant"), to: -3, plus: 1n },
    ],
    cells: {
      carry: 0x1_0000_0000n,
      overflow: BigInt.asIntN(64, (1n << 63n) - 1n + 0x1_0000_0000n),
      negative: -1n,
      constant: -2n,
    },
  },
  {
    title: "ADD masks the first term alone",
    body: [
      memory("a", word(-1n)),
      { assign: address("low"), to: value("a", 0, 0xffn), plus: value("a") },
      { assign: address("second"), to: value("pair", 4, 0xffff_ffffn) },
      memory("pair", Buffer.concat([word(0x0000_0007_ffff_ffffn), word(-1n)])),
    ],
    cells: { low: 254n, second: 7n },
  },
  {
    title: "ADD passes a part of a result on",
    body: [
      memory("pipe", 8),
      call("pipe2", address("pipe"), 0),
      into("written", call("write", value("pipe", 4, 0xffff_ffffn), "xyz", 3)),
      memory("text", 8),
      into("read", call("read", value("pipe", 0, 0xffff_ffffn), address("text"), 8)),
      call("close", value("pipe", 0, 0xffff_ffffn)),
      call("close", value("pipe", 4, 0xffff_ffffn)),
    ],
    cells: { written: 3n, read: 3n, text: 0x7a_7978n },
  },
  {
    title: "a loop sums the numbers below eleven",
    body: [
      { assign: address("sum"), to: 0 },
      { assign: address("n"), to: 0 },
      { label: "again" },
      { assign: address("sum"), to: value("sum"), plus: value("n") },
      { assign: address("n"), to: value("n"), plus: 1 },
      { jump: "again", when: { value: "n", lessThan: 11 } },
    ],
    cells: { sum: 55n, n: 11n },
  },
];

describe("the interpreter, in this thread:", () => {
  test.each(cases)("$title", ({ body, cells }) => {
    const out = memoryFile();
    const results = run([step("test", body)], { inputs: { out } });
    closeFd(out);
    expect(Object.fromEntries(Object.keys(cells).map((cell) => [cell, results.value(cell)]))).toEqual(cells);
  });
});

for (const architecture of ["x64", "arm64"] as const) {
  const able = requires(...(process.arch === architecture ? [] : ([`command:${emulatorName(architecture)}`] as const)));

  describe(`the interpreter, in a process, ${architecture}:`, () => {
    for (const { title, body, cells } of cases) {
      able(title, () => {
        const names = Object.keys(cells);
        const { status, stdout } = executeBody(
          [...body, ...names.map((cell) => call("write", FD, address(cell), 8))],
          architecture,
        );
        expect(status).toBe(0);
        const words = stdout.subarray(-8 * names.length);
        expect(Object.fromEntries(names.map((name, index) => [name, words.readBigInt64LE(8 * index)]))).toEqual(cells);
      });
    }

    able("CALL writes, and ends the process", () => {
      const { status, stdout } = execute(
        packFor([call("write", FD, "hello\n", 6), call("exit_group", 7)], architecture),
        architecture,
      );
      expect(stdout.toString()).toBe("hello\n");
      expect(status).toBe(7);
    });

    able("has zeros behind the file's end", () => {
      const { stdout } = executeBody(
        [memory("zeros", 1 << 20), call("write", FD, address("zeros"), 1 << 20)],
        architecture,
      );
      expect(stdout.equals(Buffer.alloc(1 << 20))).toBe(true);
    });

    // One whose bit lies in the other word, at the same place: 88 is 24 + 64.
    able.for([
      ["EMFILE", call("listen", FD, 1), -88],
      ["ENOTSOCK", call("close", -1), -9],
      ["EBADFD", call("close", -1), -9],
      [undefined, call("chdir", "/nowhere"), -2],
    ] as const)("a call that fails with another error than %s goes to the handler", ([ignored, made, errno]) => {
      const failing = ignored === undefined ? made : ignoring(made, ignored);
      const { status, stdout } = executeBody(
        [call("getuid"), failing, call("write", FD, "not reached", 11)],
        architecture,
      );
      expect(status).toBe(99);
      expect(instructionOf(stdout)).toEqual({ index: 1, errno });
    });

    // 128, 130 and 133 have the bits of 0, 2 and 5 in the table's 128.
    able.for([
      ["EKEYREVOKED", 128, -128],
      ["EOWNERDEAD", 130, -130],
      ["EHWPOISON", 133, -133],
      [undefined, 131, -131],
      [undefined, 4095, -4095],
    ] as const)("CALL ignores %s, or any error, of number %i above 127", async ([name, errno, result]) => {
      const made = name === undefined ? ignoring(getpgidOf) : ignoring(getpgidOf, name);
      const packed = packFor(
        [into("r", made), call("write", FD, address("r"), 8), call("exit_group", 0)],
        architecture,
      );
      const { stdout, status } = await executeAfter([makeFail("getpgid", errno)], packed, architecture);
      expect({ status, result: Buffer.from(stdout, "latin1").readBigInt64LE() }).toEqual({
        status: { code: 0, signal: null },
        result: BigInt(result),
      });
    });

    able.for([
      ["ENOENT", 130],
      ["EPERM", 129],
    ] as const)("CALL does not take %s for the error %i above 127", async ([name, errno]) => {
      const packed = packFor([ignoring(getpgidOf, name), call("exit_group", 0)], architecture);
      const { status } = await executeAfter([makeFail("getpgid", errno)], packed, architecture);
      expect(status.code).toBe(99);
    });

    able("a handler may fail as well, and is not gone to again and again when it ignores that", () => {
      const body = [call("close", -1), { label: "failed" }, ignoring(call("close", -1)), call("exit_group", 5)];
      expect(execute(pack([step("test", body)], { architecture, onError: "failed" }), architecture).status).toBe(5);
    });
  });
}

describe("END", () => {
  test("gives 0 after a table whose calls were made", () => {
    expect(run([step("test", [into("r", call("getuid"))])]).number("r")).toBe(process.getuid?.());
  });

  test("gives the error of the last call that was not to fail, and the cells until then", () => {
    expect(() => run([step("test", [call("getuid"), call("close", -1)])])).toThrow("close(-1): EBADF");
  });
});

/** Jumps that set `t0`, `t1`, … to 1 when they are taken. */
function jumpTable(
  cell: string,
  jumps: readonly (({ equals: bigint } | { lessThan: bigint }) & { mask?: bigint })[],
): Instruction[] {
  return jumps.flatMap(({ mask, ...condition }, index): Instruction[] => [
    { assign: address(`t${index}`), to: 1 },
    { jump: `taken ${index}`, when: { value: cell, ...(mask === undefined ? {} : { mask }), ...condition } },
    { assign: address(`t${index}`), to: 0 },
    { label: `taken ${index}` },
  ]);
}

function executeBody(body: readonly Instruction[], architecture: Architecture): ReturnType<typeof execute> {
  return execute(packFor([...body, call("exit_group", 0)], architecture), architecture);
}

/** A table that writes to stdout, and its failure record too. */
function packFor(body: readonly Instruction[], architecture: Architecture): ReturnType<typeof pack> {
  const program: Program = [
    step("test", body),
    step("after a failure", [{ label: "failed" }, call("write", FD, address("failure"), 16), call("exit_group", 99)]),
  ];
  const packed = pack(program, { architecture, onError: "failed" });
  setInputs(packed.cells, packed.bytes, { out: 1 });
  return packed;
}

function instructionOf(record: Buffer): { index: number; errno: number } {
  const offset = Number(record.readBigInt64LE(0));
  expect(offset).toBeGreaterThanOrEqual(HEADER.size);
  return { index: instructionIndex(offset), errno: Number(record.readBigInt64LE(8)) };
}

function word(content: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt.asIntN(64, content));
  return bytes;
}

function emulatorName(architecture: Architecture): "qemu-aarch64-static" | "qemu-x86_64-static" {
  return architecture === "arm64" ? "qemu-aarch64-static" : "qemu-x86_64-static";
}
