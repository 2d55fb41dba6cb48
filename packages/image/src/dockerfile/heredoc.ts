import type { Heredoc } from "./instruction.ts";

const HEREDOC = /^(\d*)<<(-?)([^<]+)$/u;

/** The heredocs that a line announces, in its order, without their contents. */
export function heredocsOf(line: string): Omit<Heredoc, "content">[] {
  return shellWords(line).flatMap((word) => {
    const [, fd = "", dash, rest = ""] = HEREDOC.exec(word) ?? [];
    const name = unquote(rest);
    if (name === "") return [];
    return [{ name, fd: Number(fd), expand: name === rest, chomp: dash === "-" }];
  });
}

/** Words with their quotes, those of shells: a heredoc's mark in quotes is none. */
function shellWords(line: string): string[] {
  const words: string[] = [];
  let word = "";
  let quote = "";
  for (let at = 0; at < line.length; at++) {
    const char = line.charAt(at);
    if (quote === "" && /\s/u.test(char)) {
      if (word !== "") words.push(word);
      word = "";
      continue;
    }
    if (char === "\\" && quote !== "'") word += char + line.charAt(++at);
    else {
      if (quote === "" && (char === "'" || char === '"')) quote = char;
      else if (char === quote) quote = "";
      word += char;
    }
  }
  return word === "" ? words : [...words, word];
}

function unquote(word: string): string {
  return word.replaceAll(
    /"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/gu,
    (_, double: string, single: string, escaped: string) => double ?? single ?? escaped,
  );
}
