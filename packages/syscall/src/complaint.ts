import { escapeControls, type FormatContext, formatCall } from "./format.ts";
import { hintFor } from "./hints.ts";
import { strerror } from "./machine.ts";
import { pack } from "./pack.ts";
import { call, ignoring, type Call, type Instruction, type Integer, type Program, type Step, step } from "./program.ts";
import { instructionOffset } from "./table.ts";
import { type ErrnoName, ERRNO } from "./uapi/errno.generated.ts";

/** What a process says on stderr when a call of its Program fails, and the status it ends with. */
export interface Complaint {
  /** Before the Step's label, the call as strace prints it, and its error: `wb: `. */
  readonly prefix: string;
  readonly status: number;
  /** Another text, or another status, for one error of one call. */
  readonly special?: (made: Call, code: ErrnoName) => { readonly text: string; readonly status: number } | undefined;
}

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
  const places = failingCalls(program);
  return step("say which call failed", [
    { label: FAILED },
    ...places.map(({ offset }): Instruction => ({ jump: `at ${offset}`, when: { value: "failure", equals: offset } })),
    ...end(complaint.status),
    ...places.flatMap((place) => complain(place, complaint, context)),
    { label: "errno" },
    ...CODES.map((code): Instruction => ({ jump: code, when: { ...FAILURE_ERRNO, equals: -ERRNO[code] } })),
    ...say("an error without a name\n"),
    ...end(complaint.status),
    ...CODES.flatMap((code) => [{ label: code }, ...say(`${reason(code)}\n`), ...end(complaint.status)]),
  ]);
}

const FAILURE_ERRNO = { value: "failure", offset: 8 } as const;

interface Place {
  /** Where the call stands in the table. */
  readonly offset: number;
  readonly made: Call;
  readonly label: string;
}

/** The same calls stand at the same places in a table that goes on after them. */
function failingCalls(program: Program): Place[] {
  const unfinished = [...program, step("end", [{ label: FAILED }])];
  // What completes a call's arguments stands before it, and has the same origin.
  const last = new Map(pack(unfinished, { onError: FAILED }).origins.map((origin, index) => [origin, index]));
  return [...last].flatMap(
    ([
      {
        instruction,
        step: { label },
      },
      index,
    ]) =>
      "call" in instruction && instruction.ignore !== "any"
        ? [{ offset: instructionOffset(index), made: instruction, label }]
        : [],
  );
}

function complain({ offset, made, label }: Place, complaint: Complaint, context: FormatContext): Instruction[] {
  const start = `${complaint.prefix}${escapeControls(label)}: ${formatCall(made, context)}: `;
  const specials = CODES.flatMap((code) => {
    const special = specialText({ made, code, start }, complaint);
    return special === undefined ? [] : [{ ...special, code, label: `at ${offset} ${code}` }];
  });
  return [
    { label: `at ${offset}` },
    ...specials.map((special): Instruction => ({
      jump: special.label,
      when: { ...FAILURE_ERRNO, equals: -ERRNO[special.code] },
    })),
    ...say(start),
    { jump: "errno" },
    ...specials.flatMap((special) => [{ label: special.label }, ...say(special.text), ...end(special.status)]),
  ];
}

function specialText(
  { made, code, start }: { readonly made: Call; readonly code: ErrnoName; readonly start: string },
  { special, status }: Complaint,
): { readonly text: string; readonly status: number } | undefined {
  const own = special?.(made, code);
  if (own !== undefined) return own;
  const hint = hintFor(made, code);
  return hint === undefined ? undefined : { text: `${start}${reason(code)}\nhint: ${escapeControls(hint)}\n`, status };
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
