/** Whom ioprio_set(2) means, linux/ioprio.h. */
export const IOPRIO_WHO = {
  PROCESS: 1,
  PGRP: 2,
  USER: 3,
} as const;

/** Classes of I/O priorities, ioprio_set(2), linux/ioprio.h: bits 13 to 15; the lower ones are the level. */
export const IOPRIO_CLASS = {
  NONE: 0,
  RT: 1,
  BE: 2,
  IDLE: 3,
} as const;
