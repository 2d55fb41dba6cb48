import { isErrno } from "@wb/syscall";
import { messageOf } from "../../report-error.ts";
import { type JoinedNetworks, joinNetworks, type JoinRequest } from "./join-networks.ts";

/**
 * As {@link joinNetworks}; where the machine cannot have the network that nobody asked for, its kernel or who calls being without what it takes, the
 * container has none, which is said.
 */
export function joinOrWarn(request: JoinRequest, warn: (message: string) => void): JoinedNetworks {
  const { net, ports, publishAll } = request.options;
  if (net.mode === "host" && (ports.length > 0 || publishAll))
    warn("Published ports are discarded when using host network mode");
  try {
    return joinNetworks(request);
  } catch (error) {
    if (
      !request.options.isDefaultNet ||
      !isErrno(error, "EPERM", "EOPNOTSUPP", "EPROTONOSUPPORT", "EAFNOSUPPORT", "EROFS", "EACCES")
    )
      throw error;
    warn(`the container has no network: ${messageOf(error)} (--net none asks for none)`);
    return joinNetworks({ ...request, options: { ...request.options, net: { mode: "none" } } });
  }
}
