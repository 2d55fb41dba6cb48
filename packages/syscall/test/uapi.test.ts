import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { generateErrno } from "../../../tools/generate/errno.ts";
import { ARM64, findHeader, kernelVersion, readConstants, type Target, X64 } from "../../../tools/generate/headers.ts";
import { generateSyscalls } from "../../../tools/generate/syscalls.ts";
import { ERRNO, errnoName } from "../src/uapi/errno.generated.ts";
import { O, O_ARM64, O_X64 } from "../src/uapi/fcntl.ts";
import { SYSCALLS_ARM64, SYSCALLS_X64 } from "../src/uapi/syscalls.generated.ts";

const uapi = new URL("../src/uapi/", import.meta.url);

/** One name of a table, as its source has it. */
interface Row {
  readonly table: string;
  /** Its name in C. */
  readonly name: string;
  readonly value: bigint;
  /** The headers that the table's comment cites. */
  readonly headers: readonly string[];
  /** The kernel that brought it, as its comment or its table's says: `6.5`. */
  readonly since: string | undefined;
}

/** Tables whose names have another prefix than the table's name and an underscore. */
const PREFIXES: Readonly<Record<string, string>> = {
  C_CFLAG: "",
  C_IFLAG: "",
  C_LFLAG: "",
  C_OFLAG: "",
  FIO: "FIO",
  IN_EVENT: "IN_",
  O_ARM64: "O_",
  O_X64: "O_",
  PERSONALITY: "",
  POLL: "POLL",
  SIG: "SIG",
  SIG_HANDLER: "SIG_",
  SIG_HOW: "SIG_",
  SIOC: "SIOC",
  TC: "TC",
  TIOC: "TIOC",
  W: "W",
  __W: "__W",
};

const rows: readonly Row[] = (await Promise.all(handwrittenFiles().map(rowsOf))).flat();

describe.each([
  ["x86-64", X64],
  ["arm64", ARM64],
])("the headers of %s", (_, target) => {
  const version = kernelVersion(target);

  it.skipIf(version === undefined)("have the values of all tables that cite them", () => {
    const wrong = rowsFor(target).flatMap(({ name, value, headers }) => {
      const defined = lookUp(target, headers, name);
      return defined === undefined || same(defined, value) ? [] : [`${name} is ${defined}, not ${value}`];
    });
    expect(wrong).toEqual([]);
  });

  it.skipIf(version === undefined)("lack only what is newer, or not in UAPI", () => {
    const lacking = rowsFor(target).filter(
      ({ name, headers, since }) =>
        lookUp(target, headers, name) === undefined &&
        !isNewer(since, version ?? "") &&
        reasonNotInUapi(name) === undefined,
    );
    expect(lacking.map(({ table, name }) => `${table}: ${name}`)).toEqual([]);
  });
});

describe("a table", () => {
  it("has no value twice", () => {
    const seen = new Map<string, string>();
    const twice = rows.flatMap(({ table, name, value }) => {
      const first = seen.get(`${table} ${value}`);
      seen.set(`${table} ${value}`, name);
      return first === undefined ? [] : [`${first} and ${name}`];
    });
    expect(twice).toEqual([]);
  });

  it("cites a header or the place in the kernel", () => {
    const without = rows.filter(({ name, headers }) => headers.length === 0 && reasonNotInUapi(name) === undefined);
    expect(without.map(({ name }) => name)).toEqual([]);
  });
});

describe("the generated tables", () => {
  const version = [kernelVersion(X64), kernelVersion(ARM64)].join();
  const source = (name: string): string => readFileSync(new URL(name, uapi), "utf8");
  const basis = /Based on Linux ([\d.]+)\.x/.exec(source("syscalls.generated.ts"))?.[1];

  it.skipIf(version !== `${basis},${basis}`)("are what tools/generate-syscalls.ts makes of the headers", () => {
    expect(source("syscalls.generated.ts")).toBe(generateSyscalls());
    expect(source("errno.generated.ts")).toBe(generateErrno());
  });

  it("agree on both architectures from 424 on", () => {
    const newer = (table: Readonly<Record<string, number>>): [string, number][] =>
      Object.entries(table).filter(([, number]) => number >= 424);
    expect(newer(SYSCALLS_ARM64)).toEqual(newer(SYSCALLS_X64));
  });

  it("know the calls and errors that everyone knows", () => {
    expect(SYSCALLS_X64).toMatchObject({
      read: 0,
      execve: 59,
      mount: 165,
      clone3: 435,
      mseal: 462,
      open_tree_attr: 467,
    });
    expect(SYSCALLS_ARM64).toMatchObject({ read: 63, execve: 221, mount: 40, clone3: 435, newfstatat: 79, fcntl: 25 });
    expect(ERRNO).toMatchObject({ EPERM: 1, EAGAIN: 11, EDEADLK: 35, EOPNOTSUPP: 95 });
    expect(Object.keys(ERRNO)).not.toContain("EWOULDBLOCK");
    expect(SYSCALLS_X64).not.toHaveProperty("syscalls");
  });

  it("errnoName() names an error, and numbers one without a name", () => {
    expect(errnoName(2)).toBe("ENOENT");
    expect(errnoName(600)).toBe("errno 600");
  });
});

describe("O", () => {
  it("is the table of this architecture", () => {
    expect(O).toBe(process.arch === "arm64" ? O_ARM64 : O_X64);
  });
});

function handwrittenFiles(): string[] {
  return readdirSync(uapi).filter((file) => !file.endsWith(".generated.ts"));
}

async function rowsOf(file: string): Promise<Row[]> {
  const source = readFileSync(new URL(file, uapi), "utf8");
  const module = (await import(new URL(file, uapi).href)) as Record<string, unknown>;
  // O is one of the two tables of open(2), not a table of its own.
  const tables = Object.entries(module).filter(([table]) => table !== "O");
  return tables.flatMap(([table, content]) => {
    const [, comment = "", body = ""] =
      new RegExp(`/\\*\\*((?:(?!\\*/)[^])*)\\*/\\nexport const ${table}\\b([^]*?);\\n`).exec(source) ?? [];
    const headers = comment.match(/(?<![\w/])(?:linux|asm|asm-generic|bits|sys)\/[\w/-]+\.h/g) ?? [];
    const row = (name: string, value: number | bigint, text: string): Row => {
      return { table, name, value: BigInt(value), headers, since: sinceIn(text) ?? sinceIn(comment) };
    };
    if (typeof content === "number" || typeof content === "bigint") return [row(scalarName(table), content, "")];
    return Object.entries(content as Record<string, number>).map(([key, value]) =>
      row(cName(table, key), value, new RegExp(`^ *${key}: .*`, "m").exec(body)?.[0] ?? ""),
    );
  });
}

function sinceIn(text: string): string | undefined {
  return /since Linux (\d+\.\d+)/.exec(text)?.[1];
}

function cName(table: string, key: string): string {
  return table === "MAGIC" ? `${key}_MAGIC` : `${PREFIXES[table] ?? `${table}_`}${key}`;
}

function scalarName(name: string): string {
  return name === "LINUX_CAPABILITY_VERSION_3" ? `_${name}` : name;
}

/** The rows that a target can tell about: each architecture has its own flags of open(2), and not always a C library. */
function rowsFor(target: Target): Row[] {
  const other = target === X64 ? "O_ARM64" : "O_X64";
  const hasLibrary = findHeader(target, "bits/socket.h") !== undefined;
  return rows.filter(
    ({ table, headers }) =>
      table !== other && (hasLibrary || !headers.some((header) => /^(?:bits|sys)\//.test(header))),
  );
}

const constants = new Map<string, ReadonlyMap<string, bigint>>();

function lookUp(target: Target, headers: readonly string[], name: string): bigint | undefined {
  const key = [target === X64, ...headers].join();
  // The C library shows what is Linux's own to programs that define _GNU_SOURCE.
  const gnu = { ...target, defines: { ...target.defines, __USE_GNU: "1" } };
  const known = constants.get(key) ?? readConstants(gnu, headers);
  constants.set(key, known);
  return known.get(name) ?? known.get(name.replace(/_MAGIC$/, "_SUPER_MAGIC"));
}

/** C has some of them as signed, and one as ~0UL. */
function same(a: bigint, b: bigint): boolean {
  return BigInt.asUintN(64, a) === BigInt.asUintN(64, b);
}

function isNewer(since: string | undefined, version: string): boolean {
  const [major = 0, minor = 0] = (since ?? "0.0").split(".").map(Number);
  const [thisMajor = 0, thisMinor = 0] = version.split(".").map(Number);
  return major > thisMajor || (major === thisMajor && minor > thisMinor);
}

function reasonNotInUapi(name: string): string | undefined {
  if (/^KEY_(?:POS|USR|GRP|OTH)_/.test(name))
    return "include/linux/key.h is the kernel's own; libkeyutils-dev has a copy";
  if (name === "MQUEUE_MAGIC") return "it is defined in ipc/mqueue.c alone";
  return undefined;
}
