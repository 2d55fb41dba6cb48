import { describe, expect, test } from "vitest";
import { quote } from "../../src/engine/format/quote.ts";
import { displayWidth } from "../../src/engine/words/display-width.ts";
import { ellipsis } from "../../src/engine/words/ellipsis.ts";
import { tabWriter } from "../../src/engine/words/tab-writer.ts";

describe("tabWriter()", () => {
  // Inputs and outputs as of Go's text/tabwriter.
  test.for([
    ["nothing", "", ""],
    ["empty lines", "\n\n", "\n\n"],
    ["a line without tabs", "abc\n", "abc\n"],
    ["a least width", "a\tb\n", "a         b\n"],
    ["a cell as wide as the least width without its padding", "1234567\tb\n", "1234567   b\n"],
    ["a wider cell", "12345678\tb\n", "12345678   b\n"],
    ["a column of several lines", "a\tb\n12345678901\tc\n", "a             b\n12345678901   c\n"],
    ["an empty cell between others", "a\t\tb\n", "a                   b\n"],
    ["an empty last cell", "a\t\n", "a         \n"],
    ["an empty last cell without an end of line", "a\t", "a"],
    ["a last line without an end of line", "a\tb\nc\td", "a         b\nc         d"],
    [
      "a line without tabs between columns, which ends them",
      "123456789012\tb\n---\na\tb\n",
      "123456789012   b\n---\na         b\n",
    ],
    [
      "a shorter line between, which ends the columns behind it",
      "a\t123456789012\tc\nd\te\nf\tg\th\n",
      "a         123456789012   c\nd         e\nf         g         h\n",
    ],
    ["characters, not bytes or UTF-16 units", "äöü\tb\n1234567é\tc\n", "äöü        b\n1234567é   c\n"],
    ["wide characters, as docker's copy does", "容器\tb\n", "容器      b\n"],
  ])("aligns %s", ([, text, aligned]) => {
    expect(tabWriter(text!)).toBe(aligned);
  });

  test("has the least width and padding that are asked for, as docker top does", () => {
    expect(tabWriter("UID\tPID\nroot\t1\n", { minWidth: 20 })).toBe("UID                 PID\nroot                1\n");
    expect(tabWriter("a\tb\n", { minWidth: 0, padding: 1 })).toBe("a b\n");
  });
});

test.for<[string, number]>([
  ["", 0],
  ["abc", 3],
  ["äé", 2],
  ["e\u0301", 1],
  ["…", 1],
  ["漢字", 4],
  ["ｱ", 1],
  ["Ａ", 2],
  ["🐳", 2],
  ["🇩🇪", 2],
  ["\u200bx\u00ad", 1],
])("displayWidth(%j) is %i", ([text, width]) => {
  expect(displayWidth(text)).toBe(width);
});

// docker/cli, cli/command/formatter/displayutils_test.go, and more.
test.for<[string, number, string]>([
  ["t🐳ststring", 0, ""],
  ["t🐳ststring", 1, "…"],
  ["t🐳ststring", 2, "t…"],
  ["t🐳ststring", 6, "t🐳st…"],
  ["t🐳ststring", 20, "t🐳ststring"],
  ["你好世界teststring", 3, "你…"],
  ["你好世界teststring", 6, "你好…"],
  ["你好世界teststring", 20, "你好世界teststring"],
  ["sh -c 'sleep 1000'", 20, "sh -c 'sleep 1000'"],
  ["12345678901234567890", 20, "12345678901234567890"],
  ["123456789012345678901", 20, "1234567890123456789…"],
])("ellipsis(%j, %i) is %j", ([text, columns, cut]) => {
  expect(ellipsis(text, columns)).toBe(cut);
});

test.for<[string, string]>([
  ["", '""'],
  ["sh -c 'a b'", "\"sh -c 'a b'\""],
  ['say "hi" \\', String.raw`"say \"hi\" \\"`],
  ["a\n\t\r\u0007\b\f\v", String.raw`"a\n\t\r\a\b\f\v"`],
  ["\u0000\u001b[2J\u007f", String.raw`"\x00\x1b[2J\x7f"`],
  ["ä 漢 🐳 …", '"ä 漢 🐳 …"'],
  ["\u00a0\u200b\u202e\u{e0001}", String.raw`"\u00a0\u200b\u202e\U000e0001"`],
])("quote(%j) is %s", ([text, quoted]) => {
  expect(quote(text)).toBe(quoted);
});
