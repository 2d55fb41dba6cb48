/** What the scripts of `wb completion` call, as those of cobra do. */
export const COMPLETE = "__complete";
