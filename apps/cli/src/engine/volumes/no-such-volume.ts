import { UserError } from "../../user-error.ts";

/** Nobody has made it, or it is gone: what `-f` forgives. */
export class NoSuchVolume extends UserError {}

export function noSuchVolume(name: string): NoSuchVolume {
  return new NoSuchVolume(`get ${name}: no such volume`, { hint: "wb volume ls lists those that there are" });
}
