/** Whether an ordinary user calls: what needs privileges has to happen in the container's user namespace. */
export function isRootless(): boolean {
  return process.geteuid?.() !== 0;
}
