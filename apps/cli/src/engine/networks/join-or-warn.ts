import { NetError } from "@wb/net";
import { isErrno } from "@wb/syscall";
import { messageOf } from "../../report-error.ts";
import { UserError } from "../../user-error.ts";
import { isUserMode } from "../options/network-mode.ts";
import { type JoinedNetworks, joinNetworks, type JoinRequest } from "./join-networks.ts";
import { leaveNetworks } from "./leave-networks.ts";
import { wantedPorts } from "./wanted-ports.ts";

/**
 * As {@link joinNetworks}; where the machine cannot have the network that nobody asked for, its kernel or who calls being without what it takes, the
 * container has none, which is said.
 */
export function joinOrWarn(request: JoinRequest, warn: (message: string) => void): JoinedNetworks {
  const { net, ports, publishAll } = request.options;
  if (net.mode === "host" && (ports.length > 0 || publishAll))
    warn("Published ports are discarded when using host network mode");
  try {
    return connectOrWarn(joinNetworks(request), request, warn);
  } catch (error) {
    // A port that is refused, below 1024 for one, is no network that is missing.
    const isMissing =
      !(error instanceof UserError) &&
      isErrno(error, "EPERM", "EOPNOTSUPP", "EPROTONOSUPPORT", "EAFNOSUPPORT", "EROFS", "EACCES");
    if (!request.options.isDefaultNet || !(isMissing || isWithoutProgram(error, request))) throw error;
    warn(withoutNetwork(error));
    return joinNetworks({ ...request, options: { ...request.options, net: { mode: "none" } } });
  }
}

/** Connects an ordinary user's container; the machine may have no way out. */
function connectOrWarn(joined: JoinedNetworks, request: JoinRequest, warn: (message: string) => void): JoinedNetworks {
  if (!request.options.isDefaultNet || !isUserMode(request.options.net)) return joined;
  return {
    ...joined,
    connect: (pid) => {
      try {
        joined.connect(pid);
      } catch (error) {
        if (!isWithoutProgram(error, request)) throw error;
        leaveNetworks(request.id);
        warn(withoutNetwork(error));
      }
    },
  };
}

/** Who asked for ports is not served without them. */
function isWithoutProgram(error: unknown, { options }: JoinRequest): boolean {
  return error instanceof NetError && error.code === "WB_NET_PROGRAM" && wantedPorts(options).length === 0;
}

function withoutNetwork(error: unknown): string {
  const hint = error instanceof NetError && error.hint !== undefined ? `${error.hint}; ` : "";
  return `the container has no network: ${messageOf(error)} (${hint}--net none asks for none)`;
}
