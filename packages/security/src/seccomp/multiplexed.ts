import type { ArgumentRule } from "./conditions.ts";
import type { KnownCall, KnownCalls } from "./known-calls.ts";

/**
 * What the rules of a profile make of socketcall(2) and ipc(2), each of which does the work of several calls and has in its
 * first argument which: a rule about `socket` is one about socketcall(SYS_SOCKET), too.
 *
 * The other arguments are behind a pointer, where no filter sees them. So conditions do not count; but a rule that permits
 * more than the default, with a condition on another argument than the first, is left out. (libseccomp compares the pointer
 * then, and drops conditions on the first argument: old programs have no other call to make a socket by.)
 */
export function multiplexedCalls(known: KnownCalls, otherwise: number): KnownCalls {
  const calls = Object.entries(MULTIPLEXED).map(([name, numbers]) => {
    const own = known.get(name);
    const rules = Object.entries(numbers).flatMap(([part, number]) => rulesOf(known.get(part), number, otherwise));
    return [name, { decided: own?.decided, rules: [...(own?.rules ?? []), ...rules] }] as const;
  });
  return new Map(calls.filter(([name, { rules }]) => known.has(name) || rules.length > 0));
}

/** The first rule about a call that can be applied decides, since its conditions do not count. */
function rulesOf(call: KnownCall | undefined, number: number, otherwise: number): ArgumentRule[] {
  const value = call?.decided ?? call?.rules.find((rule) => canApply(rule, otherwise))?.value;
  if (value === undefined) return [];
  return [{ conditions: [{ index: 0, op: "SCMP_CMP_EQ", high: 0, low: number }], value }];
}

/** As signed numbers, what filters return rises with what it permits, seccomp(2). */
function canApply({ conditions, value }: ArgumentRule, otherwise: number): boolean {
  return conditions.every(({ index }) => index === 0) || (value | 0) < (otherwise | 0);
}

/** The numbers of linux/net.h and linux/ipc.h. */
const MULTIPLEXED: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  socketcall: {
    socket: 1,
    bind: 2,
    connect: 3,
    listen: 4,
    accept: 5,
    getsockname: 6,
    getpeername: 7,
    socketpair: 8,
    send: 9,
    recv: 10,
    sendto: 11,
    recvfrom: 12,
    shutdown: 13,
    setsockopt: 14,
    getsockopt: 15,
    sendmsg: 16,
    recvmsg: 17,
    accept4: 18,
    recvmmsg: 19,
    sendmmsg: 20,
  },
  ipc: {
    semop: 1,
    semget: 2,
    semctl: 3,
    semtimedop: 4,
    msgsnd: 11,
    msgrcv: 12,
    msgget: 13,
    msgctl: 14,
    shmat: 21,
    shmdt: 22,
    shmget: 23,
    shmctl: 24,
  },
};
