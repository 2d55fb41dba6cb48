import { UserError } from "../../user-error.ts";

/** docker's: Ctrl-P, then Ctrl-Q. */
const DETACH_KEYS = "ctrl-p,ctrl-q";

/**
 * The bytes that are typed for `--detach-keys`: keys with commas between, each a character or `ctrl-` and one of `a-z @ [ \ ] ^ _`.
 * None at all are docker's own.
 *
 * @throws UserError in docker's words
 */
export function parseDetachKeys(text: string = DETACH_KEYS): Buffer {
  if (text === "") return parseDetachKeys();
  return Buffer.from(
    text.split(",").map((key) => {
      const code = codeOf(key);
      if (code === undefined)
        throw new UserError(`invalid detach keys (${text}) provided`, {
          hint: "keys with commas between: a, 1, ctrl-p, ctrl-@, ctrl-[, ctrl-\\, ctrl-], ctrl-^ or ctrl-_",
        });
      return code;
    }),
  );
}

function codeOf(key: string): number | undefined {
  if (key.length === 1 && key.charCodeAt(0) < 0x80) return key.charCodeAt(0);
  if (key.toUpperCase() === "DEL") return 0x7f;
  const [, character] = /^ctrl-([a-z@[\\\]^_])$/i.exec(key) ?? [];
  return character === undefined ? undefined : character.toUpperCase().charCodeAt(0) - 0x40;
}
