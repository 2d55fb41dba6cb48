/**
 * Set-up of vitest: kill(2) with the pid -1 is for every process of the machine, and -1 is easily what a search that found
 * nothing gives, and 1, the first process, what a process group of that is. Such a test fails here instead; 0, for its own
 * process group, has vitest among it.
 */
const kill = process.kill.bind(process);

process.kill = (pid, signal) => {
  if (![-1, 0, 1].includes(pid)) return kill(pid, signal);
  throw new RangeError(`process.kill(${pid}, ${signal}) in a test: a pid was not found`);
};
