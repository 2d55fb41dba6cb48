/**
 * Whether a host is this machine: 127.0.0.0/8, ::1 or `localhost`. docker takes registries there without TLS.
 *
 * @param hostname without a port; an IPv6 address with or without brackets
 */
export function isLoopback(hostname: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i.test(hostname);
}
