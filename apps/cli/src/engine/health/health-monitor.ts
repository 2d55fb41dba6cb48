import { mkdirSync } from "node:fs";
import {
  address,
  call,
  cloneArgs,
  ignoring,
  type Instruction,
  into,
  memory,
  P,
  POLL,
  pointer,
  type Program,
  SIG,
  step,
  value,
  W,
} from "@wb/syscall";
import type { ContainerRecord } from "../../runtime/lifecycle/container-record.ts";
import { becomeCommand, type Command } from "../../runtime/supervisor/become-command.ts";
import { openProcess } from "../../runtime/supervisor/open-process.ts";
import { spawnDetached } from "../../runtime/supervisor/spawn-detached.ts";
import { cleanUpCommand } from "../containers/clean-up-command.ts";
import type { ContainerPlaces } from "../containers/container-places.ts";
import { lockSupervised } from "../containers/lock-supervised.ts";
import type { CompleteCheck } from "./health-check-of.ts";
import { monitorDirectory } from "./monitor-directory.ts";

/** The command that makes one check: nobody types it. Its status is 1 as long as the container is starting. */
export const HEALTH = "supervised-health";

/**
 * Starts the process that has a container's health checked from time to time: it waits, starts the command for each check, and ends
 * with the container. One that is there already goes on.
 *
 * @param isStarting whether no check has succeeded yet
 */
export function startHealthMonitor(
  record: ContainerRecord,
  places: ContainerPlaces,
  { check, isStarting }: { readonly check: CompleteCheck; readonly isStarting: boolean },
): void {
  const directory = monitorDirectory(places);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  using lock = lockSupervised({ supervised: directory });
  using pidfd = openProcess(record);
  if (lock === undefined || pidfd === undefined) return;
  spawnDetached(monitor(check, { isStarting, command: cleanUpCommand(record.id, HEALTH) }), {
    name: `wb-health ${record.id}`,
    inputs: { lock: lock.fd, container: pidfd.fd },
    inherit: [lock.fd, pidfd.fd],
  });
}

/** As a Program. */
function monitor(
  { interval, startPeriod, startInterval }: CompleteCheck,
  { isStarting, command }: { readonly isStarting: boolean; readonly command: Command },
): Program {
  const often = startPeriod > 0 ? startInterval : interval;
  return [
    step("wait until the next check", [
      memory("poll", 8),
      memory("pause", 16),
      { assign: address("poll"), to: value("container", 0, 0xffff_ffffn), plus: BigInt(POLL.IN) << 32n },
      ...(isStarting ? [] : [{ jump: "seldom" }]),
      { label: "often" },
      ...setPause(often),
      { jump: "wait" },
      { label: "seldom" },
      ...setPause(interval),
      { label: "wait" },
      into("came", ignoring(call("ppoll", address("poll"), 1, address("pause"), null, 0))),
      { jump: "check", when: { value: "came", equals: 0 } },
      call("exit_group", 0),
    ]),
    step("have the health checked", [
      { label: "check" },
      memory("ended", SIGINFO.size),
      into("child", ignoring(call("clone3", pointer(cloneArgs, { exit_signal: SIG.CHLD }), cloneArgs.size))),
      { jump: "command", when: { value: "child", equals: 0 } },
      { jump: "seldom", when: { value: "child", lessThan: 0 } },
      ignoring(call("waitid", P.PID, value("child"), address("ended"), W.EXITED, null)),
      { jump: "often", when: { value: "ended", offset: SIGINFO.status, mask: 0xffff_ffffn, equals: 1 } },
      { jump: "seldom" },
      { label: "command" },
    ]),
    ...becomeCommand(command),
  ];
}

/** `siginfo_t` of waitid(2). */
const SIGINFO = { size: 128, status: 24 } as const;

/** Each time: ppoll(2) leaves there what is left of it. */
function setPause(milliseconds: number): Instruction[] {
  const seconds = Math.floor(milliseconds / 1000);
  return [
    { assign: address("pause"), to: seconds },
    { assign: address("pause", 8), to: BigInt(Math.round((milliseconds % 1000) * 1e6)) },
  ];
}
