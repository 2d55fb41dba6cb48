/**
 * Writes uapi/syscalls.generated.ts and uapi/errno.generated.ts of @wb/syscall, and the tables of other ABIs for
 * @wb/security, from the kernel's headers:
 *
 *     node tools/generate-syscalls.ts
 *
 * Needs Debian's linux-libc-dev and linux-libc-dev-arm64-cross (on arm64: linux-libc-dev-amd64-cross), and
 * linux-libc-dev-armhf-cross.
 */
import { writeFileSync } from "node:fs";
import { generateErrno } from "./generate/errno.ts";
import { generateSeccompTables } from "./generate/seccomp-tables.ts";
import { generateSyscalls } from "./generate/syscalls.ts";

const uapi = new URL("../packages/syscall/src/uapi/", import.meta.url);

writeFileSync(new URL("syscalls.generated.ts", uapi), generateSyscalls());
writeFileSync(new URL("errno.generated.ts", uapi), generateErrno());

const seccomp = new URL("../packages/security/src/seccomp/", import.meta.url);

writeFileSync(new URL("syscall-tables.generated.ts", seccomp), generateSeccompTables());
