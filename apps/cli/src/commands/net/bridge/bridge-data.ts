import { numberOption } from "../options/values.ts";

interface BridgeFlagValues {
  readonly "vlan-filtering"?: boolean;
  readonly stp?: boolean;
  readonly "mcast-snooping"?: boolean;
  readonly "ageing-time"?: string;
}

interface Data {
  readonly vlanFiltering?: boolean;
  readonly stpState?: number;
  readonly mcastSnooping?: boolean;
  readonly ageingTime?: number;
}

/** What flags say of a bridge itself; undefined where they say nothing. @throws UserError */
export function bridgeData(command: string, flags: BridgeFlagValues): Data | undefined {
  const { stp } = flags;
  const seconds = numberOption(command, "--ageing-time", flags["ageing-time"], MOST_SECONDS);
  const data: Data = {
    ...(flags["vlan-filtering"] === undefined ? {} : { vlanFiltering: flags["vlan-filtering"] }),
    ...(stp === undefined ? {} : { stpState: stp ? 1 : 0 }),
    ...(flags["mcast-snooping"] === undefined ? {} : { mcastSnooping: flags["mcast-snooping"] }),
    ...(seconds === undefined ? {} : { ageingTime: seconds * HUNDREDTHS }),
  };
  return Object.keys(data).length === 0 ? undefined : data;
}

const HUNDREDTHS = 100;
const MOST_SECONDS = 1_000_000;
