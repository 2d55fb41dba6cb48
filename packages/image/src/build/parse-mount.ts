import { DockerfileError } from "../dockerfile/dockerfile-error.ts";
import { absoluteIn, type Applied } from "./applied.ts";

/** `--mount=KEY=VALUE,…` */
export interface WantedMount {
  /** Default `bind`. */
  readonly type: string;
  /** By their first names: `src` is `source`. */
  readonly fields: Readonly<Partial<Record<string, string>>>;
  /** Where it is mounted, by the working directory. @throws DockerfileError where it is not said */
  readonly target: (applied: Applied) => string;
  readonly isTrue: (field: string) => boolean;
  readonly isReadonly: (otherwise: boolean) => boolean;
}

/** @throws DockerfileError */
export function parseMount(text: string, { instruction: { line } }: Applied): WantedMount {
  const fields = Object.fromEntries(
    text.split(",").map((part) => {
      const equals = part.indexOf("=");
      const [key, value] = equals === -1 ? [part, "true"] : [part.slice(0, equals), part.slice(equals + 1)];
      const name = NAMES[key];
      if (name === undefined) throw new DockerfileError(`unexpected key '${key}' in '${part}'`, line);
      return [name, value];
    }),
  );
  const isTrue = (field: string): boolean => ["true", "1"].includes(fields[field] ?? "");
  return {
    type: fields["type"] ?? "bind",
    fields,
    isTrue,
    isReadonly: (otherwise) => {
      if (fields["readonly"] !== undefined) return isTrue("readonly");
      return fields["readwrite"] === undefined ? otherwise : !isTrue("readwrite");
    },
    target: ({ state }) => {
      const target = fields["target"];
      if (target === undefined || target === "")
        throw new DockerfileError("a mount needs a target: --mount=type=cache,target=/root/.cache", line);
      return absoluteIn(state, target).replace(/(.)\/$/, "$1");
    },
  };
}

const NAMES: Readonly<Partial<Record<string, string>>> = {
  type: "type",
  from: "from",
  source: "source",
  src: "source",
  target: "target",
  dst: "target",
  destination: "target",
  id: "id",
  sharing: "sharing",
  mode: "mode",
  uid: "uid",
  gid: "gid",
  ro: "readonly",
  readonly: "readonly",
  rw: "readwrite",
  readwrite: "readwrite",
  required: "required",
  size: "size",
  env: "env",
};
