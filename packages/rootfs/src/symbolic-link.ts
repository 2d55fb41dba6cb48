import { call, ignoring, type Step, step, value } from "@wb/syscall";
import { closing, openTarget, splitPath } from "./in-root.ts";

/** The Step that makes a symbolic link in the container's root; a name that is taken is left as it is. */
export function symbolicLink(path: string, target: string): Step {
  const { directory, name } = splitPath(path);
  return step(
    `link ${path} to ${target}`,
    [
      ...openTarget(directory),
      ignoring(call("symlinkat", target, value("target"), name), "EEXIST"),
      ...closing("target"),
    ],
    `ln -s ${target} $ROOT${path}`,
  );
}
