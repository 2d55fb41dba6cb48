/** Something that runs a container detached, and writes its output to a log. */
export interface LogContender {
  readonly name: string;
  /** What its log is, and how it is limited. */
  readonly log: string;
  /** Starts `sh -c script` in a busybox root whose /tmp is the place of the measurement. */
  readonly start: (script: string) => Promise<LoggedContainer>;
}

/** Disposing of it ends and removes it, with its log. */
export interface LoggedContainer extends AsyncDisposable {
  /** The processes that stay because of it; and one that serves all containers, which has its share of the work. */
  readonly supervisors: readonly number[];
  readonly shared?: number;
}
