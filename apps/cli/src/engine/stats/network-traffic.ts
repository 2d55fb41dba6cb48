/**
 * Bytes that the interfaces of a network namespace received and sent, proc_pid_net(5) `dev`; the loopback's are none, as for docker.
 *
 * @example
 * networkTraffic(readFileSync(`/proc/${pid}/net/dev`, "utf8"));
 */
export function networkTraffic(text: string): { readonly received: number; readonly sent: number } {
  let [received, sent] = [0, 0];
  for (const [, name, counters = ""] of text.matchAll(/^ *([^\s:|]+): *(.*)$/gm)) {
    if (name === "lo") continue;
    const numbers = counters.split(/ +/).map(Number);
    received += numbers[0] ?? 0;
    sent += numbers[8] ?? 0;
  }
  return { received, sent };
}
