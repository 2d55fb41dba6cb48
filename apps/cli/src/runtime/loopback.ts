import { AF, call, IFF, into, SIOC, SOCK, type Step, step, value } from "@wb/syscall";

/** `struct ifreq`, netdevice(7): a name of 16 bytes, then a union, of which SIOCSIFFLAGS takes a short. 40 bytes. */
function interfaceRequest(name: string, flags: number): Uint8Array {
  const request = Buffer.alloc(40);
  request.write(name, 0);
  request.writeInt16LE(flags, 16);
  return request;
}

/** The Step that switches on the loopback interface of a new network namespace, where it is the only one. */
export const loopbackUp: Step = step(
  "switch the loopback interface on",
  [
    into("socket", call("socket", AF.INET, SOCK.DGRAM | SOCK.CLOEXEC, 0)),
    call("ioctl", value("socket"), SIOC.SIFFLAGS, interfaceRequest("lo", IFF.UP | IFF.LOOPBACK | IFF.RUNNING)),
    call("close", value("socket")),
  ],
  "ip link set lo up",
);
