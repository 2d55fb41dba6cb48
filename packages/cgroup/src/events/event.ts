/** What happens to a group. */
export type CgroupEvent = StateEvent | MemoryEvent | PressureEvent;

/** `cgroup.events` of the v2 tree: whether processes are in the group or below it, and whether they all stand still. */
export interface StateEvent {
  readonly type: "populated" | "frozen";
  readonly value: boolean;
}

/** `memory.events`: a limit was met so often. On v1 there are `oom` and `oom_kill` alone, of the group itself. */
export interface MemoryEvent {
  readonly type: MemoryEventType;
  /** How often since the last event of the kind. */
  readonly count: number;
}

export const MEMORY_EVENTS = ["low", "high", "max", "oom", "oom_kill", "oom_group_kill"] as const;
export type MemoryEventType = (typeof MEMORY_EVENTS)[number];

/** A {@link PressureTrigger} was reached: at most once in its window. */
export interface PressureEvent {
  readonly type: "pressure";
  readonly trigger: PressureTrigger;
}

/** psi.rst, "Monitoring for pressure thresholds" (Linux 5.2): so many microseconds of waiting in each window. */
export interface PressureTrigger {
  readonly resource: "cpu" | "memory" | "io";
  readonly kind: "some" | "full";
  readonly stallUs: number;
  /** 500000 to 10000000; without CAP_SYS_RESOURCE a multiple of 2000000 (Linux 6.5). */
  readonly windowUs: number;
}
