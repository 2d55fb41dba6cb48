/** Runs of one turn that count. */
export const RUNS = 10;
