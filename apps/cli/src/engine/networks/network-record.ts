import { isId } from "../store/read-entry.ts";

/** What is kept of a network. */
export interface NetworkRecord {
  readonly version: 1;
  /** 64 hexadecimal digits. */
  readonly id: string;
  readonly name: string;
  readonly driver: "bridge";
  /** Milliseconds since 1970. */
  readonly created: number;
  /** The name of its link on this machine. */
  readonly bridge: string;
  /** One of IPv4 at least. */
  readonly pools: readonly NetworkPool[];
  /** Somebody has named its subnet, so that containers may ask for addresses of it. */
  readonly isConfigured: boolean;
  readonly ipv6: boolean;
  /** Nothing outside is reached from it. */
  readonly internal: boolean;
  /** What leaves the machine from it has the machine's address. */
  readonly masquerade: boolean;
  /** Its containers reach each other: `enable_icc`. */
  readonly icc: boolean;
  /** Bytes; 0: what the kernel chooses. */
  readonly mtu: number;
  readonly labels: Readonly<Record<string, string>>;
  /** `-o`, as they were given. */
  readonly options: Readonly<Record<string, string>>;
}

export interface NetworkPool {
  readonly subnet: string;
  /** Where addresses are taken from; "": all of the subnet. */
  readonly range: string;
  readonly gateway: string;
  /** Addresses that others have, by their names. */
  readonly reserved: Readonly<Record<string, string>>;
}

/** What a file says; undefined where it is none that wb wrote. */
export function asNetworkRecord(value: unknown): NetworkRecord | undefined {
  const { version, id, name, driver, created, bridge, pools, labels, options }: Record<string, unknown> = Object(value);
  const isRecord =
    version === 1 &&
    driver === "bridge" &&
    Number.isFinite(created) &&
    [id, name, bridge].every((text) => typeof text === "string") &&
    isId(String(id)) &&
    Array.isArray(pools) &&
    pools.length > 0 &&
    pools.every(isPool) &&
    isTexts(labels) &&
    isTexts(options);
  return isRecord ? (value as NetworkRecord) : undefined;
}

function isPool(value: unknown): boolean {
  const { subnet, range, gateway, reserved }: Record<string, unknown> = Object(value);
  return [subnet, range, gateway].every((text) => typeof text === "string") && isTexts(reserved);
}

function isTexts(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.values(value).every((text) => typeof text === "string");
}
