import { encodeAttribute, NLA_F, parseAttributes } from "../../netlink/attribute.ts";
import { attributes, type AttributeTable } from "../../netlink/attributes.ts";
import { bytes, type Codec, cstring } from "../../netlink/codec.ts";
import { within } from "../../netlink/decode-error.ts";
import { BRPORT } from "./bridge-port.ts";
import { KINDS } from "./kinds.ts";

/** IFLA_INFO_*, linux/if_link.h: what is special to a kind of link, and to a port of one. */
export interface LinkInfo {
  readonly kind?: string;
  /** By the table of its kind; bytes of a kind that has none here. */
  readonly data?: object | Uint8Array;
  /** Of the link that is its master: `bridge`. */
  readonly portKind?: string;
  readonly port?: object | Uint8Array;
  readonly xstats?: Uint8Array;
}

/** Which codec the data have says the kind. */
export const LINK_INFO: Codec<LinkInfo> = {
  flags: NLA_F.NESTED,
  encode: ({ kind, data, portKind, port, xstats }) =>
    Buffer.concat([
      RAW.encode({ ...(kind === undefined ? {} : { kind }), ...(portKind === undefined ? {} : { portKind }) }),
      ...encodeData(RAW.types.data, KINDS[kind ?? ""], data),
      ...encodeData(RAW.types.port, PORTS[portKind ?? ""], port),
      ...encodeData(RAW.types.xstats, undefined, xstats),
    ]),
  decode: (content) => {
    const { kind, portKind, xstats } = RAW.decode(content);
    const found = parseAttributes(content);
    const part = (name: "data" | "port", table: Codec<object> | undefined): object | undefined => {
      const attribute = found.findLast(({ type }) => type === RAW.types[name]);
      if (attribute === undefined) return undefined;
      return within(`IFLA_INFO.${name}`, () => (table ?? bytes).decode(attribute.data));
    };
    const all = {
      kind,
      data: part("data", KINDS[kind ?? ""]),
      portKind,
      port: part("port", PORTS[portKind ?? ""]),
      xstats,
    };
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  },
};

const RAW: AttributeTable<{ kind: string; data: Uint8Array; xstats: Uint8Array; portKind: string; port: Uint8Array }> =
  attributes("IFLA_INFO", {
    kind: [1, cstring],
    data: [2, bytes],
    xstats: [3, bytes],
    portKind: [4, cstring],
    port: [5, bytes],
  });

/** The codecs of IFLA_INFO_SLAVE_DATA. */
const PORTS: Readonly<Record<string, Codec<object>>> = { bridge: BRPORT };

function encodeData(
  type: number,
  table: Codec<object> | undefined,
  data: object | Uint8Array | undefined,
): readonly Uint8Array[] {
  if (data === undefined) return [];
  if (table === undefined || data instanceof Uint8Array)
    return [encodeAttribute(type, data instanceof Uint8Array ? data : new Uint8Array())];
  return [encodeAttribute(type, table.encode(data), table.flags)];
}
