import { describe, expect, test } from "vitest";
import { eventLine, parseEventLine } from "../../src/engine/events/event-line.ts";
import { eventFields, eventText } from "../../src/engine/events/event-text.ts";
import type { WbEvent } from "../../src/engine/events/event.ts";
import { formatter } from "../../src/engine/format/formatter.ts";
import { localTime } from "../../src/engine/words/local-time.ts";

const DIED: WbEvent = {
  sec: 1_795_409_067,
  nsec: 5_000,
  type: "container",
  action: "die",
  id: "7506",
  attributes: { name: "web", image: "debian", exitCode: "137", Upper: "a=<b>" },
};

test("eventLine() is a line that parseEventLine() reads, also behind what a full disk left of another", () => {
  const line = eventLine({ ...DIED, attributes: { sec: '{"sec":1', name: "two\nlines" } });
  expect(line.match(/\n/g)).toHaveLength(1);
  const parsed = { ...DIED, attributes: { sec: '{"sec":1', name: "two\nlines" } };
  expect(parseEventLine(line.trimEnd())).toEqual(parsed);
  expect(parseEventLine(`{"sec":1,"nsec":2,"type":"cont${line.trimEnd()}`)).toEqual(parsed);
});

test.for(["", "{}", "null", '{"sec":1', '{"sec":1,"nsec":2,"type":"a","action":"b","id":3,"attributes":{}}'])(
  "parseEventLine() finds no event in %j",
  (line) => {
    expect(parseEventLine(line)).toBeUndefined();
  },
);

describe("eventText()", () => {
  test("is docker's line, with the attributes in their order", () => {
    expect(eventText(DIED)).toBe(
      `${localTime(DIED)} container die 7506 (Upper=a=<b>, exitCode=137, image=debian, name=web)`,
    );
    expect(eventText({ ...DIED, type: "volume", action: "create", attributes: {} })).toMatch(/ volume create 7506$/);
  });

  test("escapes what a terminal would obey", () => {
    expect(eventText({ ...DIED, attributes: { name: "a\n\u001b[2J" } })).toMatch(/name=a\\u000a\\u001b\[2J\)$/);
  });
});

describe("eventFields() are what templates of docker-events(1) see:", () => {
  test.for([
    [
      "json",
      '{"status":"die","id":"7506","from":"debian","Type":"container","Action":"die","Actor":{"ID":"7506","Attributes":{"Upper":"a=<b>","exitCode":"137","image":"debian","name":"web"}},"scope":"local","time":1795409067,"timeNano":1795409067000005000}',
    ],
    ["{{.Type}} {{.Action}} {{.Actor.ID}} {{.Actor.Attributes.name}} {{.Scope}}", "container die 7506 web local"],
    ["{{.Status}} {{.ID}} {{.From}} {{.Time}} {{.TimeNano}}", "die 7506 debian 1795409067 1795409067000005000"],
  ])("%s", ([format, text]) => {
    expect(formatter(format!)(eventFields(DIED))).toBe(text);
  });

  test("of a volume, status, id and from are left out", () => {
    expect(formatter("json")(eventFields({ ...DIED, type: "volume", attributes: {} }))).toBe(
      '{"Type":"volume","Action":"die","Actor":{"ID":"7506","Attributes":{}},"scope":"local","time":1795409067,"timeNano":1795409067000005000}',
    );
  });
});

describe("localTime()", () => {
  test.for([
    ["UTC", "2026-11-23T04:44:27.000005000Z"],
    ["Asia/Kolkata", "2026-11-23T10:14:27.000005000+05:30"],
    ["America/St_Johns", "2026-11-23T01:14:27.000005000-03:30"],
  ])("in %s is %s", ([zone, text]) => {
    const before = process.env["TZ"];
    process.env["TZ"] = zone;
    try {
      expect(localTime(DIED)).toBe(text);
    } finally {
      if (before === undefined) delete process.env["TZ"];
      else process.env["TZ"] = before;
    }
  });
});
