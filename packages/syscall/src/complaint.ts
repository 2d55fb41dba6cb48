import { countAdds } from "./argument.ts";
import { escapeControls, type FormatContext, formatCall } from "./format.ts";
import { hintedErrors, hintFor } from "./hints.ts";
import { strerror } from "./machine.ts";
import { call, ignoring, type Call, type Instruction, type Integer, type Program, type Step, step } from "./program.ts";
import { instructionOffset } from "./table.ts";
import { type ErrnoName, ERRNO } from "./uapi/errno.generated.ts";

/** What a process says on stderr when a call of its Program fails, and the status it ends with. */
export interface Complaint {
  /** Before the Step's label, the call as strace prints it, and its error: `wb: `. */
  readonly prefix: string;
  readonly status: number;
  /** For calls that have words of their own: what is said for each error. The same function is put into the table once. */
  readonly special?: (made: Call) => SpecialComplaint | undefined;
}

/** What is said, and the status, for an error. */
export type SpecialComplaint = (code: ErrnoName) => { readonly text: string; readonly status: number };

/** The label at which a table goes on after a failed call. */
export const FAILED = "after a failed call";

/**
 * The Step that a Program needs behind it to say which of its calls failed, and why, without anybody's help: the texts are
 * in the table, and it jumps to those that the failure record names.
 */
export function complaintStep(
  program: Program,
  complaint: Complaint,
  { inputs = {}, describeFd }: { inputs?: Readonly<Record<string, Integer>>; describeFd: FormatContext["describeFd"] },
): Step {
  const context: FormatContext = {
    cell: ({ value, offset = 0, mask = -1n }) => {
      const input = inputs[value];
      return input === undefined || offset !== 0 ? undefined : BigInt(input) & mask;
    },
    ...(describeFd === undefined ? {} : { describeFd }),
  };
  const places = failingCalls(program, complaint);
  const specials = [...new Set(places.map(({ special }) => special).filter((special) => special !== undefined))];
  return step("say which call failed", [
    { label: FAILED },
    ...places.map((place): Instruction => ({
      jump: place.special === undefined ? `at ${place.offset}` : `special ${specials.indexOf(place.special)}`,
      when: { value: "failure", equals: place.offset },
    })),
    ...end(complaint.status),
    ...places.flatMap((place) => (place.special === undefined ? complain(place, complaint, context) : [])),
    ...specials.flatMap((special, index) => [
      { label: `special ${index}` },
      ...eachErrno(CODES, `special ${index}`, special),
      ...end(complaint.status),
    ]),
    { label: "errno" },
    ...eachErrno(CODES, "errno", (code) => ({ text: `${reason(code)}\n`, status: complaint.status })),
    ...say("an error without a name\n"),
    ...end(complaint.status),
  ]);
}

const FAILURE_ERRNO = { value: "failure", offset: 8 } as const;

interface Place {
  /** Where the call stands in the table. */
  readonly offset: number;
  readonly made: Call;
  readonly label: string;
  readonly special: SpecialComplaint | undefined;
}

/** The calls that end the Program when they fail, as pack() places them: what completes a call's arguments comes before it. */
function failingCalls(program: Program, { special }: Complaint): Place[] {
  const places: Place[] = [];
  let next = 0;
  for (const { label, body } of program) {
    for (const instruction of body) {
      if ("call" in instruction) {
        next += instruction.args.reduce<number>((sum, argument) => sum + countAdds(argument), 0);
        if (instruction.ignore !== "any")
          places.push({ offset: instructionOffset(next), made: instruction, label, special: special?.(instruction) });
        next += 1;
      } else if ("jump" in instruction || "assign" in instruction) next += 1;
    }
  }
  return places;
}

function complain(
  { offset, made, label }: Place,
  { prefix, status }: Complaint,
  context: FormatContext,
): Instruction[] {
  const start = `${prefix}${escapeControls(label)}: ${formatCall(made, context)}: `;
  const hints = new Map(
    hintedErrors(made).flatMap((code) => {
      const hint = hintFor(made, code);
      return hint === undefined ? [] : [[code, hint] as const];
    }),
  );
  const hinted = (code: ErrnoName) => ({
    text: `${start}${reason(code)}\nhint: ${escapeControls(hints.get(code) ?? "")}\n`,
    status,
  });
  return [
    { label: `at ${offset}` },
    ...eachErrno([...hints.keys()], `at ${offset}`, hinted),
    ...say(start),
    { jump: "errno" },
  ];
}

/** Says what there is to say for one of some errors, and ends the process; goes on for others. */
function eachErrno(codes: readonly ErrnoName[], name: string, complaint: SpecialComplaint): Instruction[] {
  const behind = `${name}: another error`;
  return [
    ...codes.map((code): Instruction => ({
      jump: `${name} ${code}`,
      when: { ...FAILURE_ERRNO, equals: -ERRNO[code] },
    })),
    { jump: behind },
    ...codes.flatMap((code) => {
      const { text, status } = complaint(code);
      return [{ label: `${name} ${code}` }, ...say(text), ...end(status)];
    }),
    { label: behind },
  ];
}

function reason(code: ErrnoName): string {
  return `${code}, ${strerror(ERRNO[code])}`;
}

function say(text: string): Instruction[] {
  const bytes = Buffer.from(text);
  return [ignoring(call("write", 2, bytes, bytes.length))];
}

function end(status: number): Instruction[] {
  return [call("exit_group", status)];
}

/** Those of system calls, without the network's: a table that knows all is twice as large. */
const CODES: readonly ErrnoName[] = (Object.keys(ERRNO) as ErrnoName[]).filter(
  (code) => ERRNO[code] <= ERRNO.ELOOP || ["EOVERFLOW", "EUSERS", "EOPNOTSUPP", "EDQUOT", "ELIBBAD"].includes(code),
);
