/** One thing that an engine does with a runtime, as a script that anybody can try by hand. */
export interface Case {
  readonly name: string;
  /** For sh, after the engine's prelude: `$C` is a name for its container, `$I` the image, `$D` an empty directory. */
  readonly script: string;
  /** What stdout has when it worked. The script's status is 0 then. */
  readonly shows?: string;
  /** How long it may take. Default 120. */
  readonly seconds?: number;
  /** Among those that stand for their kind (--short). */
  readonly short?: true;
  /** What it leaves is meant to stay: nobody waits for it to go. */
  readonly leaves?: true;
  /** Why runc may fail at it on some machines. */
  readonly forbidden?: string;
}

export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What was there afterwards and not before: processes, groups, mounts, links, files of the runtime. */
  readonly left: readonly string[];
  /** Calls of the runtime with their exit status, if they were recorded. */
  readonly calls: string;
  readonly seconds: number;
}
