import { closeFd } from "@wb/syscall";

/** A file descriptor that is closed at the end of its block. */
export function ownedFd(fd: number): { readonly fd: number } & Disposable {
  return { fd, [Symbol.dispose]: () => closeFd(fd) };
}
