import { closeSync, fstatSync, openSync, readdirSync, readlinkSync, rmdirSync, unlinkSync } from "node:fs";
import { basename, dirname } from "node:path";
import { AT_FDCWD, call, ignoring, into, isErrno, LOCK, O, type Program, run, step, value } from "@wb/syscall";
import { UserError } from "../user-error.ts";
import { defaultPath } from "./container-group.ts";
import { runDirectory } from "./store/directories.ts";

/** Where the containers that run on this machine are known: volatile, only root's. `WB_STATE` moves it. */
function stateDirectory(): string {
  return runDirectory();
}

/** The paths of a container's state. */
export interface StatePaths {
  readonly state: string;
  readonly directory: string;
  /** An empty directory to mount the root on, in the container's mount namespace. */
  readonly mountpoint: string;
  /** A link from the name to the id: a name is one container's at a time. */
  readonly nameLink: string | undefined;
  /** The container's control group, where its id does not tell: what the link {@link groupLink} leads to. */
  readonly group: string | undefined;
}

export function statePaths(id: string, name?: string, group?: string): StatePaths {
  const state = stateDirectory();
  const directory = `${state}/${id}`;
  return {
    state,
    directory,
    mountpoint: `${directory}/rootfs`,
    nameLink: name === undefined ? undefined : `${state}/names/${name}`,
    group: group === defaultPath(id) ? undefined : group,
  };
}

/** A link rather than a file: it is there as a whole, or not. */
function groupLink({ directory }: Pick<StatePaths, "directory">): string {
  return `${directory}/cgroup`;
}

/** The path of a container's control group, where it is not the one that follows from its id. */
export function groupOf(id: string): string | undefined {
  return linkTarget(groupLink(statePaths(id)));
}

const FD = "state";

/**
 * The Steps that make a container's state and lock it. The lock, flock(2), is what tells a living owner from one that was
 * killed: the kernel lets go of it with the process.
 */
export function claimSteps(paths: StatePaths): Program {
  return [openStep(paths), ...lockSteps(paths)];
}

function openStep({ state, directory }: StatePaths): Program[number] {
  return step(
    "make a directory for the container's state",
    [
      ignoring(call("mkdirat", AT_FDCWD, state, 0o700), "EEXIST"),
      ignoring(call("mkdirat", AT_FDCWD, directory, 0o700), "EEXIST"),
      into(FD, call("openat", AT_FDCWD, directory, O.RDONLY | O.DIRECTORY | O.CLOEXEC, 0)),
    ],
    `mkdir -m 700 -p ${directory}; exec {state}<${directory}`,
  );
}

function lockSteps(paths: StatePaths): Program {
  const { directory, mountpoint, nameLink, group } = paths;
  const lock = step(
    "lock it, as long as this process lives",
    [
      call("flock", value(FD), LOCK.EX | LOCK.NB),
      ignoring(call("mkdirat", value(FD), basename(mountpoint), 0o700), "EEXIST"),
    ],
    `flock -n $state; mkdir ${mountpoint}`,
  );
  const remember =
    group === undefined
      ? []
      : [
          step(
            "remember the control group",
            [ignoring(call("symlinkat", group, value(FD), basename(groupLink(paths))), "EEXIST")],
            `ln -s ${group} ${groupLink(paths)}`,
          ),
        ];
  if (nameLink === undefined) return [lock, ...remember];
  const names = [
    ignoring(call("mkdirat", AT_FDCWD, dirname(nameLink), 0o700), "EEXIST"),
    call("symlinkat", basename(directory), AT_FDCWD, nameLink),
  ];
  return [lock, ...remember, step("take the name", names, `ln -s ${basename(directory)} ${nameLink}`)];
}

/** A container's state, which this process holds the lock of. Disposing of it removes it. */
export class State implements Disposable {
  readonly paths: StatePaths;
  readonly #lock: number;

  private constructor(paths: StatePaths, lock: number) {
    this.paths = paths;
    this.#lock = lock;
  }

  /**
   * Makes it.
   *
   * @throws UserError when the name is taken
   */
  static claim(id: string, name?: string, group?: string): State {
    const paths = statePaths(id, name, group);
    for (let tries = 1; ; tries++) {
      const claimed = tryClaim(paths, { again: tries < MOST_TRIES });
      if (claimed !== undefined) return new State(paths, claimed);
    }
  }

  [Symbol.dispose](): void {
    removeState(this.paths);
    closeSync(this.#lock);
  }
}

/** Each is one that another wb came between; or the state directory's own parent is missing, which no try mends. */
const MOST_TRIES = 1000;

/** Undefined when another wb removed the directory before it was locked, or the empty one above. */
function tryClaim(paths: StatePaths, { again }: { readonly again: boolean }): number | undefined {
  let fd = -1;
  try {
    fd = run([openStep(paths)]).number(FD);
    run(lockSteps(paths), { inputs: { [FD]: fd } });
    return fd;
  } catch (error) {
    const isTakenAway = again && isErrno(error, "ENOENT", "EAGAIN");
    if (!isTakenAway) removeState({ ...paths, nameLink: undefined });
    if (fd >= 0) closeSync(fd);
    if (isTakenAway) return undefined;
    if (!isErrno(error, "EEXIST") || paths.nameLink === undefined) throw error;
    const name = basename(paths.nameLink);
    throw new UserError(`the name ${JSON.stringify(name)} is in use by another container`, {
      hint: "choose another --name",
      cause: error,
    });
  }
}

/** The ids of containers: 64 hexadecimal digits. */
const ID = /^[0-9a-f]{64}$/;

/** The containers that have a state: those that run, and those that a killed wb left. */
export function containerIds(): string[] {
  return entriesOf(stateDirectory()).filter((name) => ID.test(name));
}

/** The id of the container that has a name. */
export function idOfName(name: string): string | undefined {
  const isName = entriesOf(`${stateDirectory()}/names`).includes(name);
  return isName ? linkTarget(`${stateDirectory()}/names/${name}`) : undefined;
}

/**
 * Finds what killed wb processes left: directories of containers that nobody has locked. `clean` is called with the id of
 * each, while it is locked; its state is removed if that succeeded.
 */
export async function cleanLeftovers(clean: (id: string) => Promise<boolean>): Promise<void> {
  for (const id of containerIds()) {
    const paths = statePaths(id);
    const lock = tryLock(paths.directory);
    if (lock === undefined) continue;
    try {
      if (await clean(id)) removeState({ ...paths, nameLink: nameLinkOf(paths) });
    } finally {
      closeSync(lock);
    }
  }
}

/** The locked directory, or undefined when it is another's or gone. */
function tryLock(directory: string): number | undefined {
  let fd: number;
  try {
    fd = openSync(directory, O.RDONLY | O.DIRECTORY | O.CLOEXEC);
  } catch (error) {
    if (isErrno(error, "ENOENT")) return undefined;
    throw error;
  }
  const locked = run([
    step("lock a leftover", [into("locked", ignoring(call("flock", fd, LOCK.EX | LOCK.NB), "EAGAIN"))]),
  ]).number("locked");
  // A wb whose directory was taken for a leftover makes it anew: what was locked here may be the one before, and gone.
  if (locked === 0 && fstatSync(fd).nlink > 0) return fd;
  closeSync(fd);
  return undefined;
}

function nameLinkOf({ state, directory }: StatePaths): string | undefined {
  const links = entriesOf(`${state}/names`).map((name) => `${state}/names/${name}`);
  return links.find((link) => linkTarget(link) === basename(directory));
}

/** Undefined for one that its owner removes at this moment. */
function linkTarget(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch (error) {
    if (isErrno(error, "ENOENT", "EINVAL")) return undefined;
    throw error;
  }
}

function entriesOf(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    // EACCES: it is root's.
    if (isErrno(error, "ENOENT", "EACCES")) return [];
    throw error;
  }
}

/**
 * Removes exactly the paths that a container's state has, each only if it is empty: a recursive removal that met a mount
 * would remove what is mounted.
 */
function removeState(paths: StatePaths): void {
  const { state, directory, mountpoint, nameLink } = paths;
  if (nameLink !== undefined) unlessGone(() => unlinkSync(nameLink));
  unlessGone(() => unlinkSync(groupLink(paths)));
  for (const path of [mountpoint, directory, `${state}/names`, state]) unlessGone(() => rmdirSync(path));
}

function unlessGone(remove: () => void): void {
  try {
    remove();
  } catch (error) {
    // Others have their state beside this one. EBUSY: the directory of all is where something is mounted, a volume or a tmpfs.
    if (!isErrno(error, "ENOENT", "ENOTEMPTY", "EBUSY")) throw error;
  }
}
