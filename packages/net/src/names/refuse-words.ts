import { NetError } from "../net-error.ts";

/**
 * Refuses what would become another line or another word of a file for the C library: a name with a line feed could add a line to /etc/hosts.
 *
 * @param what of what it is said: `a name of /etc/hosts`
 * @throws NetError WB_NET_VALUE
 */
export function refuseWords(what: string, words: readonly string[]): void {
  const wrong = words.find((word) => word === "" || /[\s\p{Cc}#]/u.test(word));
  if (wrong !== undefined)
    throw new NetError(
      "WB_NET_VALUE",
      `${what} is one word, without spaces, control characters and #: ${JSON.stringify(wrong)}`,
    );
}
