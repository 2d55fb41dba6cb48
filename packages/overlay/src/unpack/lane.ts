/** Does jobs one after the other, while its owner prepares the next: at most `depth` of them wait. */
export class Lane {
  readonly #depth: number;
  readonly #jobs: Promise<void>[] = [];

  constructor(depth: number) {
    this.#depth = depth;
  }

  /** Adds a job; comes back once there is room for another. After one has failed, no other is done. @throws its error */
  async add(job: () => Promise<void>): Promise<void> {
    const next = (this.#jobs.at(-1) ?? Promise.resolve()).then(job);
    // It is told where it is awaited.
    next.catch(() => {});
    this.#jobs.push(next);
    if (this.#jobs.length > this.#depth) await this.#jobs.shift();
  }

  /** Waits until all are done. @throws the first error */
  async drain(): Promise<void> {
    for (const job of this.#jobs.splice(0)) await job;
  }

  /** Waits until nothing is going on any more, whatever came of it. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#jobs.splice(0));
  }
}
