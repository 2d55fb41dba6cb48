import { errnoName, type ErrnoName, strerror } from "@wb/syscall";
import type { Answer } from "./answer.ts";
import { hintFor } from "./hints.ts";
import type { NetlinkRequest } from "./request.ts";

/**
 * A request that the kernel refused. It has the fields of Node's own system errors, so that `error.code === "EEXIST"` serves
 * for both; its message is the command, the message type, the error, and what the kernel itself says about it.
 *
 * @example
 * try {
 *   linkAdd({ name: "lo", kind: "dummy" });
 * } catch (error) {
 *   error.message; // "ip link add lo type dummy: RTM_NEWLINK: EEXIST, File exists"
 * }
 */
export class NetlinkError extends Error {
  /** `EEXIST`; for an error that has no name, `errno 600`. */
  readonly code: ErrnoName | string;
  /** Negative, as Node has it. */
  readonly errno: number;
  /** The type of the message: `RTM_NEWLINK`. */
  readonly messageType: string;
  /** The command that does the same: `ip link add lo type dummy`. */
  readonly command: string;
  /** What the kernel says about it, NLMSGERR_ATTR_MSG (Linux 4.12): "Invalid prefix for given prefix length". */
  declare readonly kernelText?: string;
  /** Bytes from the start of the message to the attribute that is wrong, NLMSGERR_ATTR_OFFS. */
  declare readonly offset?: number;
  /** The remedy, where one is known. */
  declare readonly hint?: string;

  constructor(request: NetlinkRequest, answer: Answer) {
    const number = Math.abs(answer.errno);
    const code = errnoName(number);
    const text = answer.text === undefined || answer.text === "" ? "" : `: ${answer.text}`;
    super(`${request.command}: ${request.name}: ${code}, ${strerror(number)}${text}`);
    this.code = code;
    this.errno = -number;
    this.messageType = request.name;
    this.command = request.command;
    if (text !== "" && answer.text !== undefined) this.kernelText = answer.text;
    if (answer.offset !== undefined) this.offset = answer.offset;
    const hint = hintFor(request, code, answer.text);
    if (hint !== undefined) this.hint = hint;
  }
}

Object.defineProperty(NetlinkError.prototype, "name", { value: "NetlinkError", configurable: true, writable: true });
