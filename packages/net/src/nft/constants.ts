/** Message types of nf_tables, linux/netfilter/nf_tables.h; in a message's header below the subsystem, {@link NFNL_SUBSYS}. */
export const NFT_MSG = {
  NEWTABLE: 0,
  GETTABLE: 1,
  DELTABLE: 2,
  NEWCHAIN: 3,
  GETCHAIN: 4,
  NEWRULE: 6,
  GETRULE: 7,
  DELRULE: 8,
  NEWSET: 9,
  GETSET: 10,
  NEWSETELEM: 12,
  GETSETELEM: 13,
  DELSETELEM: 14,
  GETGEN: 16,
} as const;

/** Subsystems of nfnetlink, and the messages around a batch: linux/netfilter/nfnetlink.h. */
export const NFNL_SUBSYS = { CTNETLINK: 1, NFTABLES: 10 } as const;
export const NFNL_MSG = { BATCH_BEGIN: 16, BATCH_END: 17 } as const;

/** Families of tables and addresses, linux/netfilter.h. */
export const NFPROTO = { UNSPEC: 0, INET: 1, IPV4: 2, IPV6: 10 } as const;

/** Hooks of the families ip, ip6 and inet. */
export const NF_INET = { PRE_ROUTING: 0, LOCAL_IN: 1, FORWARD: 2, LOCAL_OUT: 3, POST_ROUTING: 4 } as const;

export const NF = { DROP: 0, ACCEPT: 1 } as const;

/**
 * Registers: 16 of 4 bytes, by the number of the first one that a value begins in. VERDICT has what happens to the packet.
 */
export const NFT_REG = { VERDICT: 0, SIZE: 4, first: (index: number): number => 8 + index } as const;

export const NFT_META = { MARK: 3, IIFNAME: 6, OIFNAME: 7, NFPROTO: 15, L4PROTO: 16 } as const;
export const NFT_CT = { STATE: 0, STATUS: 2 } as const;
export const NFT_PAYLOAD = { NETWORK_HEADER: 1, TRANSPORT_HEADER: 2 } as const;
export const NFT_CMP = { EQ: 0, NEQ: 1 } as const;

/** Bits of a connection's state and status: nf_conntrack_common.h. */
export const CT_STATE = { INVALID: 1, ESTABLISHED: 2, RELATED: 4, NEW: 8 } as const;
export const IPS = { DST_NAT: 32 } as const;

export const NFT_NAT = { SNAT: 0, DNAT: 1 } as const;
export const FIB = { RESULT_ADDRTYPE: 3, F_DADDR: 2 } as const;

/** rtnetlink(7): an address of this machine. */
export const RTN_LOCAL = 2;

export const NFT_SET = { ANONYMOUS: 1, CONSTANT: 2, INTERVAL: 4, MAP: 8 } as const;
export const NFT_SET_ELEM = { INTERVAL_END: 1 } as const;

/** linux/if.h: bytes of an interface's name, with its NUL. */
export const IFNAMSIZ = 16;
