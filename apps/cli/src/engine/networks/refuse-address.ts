import { UserError } from "../../user-error.ts";
import type { NetworkRecord } from "./network-record.ts";

/** An address can be asked for where somebody has chosen the subnet. @throws UserError in docker's words */
export function refuseAddress(
  { name, pools, isConfigured }: NetworkRecord,
  { ip, ip6 }: { readonly ip: string | undefined; readonly ip6: string | undefined },
): void {
  if (ip === undefined && ip6 === undefined) return;
  const hasFamily = (isIpv6: boolean): boolean => pools.some(({ subnet }) => subnet.includes(":") === isIpv6);
  if (isConfigured && (ip === undefined || hasFamily(false)) && (ip6 === undefined || hasFamily(true))) return;
  throw new UserError(
    "user specified IP address is supported only when connecting to networks with user configured subnets",
    {
      hint: `${name} has none${isConfigured ? " of this family" : ""}: wb network create --subnet 172.30.0.0/16 NETWORK`,
    },
  );
}
