import { call, isErrno, MNT, run, step } from "@wb/syscall";
import { overlay, type OverlayOptions } from "./overlay.ts";

/** A mounted overlay. Disposing of it unmounts it. */
export interface OverlayMount extends Disposable {
  readonly target: string;
  /** umount2(2); nothing happens when it is no longer mounted. @throws SyscallError EBUSY while it is in use */
  readonly unmount: () => void;
}

/**
 * Mounts an overlay in this process's mount namespace, now.
 *
 * @throws SyscallError as mount(2) says
 * @example
 * using merged = mountOverlay({ lower: ["/usr"], upper: "/tmp/upper", work: "/tmp/work", target: "/tmp/merged" });
 */
export function mountOverlay(options: OverlayOptions): OverlayMount {
  run([overlay(options)]);
  const { target } = options;
  let mounted = true;
  const unmount = (flags: number): void => {
    if (!mounted) return;
    try {
      run([step(`unmount ${target}`, [call("umount2", target, flags)], `umount ${target}`)]);
    } catch (error) {
      // EINVAL: someone else has unmounted it.
      if (!isErrno(error, "EINVAL")) throw error;
    }
    mounted = false;
  };
  // What still uses the mount keeps it until it is done; the name is gone at once.
  return { target, unmount: () => unmount(0), [Symbol.dispose]: () => unmount(MNT.DETACH) };
}
