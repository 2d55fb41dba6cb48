import { dataDirectory, runDirectory } from "../store/directories.ts";

/** Where networks are kept, each in a file by its name. */
export function networksDirectory(): string {
  return `${dataDirectory()}/networks`;
}

/** What is known of networks until the next boot; its lock is that of all changes of the machine's network. */
function networkStateDirectory(): string {
  return `${runDirectory()}/networks`;
}

/** The addresses that a network has given away. @param version of IP */
export function leasesDirectory(networkId: string, version: 4 | 6): string {
  return `${networkStateDirectory()}/leases/${networkId}/${version}`;
}

/** How containers are connected, each in a file by its id. */
export function connectionsDirectory(): string {
  return `${networkStateDirectory()}/connections`;
}
