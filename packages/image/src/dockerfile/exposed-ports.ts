import { DockerfileError } from "./dockerfile-error.ts";

/** `80`, `80/UDP` and `8000-8002/tcp` as the config has them: one by one, with the protocol. */
export function exposedPorts(word: string): string[] {
  const [, first = "", last = first, protocol = "tcp"] = PORTS.exec(word) ?? [];
  const [low, high] = [Number(first), Number(last)];
  if (first === "" || high > 65_535 || low > high) throw new DockerfileError(`invalid containerPort: ${word}`);
  return Array.from({ length: high - low + 1 }, (_, index) => `${low + index}/${protocol.toLowerCase()}`);
}

const PORTS = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp|sctp))?$/iu;
