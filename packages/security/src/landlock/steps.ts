import {
  address,
  AT,
  AT_FDCWD,
  call,
  type Instruction,
  into,
  LANDLOCK_RULE,
  memory,
  O,
  openHow,
  pointer,
  type Program,
  RESOLVE,
  S,
  STATX,
  type Step,
  step,
  struct,
  type Struct,
  u64,
  value,
} from "@wb/syscall";
import type { LandlockConfig } from "./config.ts";
import { LandlockError } from "./error.ts";
import { FILE_RIGHTS, KERNELS, RIGHTS, type RightsKind } from "./rights.ts";

/** The two parts of a Landlock ruleset. Both are empty when a best effort leaves nothing of it. */
export interface LandlockSteps {
  /** Make the ruleset: in the container's root, after it changed, for the paths are the container's. */
  readonly ruleset: Program;
  /**
   * Restrict the process and all its children, for good. Late: Landlock allows no mounts. It needs no_new_privs or
   * CAP_SYS_ADMIN, so it stands before the capabilities change or after `noNewPrivs`.
   */
  readonly restrict: Program;
}

/**
 * Plans the Steps of a Landlock ruleset for a kernel with a version of Landlock.
 *
 * Paths are opened by openat2(2) through no magic link. On what is no directory a rule allows what applies to files.
 *
 * @param abi what {@link landlockAbi} says
 * @throws LandlockError for a right that the kernel lacks, unless `bestEffort` is set
 * @example
 * const { ruleset, restrict } = landlockSteps(parseLandlock(annotation), landlockAbi());
 */
export function landlockSteps(config: LandlockConfig, abi: number): LandlockSteps {
  const mask = (kind: RightsKind, names: readonly string[]): number => maskOf(kind, names, abi);
  checkAbi(config, abi);
  const handled = {
    handled_access_fs: mask("handledAccessFS", config.ruleset.handledAccessFS),
    handled_access_net: mask("handledAccessNet", config.ruleset.handledAccessNet),
    scoped: mask("scoped", config.ruleset.scoped),
  };
  if (Object.values(handled).every((bits) => bits === 0)) return { ruleset: [], restrict: [] };
  const create = call("landlock_create_ruleset", pointer(rulesetAttr, handled), rulesetAttr.size, 0);
  const { pathBeneath, netPort } = config.rules;
  return {
    ruleset: [
      step("make a Landlock ruleset", [into(RULESET, create)]),
      ...pathBeneath.flatMap(({ paths, allowedAccess }) => {
        const [all, file] = [allowedAccess, allowedAccess.filter((name) => FILE_RIGHTS.includes(name))].map((names) =>
          mask("handledAccessFS", names),
        );
        return paths.flatMap((path) =>
          all === undefined || all === 0 ? [] : [allowPath(path, { all, file: file ?? 0 })],
        );
      }),
      ...netPort.flatMap(({ ports, allowedAccess }) => {
        const access = mask("handledAccessNet", allowedAccess);
        return access === 0 ? [] : ports.map((port) => allowPort(port, access));
      }),
    ],
    restrict: [
      step("be restricted by the Landlock ruleset", [
        call("landlock_restrict_self", value(RULESET), 0),
        call("close", value(RULESET)),
      ]),
    ],
  };
}

/** The cell with the file descriptor of the ruleset. */
const RULESET = "landlock ruleset";

interface RulesetAttr {
  readonly handled_access_fs: bigint;
  readonly handled_access_net: bigint;
  readonly scoped: bigint;
}

/** `struct landlock_ruleset_attr`, linux/landlock.h. A kernel that knows fewer fields takes it when the others are 0. */
const rulesetAttr: Struct<RulesetAttr> = struct<RulesetAttr>(
  "landlock_ruleset_attr",
  { handled_access_fs: u64, handled_access_net: u64, scoped: u64 },
  { handled_access_fs: "hex", handled_access_net: "hex", scoped: "hex" },
);

interface NetPortAttr {
  readonly allowed_access: bigint;
  readonly port: bigint;
}

/** `struct landlock_net_port_attr`, linux/landlock.h, since Linux 6.7. */
const netPortAttr: Struct<NetPortAttr> = struct<NetPortAttr>(
  "landlock_net_port_attr",
  { allowed_access: u64, port: u64 },
  { allowed_access: "hex", port: "uint" },
);

/** `struct landlock_path_beneath_attr`, linux/landlock.h: packed, an int after a word. The cell is a word longer. */
const PATH_BENEATH = { size: 16, parent_fd: 8 } as const;

/** `stx_mode` of `struct statx`, linux/stat.h. */
const STX = { size: 256, mode: 28 } as const;

function allowPath(path: string, access: { readonly all: number; readonly file: number }): Step {
  const how = { flags: O.PATH | O.CLOEXEC, resolve: RESOLVE.NO_MAGICLINKS };
  const attr = "landlock path_beneath";
  const allow = (to: number): Instruction => ({ assign: address(attr), to });
  return step(`allow what the Landlock rule for ${path} says`, [
    into("landlock path", call("openat2", AT_FDCWD, path, pointer(openHow, how), openHow.size)),
    memory("landlock statx", STX.size),
    call("statx", value("landlock path"), "", AT.EMPTY_PATH, STATX.TYPE, address("landlock statx")),
    memory(attr, PATH_BENEATH.size),
    allow(access.all),
    { jump: "directory", when: { value: "landlock statx", offset: STX.mode, mask: BigInt(S.IFMT), equals: S.IFDIR } },
    allow(access.file),
    { label: "directory" },
    { assign: address(attr, PATH_BENEATH.parent_fd), to: value("landlock path") },
    call("landlock_add_rule", value(RULESET), LANDLOCK_RULE.PATH_BENEATH, address(attr), 0),
    call("close", value("landlock path")),
  ]);
}

function allowPort(port: number, access: number): Step {
  const attr = pointer(netPortAttr, { allowed_access: access, port });
  return step(`allow what the Landlock rule for port ${port} says`, [
    call("landlock_add_rule", value(RULESET), LANDLOCK_RULE.NET_PORT, attr, 0),
  ]);
}

function maskOf(kind: RightsKind, names: readonly string[], abi: number): number {
  return names.reduce((mask, name) => {
    const right = RIGHTS[kind][name];
    return right === undefined || right.abi > abi ? mask : mask | right.bit;
  }, 0);
}

function checkAbi({ ruleset, bestEffort }: LandlockConfig, abi: number): void {
  if (bestEffort) return;
  if (abi === 0)
    throw new LandlockError("", "this kernel has no Landlock, or it is not switched on", {
      hint: 'boot Linux 5.13 or newer with lsm=landlock,…; or set "bestEffort": true to go without',
    });
  for (const kind of ["handledAccessFS", "handledAccessNet", "scoped"] as const) {
    for (const name of ruleset[kind]) {
      const needed = RIGHTS[kind][name]?.abi ?? 0;
      if (needed > abi)
        throw new LandlockError(
          `ruleset.${kind}`,
          `${name} needs ABI ${needed} of Landlock (Linux ${KERNELS[needed]}), this kernel has ${abi}`,
          { hint: 'leave it out, or set "bestEffort": true to go without what the kernel lacks' },
        );
    }
  }
}
