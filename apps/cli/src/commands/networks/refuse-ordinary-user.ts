import { isRootless } from "../../runtime/lifecycle/rootless.ts";
import { UserError } from "../../user-error.ts";

/** Links beside a bridge of this machine are root's. @throws UserError */
export function refuseOrdinaryUser(): void {
  if (isRootless())
    throw new UserError("permission denied: networks of this machine need root", {
      hint: "an ordinary user's containers have --net pasta, slirp4netns or none",
    });
}
