/**
 * The switches of a link below /proc/sys/net/ipv4/conf/NAME, ip-sysctl.rst, by IPV4_DEVCONF_* of linux/ip.h. What this
 * kernel has more of is left out.
 */
export const IPV4_DEVCONF = {
  forwarding: 1,
  mc_forwarding: 2,
  proxy_arp: 3,
  accept_redirects: 4,
  secure_redirects: 5,
  send_redirects: 6,
  shared_media: 7,
  rp_filter: 8,
  accept_source_route: 9,
  bootp_relay: 10,
  log_martians: 11,
  tag: 12,
  arp_filter: 13,
  medium_id: 14,
  disable_xfrm: 15,
  disable_policy: 16,
  force_igmp_version: 17,
  arp_announce: 18,
  arp_ignore: 19,
  promote_secondaries: 20,
  arp_accept: 21,
  arp_notify: 22,
  accept_local: 23,
  src_valid_mark: 24,
  proxy_arp_pvlan: 25,
  route_localnet: 26,
  igmpv2_unsolicited_report_interval: 27,
  igmpv3_unsolicited_report_interval: 28,
  ignore_routes_with_linkdown: 29,
  drop_unicast_in_l2_multicast: 30,
  drop_gratuitous_arp: 31,
  bc_forwarding: 32,
  arp_evict_nocarrier: 33,
} as const;

const ENTRIES = Object.entries(IPV4_DEVCONF);

/** Sysctls of one link by their names in /proc/sys. */
export type LinkSysctls = { readonly [Name in keyof typeof IPV4_DEVCONF]?: number };

/** IFLA_INET_CONF of an answer has all of them, the first one at 0. */
export function sysctlsOf(conf: readonly number[]): LinkSysctls {
  const sysctls: Record<string, number> = {};
  for (const [name, number] of ENTRIES) {
    const value = conf[number - 1];
    if (value !== undefined) sysctls[name] = value;
  }
  return sysctls;
}

/** IFLA_INET_CONF of a request has those that are to be set. @throws TypeError for a name that is none */
export function confOf(sysctls: LinkSysctls): Record<number, number> {
  return Object.fromEntries(
    Object.entries(sysctls).map(([name, value]) => {
      const number = (IPV4_DEVCONF as Readonly<Record<string, number>>)[name];
      if (number === undefined) throw new TypeError(`there is no sysctl net.ipv4.conf.LINK.${name}`);
      return [number, value];
    }),
  );
}
