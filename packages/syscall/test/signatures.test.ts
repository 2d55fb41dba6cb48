import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Format, Names, Signature } from "../src/signature.ts";
import { signatureOf, signatureTables } from "../src/signatures.ts";
import type { Struct } from "../src/struct.ts";
import { CAP } from "../src/uapi/capability.ts";
import { F, FD } from "../src/uapi/fcntl.ts";
import { FSCONFIG } from "../src/uapi/mount.ts";
import { AF, SO, SOL } from "../src/uapi/net.ts";
import { PR, PR_CAP_AMBIENT } from "../src/uapi/prctl.ts";
import { SYSCALLS_ARM64, SYSCALLS_X64, type SyscallName } from "../src/uapi/syscalls.generated.ts";

const { signatures: SIGNATURES, variants: VARIANTS } = signatureTables();
const signatures = Object.entries(SIGNATURES);

describe("SIGNATURES", () => {
  it("name calls that an architecture has", () => {
    const names = new Set<string>([...Object.keys(SYSCALLS_X64), ...Object.keys(SYSCALLS_ARM64)]);
    expect(signatures.map(([name]) => name).filter((name) => !names.has(name))).toEqual([]);
  });

  it("have no more parameters than there are registers", () => {
    expect(signatures.filter(([, signature]) => Object.keys(signature).length > 6)).toEqual([]);
  });

  it("begin with the file descriptor of the path that follows", () => {
    const misplaced = signatures.filter(([, signature]) => {
      const formats = Object.values(signature);
      return formats.some((format, index) => format === "dirfd" && !formats.slice(index).includes("path"));
    });
    expect(misplaced).toEqual([]);
  });

  it("have what a container's construction calls", () => {
    const calls: SyscallName[] = [
      "unshare",
      "mount",
      "pivot_root",
      "sethostname",
      "capset",
      "execve",
      "clone3",
      "execveat",
    ];
    expect(calls.filter((name) => SIGNATURES[name] === undefined)).toEqual([]);
  });
});

describe("VARIANTS", () => {
  it("change parameters of their call, by values that the deciding one has", () => {
    const wrong = Object.entries(VARIANTS).flatMap(([name, { by, names, formats }]) => {
      const parameters = Object.keys(SIGNATURES[name as SyscallName] ?? {});
      const values = Object.keys(formats).filter((value) => names[value] === undefined);
      const others = Object.values(formats).flatMap((changed) =>
        Object.keys(changed).filter(
          (parameter) => parameters.indexOf(parameter) === -1 || parameters[by] === parameter,
        ),
      );
      return [...values, ...others].map((problem) => `${name}: ${problem}`);
    });
    expect(wrong).toEqual([]);
  });
});

describe("signatureOf()", () => {
  it.each<[SyscallName, readonly unknown[], Signature]>([
    ["fcntl", [3, F.SETFD, FD.CLOEXEC], { arg: { flags: FD, prefix: "FD_" } }],
    ["fcntl", [3, F.GETFD], { arg: "hex" }],
    ["prctl", [PR.SET_PDEATHSIG, 9], { arg2: "signal" }],
    ["prctl", [PR.CAPBSET_DROP, CAP.SYS_ADMIN], { arg2: { oneOf: CAP, prefix: "CAP_" } }],
    [
      "prctl",
      [PR.CAP_AMBIENT, PR_CAP_AMBIENT.RAISE, CAP.NET_BIND_SERVICE],
      { arg2: { oneOf: PR_CAP_AMBIENT, prefix: "PR_CAP_AMBIENT_" }, arg3: { oneOf: CAP, prefix: "CAP_" } },
    ],
    ["prctl", [{ value: "a cell" }, 1], { arg2: "hex" }],
    ["fsconfig", [3, FSCONFIG.SET_FD, "lowerdir+", null, 4], { value: "string", aux: "fd" }],
    ["socket", [AF.NETLINK, 3, 0], { protocol: { oneOf: expect.objectContaining({ ROUTE: 0 }), prefix: "NETLINK_" } }],
    ["setsockopt", [3, SOL.SOCKET, SO.RCVBUF], { optname: { oneOf: SO, prefix: "SO_" } }],
    ["setsockopt", [3, 41, 26], { optname: "int" }],
  ])("%s%j", (name, args, expected) => {
    const signature = signatureOf(name, args);
    expect(signature).toMatchObject(expected);
    expect(Object.keys(signature)).toEqual(Object.keys(SIGNATURES[name] ?? {}));
  });

  it("takes a bigint for the value that decides", () => {
    expect(signatureOf("fcntl", [3, BigInt(F.DUPFD), 10])["arg"]).toBe("fd");
  });

  it("has no parameters for a call that it does not know", () => {
    expect(signatureOf("io_uring_setup", [1])).toEqual({});
  });
});

describe("a format of flags", () => {
  it("has a name for several bits before the names of these bits", async () => {
    const shadowed = [...signatureFormats(), ...(await structFormats())].flatMap((format) =>
      typeof format === "object" && "flags" in format ? supersetsAfterSubsets(format.flags, format.prefix) : [],
    );
    expect([...new Set(shadowed)]).toEqual([]);
  });
});

function signatureFormats(): Format[] {
  const changed = Object.values(VARIANTS).flatMap(({ formats }) => Object.values(formats));
  return [...Object.values(SIGNATURES), ...changed].flatMap((signature) => Object.values(signature));
}

async function structFormats(): Promise<Format[]> {
  const directory = new URL("../src/structs/", import.meta.url);
  const modules = await Promise.all(readdirSync(directory).map((file) => import(new URL(file, directory).href)));
  return modules
    .flatMap((module: Record<string, unknown>) => Object.values(module))
    .filter((value): value is Struct => typeof value === "object" && value !== null && "formats" in value)
    .flatMap(({ formats }) => Object.values<Format>(formats));
}

/** A formatter that goes through a table in order would never come to these. */
function supersetsAfterSubsets(names: Names, prefix: string): string[] {
  const entries = Object.entries(names).map(([name, bits]) => [prefix + name, BigInt(bits)] as const);
  return entries.flatMap(([name, bits], index) =>
    entries
      .slice(0, index)
      .filter(([, earlier]) => earlier !== 0n && (bits & earlier) === earlier)
      .map(([earlier]) => `${name} after ${earlier}`),
  );
}
