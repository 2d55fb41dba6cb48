/** A moment of CLOCK_REALTIME, clock_gettime(2). */
export interface LogTime {
  /** Seconds since 1970. */
  readonly sec: number;
  /** 0 to 999,999,999. */
  readonly nsec: number;
}

export function isBefore(one: LogTime, other: LogTime): boolean {
  return one.sec < other.sec || (one.sec === other.sec && one.nsec < other.nsec);
}
