import { ImageError } from "../image-error.ts";

/** A pattern of one name as Go's filepath.Match has it: `*`, `?`, `[a-z]`, `[^a]`, and a backslash before what is itself. @throws ImageError WB_IMAGE_BUILD */
export function globOf(pattern: string): RegExp {
  let source = "";
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    if (character === "*") source += ".*";
    else if (character === "?") source += ".";
    else if (character === "[") {
      const end = classEnd(pattern, at);
      source += pattern
        .slice(at, end)
        .replaceAll(/[[&~|]/g, String.raw`\$&`)
        .replace(/^\\\[/, "[");
      at = end - 1;
    } else source += literal(character === "\\" ? pattern.charAt(++at) : character, pattern);
  }
  try {
    return new RegExp(`^${source}$`, "s");
  } catch (cause) {
    throw malformed(pattern, cause);
  }
}

/** After the `]` that closes a class. */
function classEnd(pattern: string, start: number): number {
  for (let at = start + 1; at < pattern.length; at++) {
    if (pattern.charAt(at) === "\\") at++;
    else if (pattern.charAt(at) === "]" && at > start + 1) return at + 1;
  }
  throw malformed(pattern);
}

function literal(character: string, pattern: string): string {
  if (character === "") throw malformed(pattern);
  return character.replace(/[.+${}()|\\*?[\]^]/, String.raw`\$&`);
}

function malformed(pattern: string, cause?: unknown): ImageError {
  return new ImageError("WB_IMAGE_BUILD", `syntax error in pattern: ${pattern}`, { cause });
}
