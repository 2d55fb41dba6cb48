import { workingDirectory } from "@wb/ns";
import { AT_FDCWD, call, ignoring, into, O, openHow, pointer, type Program, RESOLVE, step, value } from "@wb/syscall";

/**
 * The Steps that enter the working directory and make the process its user: with privileges, since an image may close the
 * directory to its user; where those do not help (a file system that knows no root, NFS), as that user.
 */
export function inDirectory(cwd: string, becomeUser: Program): Program {
  // Not through a magic link such as /proc/self/fd/7, which leads out of any root (CVE-2024-21626).
  const how = { flags: O.PATH | O.DIRECTORY | O.CLOEXEC, resolve: RESOLVE.NO_MAGICLINKS };
  const opening = call("openat2", AT_FDCWD, cwd, pointer(openHow, how), openHow.size);
  const { label, body, shell } = workingDirectory(cwd);
  return [
    step(
      label,
      [
        into("directory", ignoring(opening, "EACCES")),
        { jump: "closed", when: { value: "directory", lessThan: 0 } },
        into("entered", ignoring(call("fchdir", value("directory")), "EACCES")),
        call("close", value("directory")),
        { label: "closed" },
      ],
      shell,
    ),
    ...becomeUser,
    step(`${label}, as the user, if privileges did not help`, [
      { jump: "entered", when: { value: "entered", equals: 0 } },
      ...body,
      { label: "entered" },
    ]),
  ];
}
