/** IP protocols that have ports, by their numbers: protocols(5). */
export const PORT_PROTOCOLS = { tcp: 6, udp: 17, sctp: 132 } as const;

export type PortProtocol = keyof typeof PORT_PROTOCOLS;
