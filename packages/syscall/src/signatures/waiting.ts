import type { Format } from "../signature.ts";
import { EFD } from "../uapi/eventfd.ts";
import { EPOLL, EPOLL_CTL } from "../uapi/eventpoll.ts";
import { IN, IN_EVENT } from "../uapi/inotify.ts";
import { GRND } from "../uapi/random.ts";
import { CLOCK, TIMER } from "../uapi/time.ts";
import { TFD, TFD_TIMER } from "../uapi/timerfd.ts";
import { flags, oneOf, type Signatures } from "./formats.ts";

const clock: Format = oneOf({ CLOCK_: CLOCK });

/** The parameters of the calls for waiting and time. */
export const waiting = (): Signatures => ({
  poll: { fds: "pointer", nfds: "uint", timeout: "int" },
  ppoll: { fds: "pointer", nfds: "uint", tmo_p: "pointer", sigmask: "pointer", sigsetsize: "uint" },
  epoll_create1: { flags: flags({ EPOLL_: EPOLL }) },
  epoll_ctl: { epfd: "fd", op: oneOf({ EPOLL_CTL_: EPOLL_CTL }), fd: "fd", event: "pointer" },
  epoll_wait: { epfd: "fd", events: "pointer", maxevents: "int", timeout: "int" },
  epoll_pwait: {
    epfd: "fd",
    events: "pointer",
    maxevents: "int",
    timeout: "int",
    sigmask: "pointer",
    sigsetsize: "uint",
  },
  eventfd2: { initval: "uint", flags: flags({ EFD_: EFD }) },
  inotify_init1: { flags: flags({ IN_: IN }) },
  inotify_add_watch: { fd: "fd", pathname: "path", mask: flags({ IN_: IN_EVENT }) },
  inotify_rm_watch: { fd: "fd", wd: "int" },
  nanosleep: { req: "pointer", rem: "pointer" },
  clock_gettime: { clockid: clock, tp: "pointer" },
  clock_nanosleep: { clockid: clock, flags: flags({ TIMER_: TIMER }), request: "pointer", remain: "pointer" },
  timerfd_create: { clockid: clock, flags: flags({ TFD_: TFD }) },
  timerfd_settime: { fd: "fd", flags: flags({ TFD_TIMER_: TFD_TIMER }), new_value: "pointer", old_value: "pointer" },
  getrandom: { buf: "pointer", buflen: "uint", flags: flags({ GRND_: GRND }) },
});
