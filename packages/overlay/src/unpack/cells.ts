import { call, ignoring, type Instruction, into, type Jump, type Label, type Step, step, value } from "@wb/syscall";

/** Cells of the Programs that unpack: file descriptors. `root` is an input, and the caller's; the others are closed again. */
export const CELL = { root: "root", directory: "directory", file: "file", source: "source" } as const;

type Opened = "directory" | "file" | "source";

/** Closes one. The cell holds close(2)'s 0 from then on, which is how {@link cleanUp} knows. */
export function closing(cell: Opened): Instruction {
  return into(CELL[cell], call("close", value(CELL[cell])));
}

/** The label for `onError` of {@link run}: what is open is closed. */
export const CLEAN_UP = "clean up";

/** The last Step: the end of a Program that went well, or what closes the rest of one that did not. */
export function cleanUp(): Step {
  const closeIfOpen = (cell: Opened): (Instruction | Jump | Label)[] => [
    { jump: `no ${cell}`, when: { value: CELL[cell], equals: 0 } },
    ignoring(call("close", value(CELL[cell]))),
    { label: `no ${cell}` },
  ];
  return step("close what is open", [
    { jump: "end" },
    { label: CLEAN_UP },
    ...(["directory", "file", "source"] as const).flatMap(closeIfOpen),
    { label: "end" },
  ]);
}
