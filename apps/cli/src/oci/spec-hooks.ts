/** Programs that run at points of a container's life, config.md "POSIX-platform Hooks". Each gets the state on its stdin. */
export interface SpecHooks {
  /** In the runtime's namespaces, after the container's are made and before its root changes. Deprecated. */
  readonly prestart?: readonly SpecHook[];
  /** As `prestart`, and after those. */
  readonly createRuntime?: readonly SpecHook[];
  /** In the container's namespaces, by a path of the runtime's, before the root changes. */
  readonly createContainer?: readonly SpecHook[];
  /** In the container, by a path of it, before its program is executed. */
  readonly startContainer?: readonly SpecHook[];
  /** In the runtime's namespaces, after the container's program is executed. A failure is a warning. */
  readonly poststart?: readonly SpecHook[];
  /** In the runtime's namespaces, after the container is deleted. A failure is a warning. */
  readonly poststop?: readonly SpecHook[];
}

export interface SpecHook {
  /** Absolute. */
  readonly path: string;
  /** With argv[0]. */
  readonly args?: readonly string[];
  /** `NAME=value` */
  readonly env?: readonly string[];
  /** Seconds. */
  readonly timeout?: number;
}
