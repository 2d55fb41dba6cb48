import { AT_FDCWD, call, ignoring, into, O, step, value } from "@wb/syscall";
import type { Netns } from "../../netlink/netns.ts";
import { runInNetns } from "../../netlink/run-in-netns.ts";
import { checkLinkName } from "./name.ts";

/** In the words of ip-tuntap(8). */
export interface TuntapOptions {
  readonly name: string;
  /** `tun` has IP packets, `tap` Ethernet frames. */
  readonly mode: "tun" | "tap";
  /** The user, and the group, that may open it. Default: root alone. */
  readonly user?: number;
  readonly group?: number;
  readonly multiQueue?: boolean;
  /** Each packet has `struct tun_pi` before it. Default false. */
  readonly pi?: boolean;
  /** Each packet has `struct virtio_net_hdr` before it. Default false. */
  readonly vnetHdr?: boolean;
}

/**
 * Makes a tun or tap link that stays, for a program that opens it later: by ioctls of /dev/net/tun, since rtnetlink has none.
 * `linkDelete` deletes it.
 *
 * Equivalent to `ip tuntap add dev NAME mode tap`
 *
 * @throws SyscallError of openat ENOENT without the device, of ioctl EBUSY when there is a link of the name; NetError
 *   WB_NET_NAME, WB_NET_NETNS
 */
export function tuntapAdd(options: TuntapOptions, { netns }: { readonly netns?: Netns | undefined } = {}): void {
  const { name, user, group } = options;
  checkLinkName(name);
  runInNetns(
    netns,
    [
      step(`make the ${options.mode} link ${name}`, [
        into(FD, call("openat", AT_FDCWD, "/dev/net/tun", O.RDWR | O.CLOEXEC, 0)),
        call("ioctl", value(FD), TUN.SETIFF, ifreq(options)),
        ...(user === undefined ? [] : [call("ioctl", value(FD), TUN.SETOWNER, user)]),
        ...(group === undefined ? [] : [call("ioctl", value(FD), TUN.SETGROUP, group)]),
        call("ioctl", value(FD), TUN.SETPERSIST, 1),
        { label: CLOSE },
        ignoring(call("close", value(FD))),
      ]),
    ],
    { onError: CLOSE },
  );
}

const [FD, CLOSE] = ["tun", "tun close"];

/** ioctls of /dev/net/tun, linux/if_tun.h. */
const TUN = { SETIFF: 0x4004_54ca, SETPERSIST: 0x4004_54cb, SETOWNER: 0x4004_54cc, SETGROUP: 0x4004_54ce } as const;

/** Flags of TUNSETIFF, linux/if_tun.h. With TUN_EXCL a link that is there is refused. */
const IFF_TUN = { tun: 0x1, tap: 0x2, MULTI_QUEUE: 0x100, NO_PI: 0x1000, VNET_HDR: 0x4000, TUN_EXCL: 0x8000 } as const;

/** `struct ifreq`, netdevice(7): 16 bytes of name, then the flags. */
function ifreq({ name, mode, multiQueue = false, pi = false, vnetHdr = false }: TuntapOptions): Buffer {
  const bytes = Buffer.alloc(40);
  bytes.write(name);
  const flags =
    IFF_TUN[mode] |
    IFF_TUN.TUN_EXCL |
    (multiQueue ? IFF_TUN.MULTI_QUEUE : 0) |
    (pi ? 0 : IFF_TUN.NO_PI) |
    (vnetHdr ? IFF_TUN.VNET_HDR : 0);
  bytes.writeUInt16LE(flags, 16);
  return bytes;
}
