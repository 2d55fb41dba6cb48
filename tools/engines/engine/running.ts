/** An engine that runs, for scripts. */
export interface Running extends Disposable {
  /** Shell functions and variables with which cases speak to it. */
  readonly prelude: string;
  /** Makes what the first container leaves for the others: the parent's groups, directories. */
  readonly warmUp: string;
  /** A script that removes what a case may have left. */
  readonly clean: string;
}

export interface EnginePlace {
  readonly place: string;
  /** Paths of the runtimes that it has to know; the first one is its default. */
  readonly runtimes: readonly string[];
  /** A directory with a root file system. */
  readonly root: string;
}
