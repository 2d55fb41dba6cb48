import { isErrno } from "@wb/syscall";
import { type Where, withNetlink } from "../netlink/open.ts";
import type { NetlinkRequest } from "../netlink/request.ts";
import type { NetlinkSocket } from "../netlink/socket.ts";
import { commit } from "../nft/commit.ts";
import { commitUnchanged } from "../nft/generation.ts";
import {
  addElements,
  addTable,
  deleteElements,
  deleteTable,
  type Element,
  flushRules,
  listRules,
} from "../nft/requests.ts";
import { closeDockerUser, isDockerUserOpen, openDockerUser } from "./docker-user.ts";
import {
  type NatNetwork,
  networkElements,
  type PlacedElement,
  portElement,
  type PublishedPort,
} from "./nat-elements.ts";
import { NAT_TABLE, natTable, RULE_COUNT, type SetName } from "./nat-table.ts";

/** All that the rules of a machine are to say. */
export interface NatState {
  readonly networks: readonly NatNetwork[];
  readonly ports: readonly PublishedPort[];
}

/**
 * Makes the table `inet wb` say this, and nothing else, in one step: no packet meets half of it. For a machine that has none yet, and
 * after `nft flush ruleset`.
 *
 * Equivalent to `nft -f` of `add table inet wb; delete table inet wb; table inet wb { … }`
 *
 * Another process may publish at the same time. It is not undone if `state` is a function that reads what is wanted, and if whoever changes
 * that, writes it down before calling `publish` or `unpublish`: the function is called again when rules have changed since.
 *
 * @param where a socket of NETLINK_NETFILTER, or the namespace
 * @throws NetlinkError; nothing has changed then
 * @example
 * natReload(() => JSON.parse(readFileSync("/var/lib/networks.json", "utf8")));
 */
export function natReload(state: NatState | (() => NatState), where: Where = {}): void {
  withNetlink("netfilter", where, (socket) => {
    if (typeof state === "function") commitUnchanged(socket, () => wholeTable(state()));
    else commit(socket, wholeTable(state));
    openDockerUser(socket);
  });
}

function wholeTable({ networks, ports }: NatState): NetlinkRequest[] {
  const elements = [...networks.flatMap(networkElements), ...ports.map(portElement)];
  // To delete what may not be there, it is added first.
  return [addTable(NAT_TABLE), deleteTable(NAT_TABLE), ...natTable(), ...additions(elements)];
}

/**
 * Makes the table `inet wb` where there is none, and puts its rules right where somebody has flushed or changed them, in one step; what is in
 * its sets stays. It can be called at any time, by several at once.
 *
 * Equivalent to `nft -f` of `add table inet wb; flush table inet wb; table inet wb { … }`
 *
 * @throws NetlinkError; nothing has changed then
 */
export function natUp(where: Where = {}): void {
  withNetlink("netfilter", where, (socket) => {
    if (countRules(socket) !== RULE_COUNT) commit(socket, [addTable(NAT_TABLE), flushRules(NAT_TABLE), ...natTable()]);
    openDockerUser(socket);
  });
}

/** Whether all rules are there, that in DOCKER-USER too: somebody may have flushed the table, or all tables, and docker may be started later. */
export function isNatIntact(where: Where = {}): boolean {
  return withNetlink("netfilter", where, (socket) => countRules(socket) === RULE_COUNT && isDockerUserOpen(socket));
}

/** Equivalent to `nft delete table inet wb`; nothing where it is not there. The rule in DOCKER-USER goes with it. */
export function natRemove(where: Where = {}): void {
  withNetlink("netfilter", where, (socket) => {
    commit(socket, [addTable(NAT_TABLE), deleteTable(NAT_TABLE)]);
    closeDockerUser(socket);
  });
}

/** Adds networks to the rules. Those that are there stay. @throws NetlinkError ENOENT without the table: {@link natReload} makes it */
export function natAddNetworks(networks: readonly NatNetwork[], where: Where = {}): void {
  change(where, additions(networks.flatMap(networkElements)));
}

/** Takes networks out of the rules. What is not there is passed over. */
export function natRemoveNetworks(networks: readonly NatNetwork[], where: Where = {}): void {
  removeEach(where, networks.flatMap(networkElements));
}

/**
 * Publishes ports: packets for one go to the container's, whoever sends them, this machine and other containers included. All of them, or none.
 *
 * Equivalent to `nft add element inet wb everywhere4 '{ tcp . 8080 : 10.88.0.2 . 80 }'`
 *
 * @throws NetlinkError EEXIST when one leads elsewhere already, ENOENT without the table: {@link natReload} makes it
 * @example
 * publish([{ port: 8080, to: { address: "10.88.0.2", port: 80 } }]);
 */
export function publish(ports: readonly PublishedPort[], where: Where = {}): void {
  change(where, additions(ports.map(portElement)));
}

/** Takes back what {@link publish} did. What is not published is passed over. */
export function unpublish(ports: readonly PublishedPort[], where: Where = {}): void {
  removeEach(where, ports.map(portElement));
}

function change(where: Where, requests: readonly NetlinkRequest[]): void {
  withNetlink("netfilter", where, (socket) => commit(socket, requests));
}

/** One message for each set, and as many elements in it as an attribute has room for. */
function additions(elements: readonly PlacedElement[]): NetlinkRequest[] {
  return grouped(elements).map(([set, some]) => addElements(NAT_TABLE, set, some));
}

/** All at once, and one by one where something is missing. */
function removeEach(where: Where, elements: readonly PlacedElement[]): void {
  const removals = (some: readonly PlacedElement[]): NetlinkRequest[] =>
    grouped(some).map(([set, list]) => deleteElements(NAT_TABLE, set, list));
  withNetlink("netfilter", where, (socket) => {
    if (passingOver(() => commit(socket, removals(elements)))) return;
    for (const element of elements) passingOver(() => commit(socket, removals([element])));
  });
}

/** @returns whether all of it was there */
function passingOver(remove: () => void): boolean {
  try {
    remove();
    return true;
  } catch (error) {
    if (isErrno(error, "ENOENT")) return false;
    throw error;
  }
}

function grouped(elements: readonly PlacedElement[]): [SetName, Element[]][] {
  const sets = new Map<SetName, Element[]>();
  for (const { set, element } of elements) {
    const list = sets.get(set);
    if (list === undefined) sets.set(set, [element]);
    else list.push(element);
  }
  return [...sets].flatMap(([set, all]) =>
    Array.from({ length: Math.ceil(all.length / MOST) }, (_, part): [SetName, Element[]] => [
      set,
      all.slice(part * MOST, (part + 1) * MOST),
    ]),
  );
}

/** Elements of one message: the largest has 68 bytes, and an attribute 65,535. */
const MOST = 900;

function countRules(socket: NetlinkSocket): number {
  try {
    return socket.dump(listRules(NAT_TABLE)).length;
  } catch (error) {
    if (isErrno(error, "ENOENT")) return 0;
    throw error;
  }
}
