import { dataDirectory, runDirectory } from "../store/directories.ts";

/** Where networks are kept, each in a file by its name. */
export function networksDirectory(): string {
  return `${dataDirectory()}/networks`;
}

/** What is known of networks until the next boot: nothing, when no container is on one. */
export function networkStateDirectory(): string {
  return `${runDirectory()}/networks`;
}

/** What a network has given away. */
export function leasesOfNetwork(id: string): string {
  return `${networkStateDirectory()}/leases/${id}`;
}

/** Its addresses. @param version of IP */
export function leasesDirectory(networkId: string, version: 4 | 6): string {
  return `${leasesOfNetwork(networkId)}/${version}`;
}

/** What is written of the program that is the network of an ordinary user's container. */
export function userModeDirectory(id: string): string {
  return `${networkStateDirectory()}/user-mode/${id}`;
}

/** How containers are connected, each in a file by its id. */
export function connectionsDirectory(): string {
  return `${networkStateDirectory()}/connections`;
}
