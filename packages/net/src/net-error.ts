/**
 * - `WB_NET_NAME`: no name that a link or a namespace can have
 * - `WB_NET_VALUE`: an address, a number or an option that is none
 * - `WB_NET_NETNS`: there is no such network namespace
 * - `WB_NET_LINK`: there is no such link
 * - `WB_NET_DUMP`: a list changed each time that it was read
 * - `WB_NET_POOL`: no address is free, or not the one that is asked for
 * - `WB_NET_PROGRAM`: a program is missing, or does not do it
 * - `WB_NET_CLOSED`: the socket has been closed
 */
export type NetErrorCode =
  | "WB_NET_NAME"
  | "WB_NET_VALUE"
  | "WB_NET_NETNS"
  | "WB_NET_LINK"
  | "WB_NET_DUMP"
  | "WB_NET_POOL"
  | "WB_NET_PROGRAM"
  | "WB_NET_CLOSED";

export interface NetErrorDetails {
  /** What can be done about it. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/** Something about networks that could not be done, and that the kernel was not asked for. */
export class NetError extends Error {
  readonly code: NetErrorCode;
  readonly hint?: string;

  constructor(code: NetErrorCode, message: string, { hint, cause }: NetErrorDetails = {}) {
    super(message, cause === undefined ? {} : { cause });
    this.code = code;
    if (hint !== undefined) this.hint = hint;
  }
}

Object.defineProperty(NetError.prototype, "name", { value: "NetError", configurable: true, writable: true });
