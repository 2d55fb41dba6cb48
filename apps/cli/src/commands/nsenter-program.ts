import { NAMESPACES } from "@wb/ns";
import { AT_FDCWD, call, ignoring, into, O, PR, type Program, type Step, step, value } from "@wb/syscall";
import { type Credentials, credentialSteps } from "../in-place/credentials.ts";
import { fork } from "../in-place/fork.ts";
import { keepCapabilities } from "../in-place/keep-caps.ts";
import type { NsenterFlags, OpenTarget } from "./nsenter-target.ts";
import { idOption } from "./option-values.ts";

/**
 * The Steps of nsenter(1) before the command, in its order: the namespaces, the root and working directory, the child for a
 * pid namespace, and who the command is.
 *
 * @throws UserError for options that are not understood
 */
export function nsenterProgram(flags: NsenterFlags, target: OpenTarget): Program {
  const kinds = target.namespaces.map(({ kind }) => kind);
  const becomesRoot = kinds.includes("user") && flags["preserve-credentials"] !== true;
  const { uid, gid } = credentials(flags, becomesRoot);
  return [
    ...(target.cgroup === undefined ? [] : [joinCgroup(target.cgroup)]),
    ...(target.context === undefined ? [] : [takeContext(target.context)]),
    ...(becomesRoot ? [dropGroups] : []),
    ...(kinds.length === 0 ? [] : [untraced]),
    ...joinSteps(target.namespaces),
    ...directorySteps(flags, target),
    ...(kinds.includes("pid") && flags["no-fork"] !== true ? fork({ stopWithChild: true }) : []),
    ...(becomesRoot ? [dropGroupsInside] : []),
    ...credentialSteps({ uid, gid }, gid === undefined || becomesRoot ? "keep" : "drop"),
    ...(flags["keep-caps"] === true && kinds.includes("user") ? [keepCapabilities] : []),
  ];
}

function credentials({ setuid, setgid }: NsenterFlags, becomesRoot: boolean): Credentials {
  const usual = becomesRoot ? 0 : undefined;
  return {
    uid: setuid === undefined ? usual : idOption("nsenter", "--setuid", setuid),
    gid: setgid === undefined ? usual : idOption("nsenter", "--setgid", setgid),
  };
}

function joinCgroup(fd: number): Step {
  return step("join the cgroup of the target", [call("write", fd, "0", 1)], "echo $$ > cgroup.procs");
}

function takeContext(context: string): Step {
  return step(`execute the command in the SELinux context ${context}`, [
    into("file", call("openat", AT_FDCWD, "/proc/self/attr/exec", O.WRONLY | O.CLOEXEC, 0)),
    call("write", value("file"), context, Buffer.byteLength(context)),
    call("close", value("file")),
  ]);
}

/** Until it executes the command it has what the host's root has open, and may do (CVE-2016-9962). */
const untraced = step("let no process in there trace this one", [call("prctl", PR.SET_DUMPABLE, 0)]);

/** Either here or in the user namespace it may: root here, or the root of a namespace in which setgroups(2) is allowed. */
const dropGroups = step("drop the supplementary groups", [
  into("dropped", ignoring(call("setgroups", 0, null), "EPERM")),
]);

const dropGroupsInside = step("drop the supplementary groups (or keep them: --preserve-credentials)", [
  { jump: "done", when: { value: "dropped", equals: 0 } },
  call("setgroups", 0, null),
  { label: "done" },
]);

/**
 * Where a user namespace is among them, the others are tried first: with privileges here it takes them away. What is refused
 * is entered after it, since without privileges it gives them.
 */
function joinSteps(namespaces: OpenTarget["namespaces"]): Program {
  const user = namespaces.filter(({ kind }) => kind === "user");
  const others = namespaces.filter(({ kind }) => kind !== "user");
  if (user.length === 0) return others.map((one) => joinStep(one));
  return [
    ...others.map(({ kind, fd }) =>
      step(`try to enter the ${kind} namespace`, [into(kind, ignoring(call("setns", fd, NAMESPACES[kind].flag)))]),
    ),
    ...user.map((one) => joinStep(one)),
    ...others.map((one) => joinStep(one, { unlessDone: true })),
  ];
}

function joinStep(
  { kind, fd }: OpenTarget["namespaces"][number],
  { unlessDone = false }: { readonly unlessDone?: boolean } = {},
): Step {
  const join = call("setns", fd, NAMESPACES[kind].flag);
  const body = unlessDone
    ? [{ jump: "done", when: { value: kind, equals: 0 } } as const, join, { label: "done" } as const]
    : [join];
  return step(`enter the ${kind} namespace`, body, `nsenter --${kind}`);
}

/** No working directory outside the new root is kept, where nsenter(1) keeps the caller's. */
function directorySteps({ wdns }: NsenterFlags, { root, wd }: OpenTarget): Program {
  return [
    ...(root === undefined
      ? []
      : [step("change the root directory", [call("fchdir", root), call("chroot", "."), call("chdir", "/")])]),
    ...(wdns === undefined
      ? []
      : [step(`change the working directory to ${wdns}`, [call("chdir", wdns)], `cd ${wdns}`)]),
    ...(wd === undefined ? [] : [step("change the working directory", [call("fchdir", wd)])]),
  ];
}
