/** Names of a C header for integers, without their prefix: `{ NEWNS: 0x20000 }` with the prefix `CLONE_`. */
export type Names = Readonly<Record<string, number | bigint>>;

/**
 * How an argument or a struct's field is printed, and what it is:
 * - `int`: a signed decimal; `uint`: an unsigned one; `hex`; `octal`: a mode
 * - `fd`: a file descriptor; `dirfd`: one that may be AT_FDCWD
 * - `path`: a pathname (the first and the second of a call become an error's `path` and `dest`); `string`: other text
 * - `bytes`: memory; `strings`: argv or envp; `pointer`: an address or a struct
 * - `signal`: SIGKILL
 * - `flags`: or-ed names, what has no name in hexadecimal; `oneOf`: one name
 */
export type Format =
  | "int"
  | "uint"
  | "hex"
  | "octal"
  | "fd"
  | "dirfd"
  | "path"
  | "string"
  | "bytes"
  | "strings"
  | "pointer"
  | "signal"
  | { readonly flags: Names; readonly prefix: string; /** What 0 is called: `O_RDONLY`. */ readonly zero?: string }
  | { readonly oneOf: Names; readonly prefix: string };

/** The parameters of a system call, by the names of its man page, in order. */
export type Signature = Readonly<Record<string, Format>>;
