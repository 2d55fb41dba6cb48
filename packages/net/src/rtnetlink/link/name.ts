import { NetError } from "../../net-error.ts";

/**
 * Refuses what dev_valid_name() of the kernel refuses, before anything is done, and control characters, which a terminal would obey.
 *
 * @throws NetError WB_NET_NAME
 */
export function checkLinkName(name: string): void {
  const length = Buffer.byteLength(name);
  const refuse = (why: string): never => {
    throw new NetError("WB_NET_NAME", `no name of a link: ${JSON.stringify(name)}: ${why}`);
  };
  if (length === 0) refuse("it is empty");
  if (length > MOST) refuse(`it has ${length} bytes, and ${MOST} are the most`);
  if (name === "." || name === ".." || /[/:\s\p{Cc}]/u.test(name))
    refuse("no space, control character, / or :, and not . or ..");
}

/** IFNAMSIZ of linux/if.h without the NUL byte. */
const MOST = 15;
