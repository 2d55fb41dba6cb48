import type { CompleteSpec } from "../../oci/complete-spec.ts";
import { UserError } from "../../user-error.ts";

/** Moving them takes rtnetlink(7), which wb does not speak. @throws UserError */
export function refuseNetDevices({ linux: { netDevices = {} } }: CompleteSpec): void {
  const [name] = Object.keys(netDevices);
  if (name === undefined) return;
  throw new UserError(`config.json: linux.netDevices: ${JSON.stringify(name)}: network devices cannot be moved yet`, {
    hint: "a createRuntime hook can: ip link set DEVICE netns PID",
  });
}
