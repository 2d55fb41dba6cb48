import { CgroupError } from "../error.ts";
import { escapeGroupName } from "./escape.ts";

/** Where a scope is to be: systemd.scope(5), systemd.slice(5). */
export interface UnitName {
  /** `system.slice` */
  readonly slice: string;
  /** `docker-3f2a.scope` */
  readonly unit: string;
  /** The group that systemd makes for it, below its own: `/system.slice/docker-3f2a.scope`. */
  readonly path: string;
}

export interface UnitNameOptions {
  /** The slice where none is named. Default `system.slice`; runc has `user.slice` for ordinary users. */
  readonly slice?: string;
}

/**
 * The unit of a name, or of an OCI runtime's `slice:prefix:name`, runc's docs/systemd.md: `prefix-name.scope` in that slice.
 * An empty slice is the default one, and an empty prefix is left away.
 *
 * @throws CgroupError `WB_CGROUP_PATH` for what systemd would not take
 * @example
 * unitName("machine.slice:web:1"); // { slice: "machine.slice", unit: "web-1.scope", path: "/machine.slice/web-1.scope" }
 */
export function unitName(name: string, { slice: defaultSlice = "system.slice" }: UnitNameOptions = {}): UnitName {
  const parts = name.split(":");
  if (parts.length !== 1 && parts.length !== 3) throw refused(name, "has not the form slice:prefix:name, or name");
  const [slice = "", prefix = "", last = ""] = parts.length === 3 ? parts : ["", "", name];
  if (last === "") throw refused(name, "has no name");
  if (last.endsWith(".slice")) throw refused(name, "is a slice, which holds scopes and no processes");
  const whole = prefix === "" ? last : `${prefix}-${last}`;
  const unit = whole.endsWith(".scope") ? whole : `${whole}.scope`;
  // UNIT_NAME_MAX and VALID_CHARS of systemd's basic/unit-name.c, which has 256 with the NUL.
  if (!/^[A-Za-z0-9:_.\\@-]+$/.test(unit))
    throw refused(name, "has other characters than letters, digits and : _ . \\ @ -");
  if (unit.length > 255) throw refused(name, "is longer than 255 characters");
  const inSlice = slice === "" ? defaultSlice : slice;
  return { slice: inSlice, unit, path: `${slicePath(inSlice)}/${escapeGroupName(unit)}` };
}

/**
 * The group of a slice: each dash in its name is a level. `a-b.slice` is `/a.slice/a-b.slice`, `-.slice` the root.
 *
 * @throws CgroupError `WB_CGROUP_PATH`
 */
export function slicePath(slice: string): string {
  if (slice === "-.slice") return "";
  const names = slice.endsWith(".slice") ? slice.slice(0, -".slice".length).split("-") : [];
  if (names.length === 0) throw refused(slice, "is no slice: the name of one ends in .slice");
  if (!names.every((part) => /^[A-Za-z0-9:_.\\@]+$/.test(part)))
    throw refused(slice, "is no slice: between its dashes are letters, digits and : _ . \\ @");
  return names.map((_, index) => `/${escapeGroupName(`${names.slice(0, index + 1).join("-")}.slice`)}`).join("");
}

function refused(name: string, problem: string): CgroupError {
  return new CgroupError("WB_CGROUP_PATH", `the name ${JSON.stringify(name)} of a systemd unit ${problem}`, {
    value: name,
    hint: "give machine.slice:prefix:name, or a name; systemd-escape(1) makes one of any text",
  });
}
