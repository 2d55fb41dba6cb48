/** RT_SCOPE_*, linux/rtnetlink.h: how far an address is known, a destination away. */
export const SCOPE = { global: 0, site: 200, link: 253, host: 254, nowhere: 255 } as const;
export type Scope = keyof typeof SCOPE | number;

/** RT_TABLE_*, linux/rtnetlink.h. */
export const TABLE = { unspec: 0, default: 253, main: 254, local: 255 } as const;
export type Table = keyof typeof TABLE | number;

/** RTN_*, linux/rtnetlink.h: what becomes of a packet. */
export const ROUTE_TYPE = {
  unspec: 0,
  unicast: 1,
  local: 2,
  broadcast: 3,
  anycast: 4,
  multicast: 5,
  blackhole: 6,
  unreachable: 7,
  prohibit: 8,
  throw: 9,
} as const;
export type RouteType = keyof typeof ROUTE_TYPE | number;

/** RTPROT_*, linux/rtnetlink.h: who made it. */
export const PROTOCOL = { unspec: 0, redirect: 1, kernel: 2, boot: 3, static: 4, ra: 9, dhcp: 16 } as const;
export type Protocol = keyof typeof PROTOCOL | number;

/** The number of a name, or that number. @throws TypeError */
export function numberOf(names: Readonly<Record<string, number>>, value: string | number): number {
  const number = typeof value === "number" ? value : names[value];
  if (number === undefined) throw new TypeError(`${JSON.stringify(value)} is none of ${Object.keys(names).join(", ")}`);
  return number;
}

/** The name of a number, where it has one. */
export function nameIn<Name extends string>(names: Readonly<Record<Name, number>>, number: number): Name | number {
  return (Object.entries(names) as [Name, number][]).find(([, each]) => each === number)?.[0] ?? number;
}
