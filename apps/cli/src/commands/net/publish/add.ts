import {
  flushUdp,
  natUp,
  type Netns,
  netnsPids,
  portHolders,
  publish,
  publishedPorts,
  type PublishedPort,
} from "@wb/net";
import { isErrno } from "@wb/syscall";
import type { Command } from "../../../command/command.ts";
import { EXIT_FAILURE } from "../../../in-place/exit-failure.ts";
import { UserError } from "../../../user-error.ts";
import { EXIT_KERNEL, netCommand } from "../net-command.ts";
import { netnsOption } from "../options/netns-option.ts";
import { PUBLISH_ADD } from "./add-flags.ts";
import { addressOf, bracketed, parsePublished } from "./parse-published.ts";

/** `wb net publish add`: docker-run(1), `-p`. */
export const publishAddCommand: Command = netCommand(PUBLISH_ADD, ({ flags, words }) => {
  const ports = words.flatMap(parsePublished);
  const netns = netnsOption(flags.netns);
  for (const port of ports) refuseIfHeld(port, netns);
  natUp({ netns });
  try {
    publish(ports, { netns });
  } catch (error) {
    throw isErrno(error, "EEXIST") ? alreadyPublished(ports, netns, error) : error;
  }
  const udp = ports.filter(({ protocol }) => protocol === "udp").map(({ port }) => port);
  if (udp.length > 0) flushUdp({ ports: udp }, { netns });
  return 0;
});

/** What listens there would not be reached any more. */
function refuseIfHeld(wanted: PublishedPort, netns: Netns | undefined): void {
  const { port, protocol = "tcp" } = wanted;
  const pid = pidIn(netns);
  if (protocol === "sctp" || pid === undefined) return;
  const holder = portHolders(port, protocol, pid).find(({ address }) => collides(address, addressOf(wanted)));
  if (holder === undefined) return;
  const { comm, pid: process } = holder;
  const who = process === undefined ? "a socket" : `${comm ?? "process"} (${process})`;
  throw new UserError(`port ${port}/${protocol} is in use: ${who} has ${bracketed(holder.address)}:${port}`, {
    hint: "another port, or end what listens there",
    exitStatus: EXIT_FAILURE,
  });
}

/** A process whose /proc/PID/net tells of the namespace; undefined where none is known. */
function pidIn(netns: Netns | undefined): number | "self" | undefined {
  if (netns === undefined) return "self";
  if (typeof netns === "number") return netns;
  return typeof netns === "string" && !netns.includes("/") ? netnsPids(netns)[0] : undefined;
}

/** A socket of :: takes what comes to IPv4, too. */
function collides(held: string, wanted: string): boolean {
  if (held === "::" || held === wanted) return true;
  const isSame = held.includes(":") === wanted.includes(":");
  return isSame && (held === "0.0.0.0" || wanted === "0.0.0.0" || wanted === "::");
}

function alreadyPublished(ports: readonly PublishedPort[], netns: Netns | undefined, cause: unknown): UserError {
  const all = publishedPorts({ netns });
  for (const wanted of ports) {
    const { port, protocol = "tcp" } = wanted;
    const at = addressOf(wanted);
    const found = all.find((one) => one.port === port && one.protocol === protocol && addressOf(one) === at);
    if (found === undefined) continue;
    const where = `${bracketed(at)}:${port}`;
    return new UserError(
      `${where}/${protocol} is published: it leads to ${bracketed(found.to.address)}:${found.to.port}`,
      {
        hint: `another port, or first wb net publish rm ${where}/${protocol}`,
        exitStatus: EXIT_KERNEL,
        cause,
      },
    );
  }
  return new UserError("the same port twice", { exitStatus: EXIT_KERNEL, cause });
}
