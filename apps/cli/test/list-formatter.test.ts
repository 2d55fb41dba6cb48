import { describe, expect, test } from "vitest";
import { listFormatter } from "../src/engine/format/list-formatter.ts";
import { tabWriter } from "../src/engine/words/tab-writer.ts";

const LIST = {
  type: "*formatter.ContainerContext",
  headers: { ID: "CONTAINER ID", Names: "NAMES", Ports: "PORTS" },
  table: String.raw`table {{.ID}}\t{{.Names}}`,
};

const LINES = [
  {
    ID: "4a1b2c3d4e5f",
    Names: "web",
    Ports: "80->80/tcp",
    Label: (name: string) => (name === "org.my-tier" ? "front" : ""),
  },
  { ID: "0", Names: "a-longer-name", Ports: "", Label: (_name: string) => "" },
];

const format = (text: string) => listFormatter(text, LIST)(LINES);

describe("listFormatter() prints as docker-ps(1):", () => {
  test.for([
    ["{{.ID}}", "4a1b2c3d4e5f\n0\n"],
    [String.raw`  {{.ID}}\t{{.Names}}\n `, "4a1b2c3d4e5f\tweb\n\n0\ta-longer-name\n\n"],
    ["table", "CONTAINER ID   NAMES\n4a1b2c3d4e5f   web\n0              a-longer-name\n"],
    ["", "CONTAINER ID   NAMES\n4a1b2c3d4e5f   web\n0              a-longer-name\n"],
    [
      String.raw`table {{.Names}}\t{{.ID}}\t{{.Ports}}`,
      "NAMES           CONTAINER ID   PORTS\nweb             4a1b2c3d4e5f   80->80/tcp\na-longer-name   0              \n",
    ],
    ["table {{.ID}}", "CONTAINER ID\n4a1b2c3d4e5f\n0\n"],
    [
      "table {{upper .Names}} {{json .ID}} {{truncate .ID 2}}",
      'NAMES CONTAINER ID CONTAINER ID\nWEB "4a1b2c3d4e5f" 4a\nA-LONGER-NAME "0" 0\n',
    ],
    [
      String.raw`table {{.Label "org.my-tier"}}\t{{.ID}}`,
      "my tier   CONTAINER ID\nfront     4a1b2c3d4e5f\n          0\n",
    ],
    [
      "json",
      '{"ID":"4a1b2c3d4e5f","Names":"web","Ports":"80-\\u003e80/tcp"}\n{"ID":"0","Names":"a-longer-name","Ports":""}\n',
    ],
    [
      "{{json .}}",
      '{"ID":"4a1b2c3d4e5f","Names":"web","Ports":"80-\\u003e80/tcp"}\n{"ID":"0","Names":"a-longer-name","Ports":""}\n',
    ],
    ["{{json .Ports}}", '"80->80/tcp"\n""\n'],
  ])("%s", ([text, output]) => {
    expect(format(text!)).toBe(output);
  });
});

test("listFormatter() prints the header of a table without lines, and nothing else", () => {
  expect(listFormatter("table", LIST)([])).toBe("CONTAINER ID   NAMES\n");
  expect(listFormatter("{{.ID}}", LIST)([])).toBe("");
  expect(() => listFormatter("{{", LIST)).toThrow("template parsing error: template: :1: unclosed action");
});

test("listFormatter() refuses a field that a line has not", () => {
  expect(() => format("{{.Foo}}")).toThrow(
    'template parsing error: template: :1:2: executing "" at <.Foo>: can\'t evaluate field Foo in type *formatter.ContainerContext',
  );
});

describe("tabWriter() aligns as text/tabwriter:", () => {
  test.for([
    ["a\tb\nc\td\n", "a         b\nc         d\n"],
    ["0123456789\tb\nc\td\n", "0123456789   b\nc            d\n"],
    ["a\tb\tc\nx\n1\t2\t3\n", "a         b         c\nx\n1         2         3\n"],
    ["long-long-long\tb\nx\ns\tt\n", "long-long-long   b\nx\ns         t\n"],
    ["a\t\tb\n\t\tc\n", "a                   b\n                    c\n"],
    ["日本\tb\ne\u0301\tc\n", "日本      b\ne\u0301         c\n"],
    ["a\t\n", "a         \n"],
    ["", ""],
  ])("%j", ([text, output]) => {
    expect(tabWriter(text!)).toBe(output);
  });
});

test.for([
  ["{{.names}}", "there is .Names"],
  ["{{.Foo}}", "there are .ID, .Names, .Ports, .Label"],
  ["{{.ID.Foo}}", undefined],
  ["{{", undefined],
])("listFormatter() names the fields that there are instead of that of %s", ([text, hint]) => {
  expect(() => format(text!)).toThrow(expect.objectContaining({ name: "UserError", ...(hint && { hint }) }));
});
