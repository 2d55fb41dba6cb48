/** The status of util-linux's tools for their own failures, where docker has 125: EXIT_FAILURE of stdlib.h. */
export const EXIT_FAILURE = 1;
