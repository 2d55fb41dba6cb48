import { NetError } from "../../net-error.ts";
import { TBF, type TcTbfQopt } from "./message.ts";

/** A token bucket, tc-tbf(8): what leaves a link is held back to a rate. */
export interface Tbf {
  /** Bytes a second. */
  readonly rate: number;
  /** Bytes that may leave at once: at least those of one timer interrupt, rate / HZ, and of the largest packet. */
  readonly burst: number;
  /** Bytes that may wait; or ms that a packet may wait, by which the kernel is given bytes. One of both. */
  readonly limit?: number;
  readonly latency?: number;
  /** Bytes a second at which the bucket is emptied, and the size of its own bucket. Default: at once. */
  readonly peakrate?: number;
  readonly mtu?: number;
}

/** TCA_OPTIONS of a tbf. @throws NetError WB_NET_VALUE */
export function encodeTbf(tbf: Tbf): Uint8Array {
  const { rate, burst, peakrate, mtu } = tbf;
  check("rate", rate);
  check("burst", burst, 0xffff_ffff);
  if (peakrate !== undefined) check("peakrate", peakrate);
  if (peakrate !== undefined && mtu === undefined) throw new NetError("WB_NET_VALUE", "a peakrate of tbf needs an mtu");
  const parms = {
    rate: Math.min(rate, MOST),
    rate_linklayer: ETHERNET,
    buffer: ticks(rate, burst),
    limit: limitOf(tbf),
    ...(peakrate === undefined || mtu === undefined
      ? {}
      : { peakrate: Math.min(peakrate, MOST), peakrate_linklayer: ETHERNET, mtu: ticks(peakrate, mtu) }),
  };
  return TBF.encode({
    parms: parms as TcTbfQopt,
    ...(rate > MOST ? { rate64: BigInt(rate) } : {}),
    ...(peakrate !== undefined && peakrate > MOST ? { prate64: BigInt(peakrate) } : {}),
    burst,
    ...(mtu === undefined || peakrate === undefined ? {} : { pburst: mtu }),
  });
}

/** The other way round. @throws DecodeError */
export function decodeTbf(options: Uint8Array): Tbf | undefined {
  const { parms, rate64, prate64, burst } = TBF.decode(Buffer.from(options));
  if (parms === undefined) return undefined;
  const rate = rate64 === undefined ? parms.rate : Number(rate64);
  const peakrate = prate64 === undefined ? parms.peakrate : Number(prate64);
  return {
    rate,
    burst: burst ?? bytesIn(rate, parms.buffer),
    limit: parms.limit,
    ...(peakrate === 0 ? {} : { peakrate, mtu: bytesIn(peakrate, parms.mtu) }),
  };
}

const MOST = 0xffff_ffff;
/** TC_LINKLAYER_ETHERNET: with it the kernel needs no table of rates (Linux 3.8). */
const ETHERNET = 1;
/** PSCHED_SHIFT of the kernel: a tick is 64 ns. */
const TICK_NS = 64;

function ticks(rate: number, size: number): number {
  return Math.min(MOST, Math.floor((size * 1e9) / rate / TICK_NS));
}

function bytesIn(rate: number, time: number): number {
  return Math.round((time * TICK_NS * rate) / 1e9);
}

/** As tc(8) has it: what comes in within that time, and the bucket. */
function limitOf({ rate, burst, limit, latency, peakrate, mtu = 0 }: Tbf): number {
  if ((limit === undefined) === (latency === undefined))
    throw new NetError("WB_NET_VALUE", "tbf takes one of limit and latency");
  if (limit !== undefined) {
    check("limit", limit, MOST);
    return limit;
  }
  const wait = latency ?? 0;
  check("latency", wait);
  const most = (rate * wait) / 1000 + burst;
  const peak = peakrate === undefined ? most : (peakrate * wait) / 1000 + mtu;
  return Math.min(MOST, Math.floor(Math.min(most, peak)));
}

function check(name: string, value: number, most = Number.MAX_SAFE_INTEGER): void {
  if (!Number.isInteger(value) || value <= 0 || value > most)
    throw new NetError("WB_NET_VALUE", `the ${name} of tbf is no number of 1 to ${most}: ${value}`);
}
