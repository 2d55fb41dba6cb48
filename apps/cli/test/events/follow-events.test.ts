import { spawn } from "node:child_process";
import { appendFileSync, closeSync, openSync, readdirSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { nodeOptions, temporaryDirectory } from "@wb/testing";
import { describe, expect, test } from "vitest";
import { FULL_FILES_KEPT } from "../../src/engine/events/event-files.ts";
import { eventReader } from "../../src/engine/events/event-reader.ts";
import type { WbEvent } from "../../src/engine/events/event.ts";
import { followEvents } from "../../src/engine/events/follow-events.ts";
import { recordEvent } from "../../src/engine/events/record-event.ts";
import { parseFilters } from "../../src/engine/filters/filters.ts";

function record(directory: string, number: number, text = ""): void {
  recordEvent({ type: "container", action: "start", id: "a", attributes: { number: String(number), text } }, directory);
}

function numbersOf(events: readonly { readonly attributes: Readonly<Record<string, string>> }[]): number[] {
  return events.map(({ attributes }) => Number(attributes["number"]));
}

const count = (length: number, from = 0) => Array.from({ length }, (_, index) => from + index);

async function all(events: AsyncIterable<WbEvent>): Promise<WbEvent[]> {
  const given: WbEvent[] = [];
  for await (const event of events) given.push(event);
  return given;
}

/** So long that a few fill a file. */
const LONG = "x".repeat(100_000);

describe("eventReader()", () => {
  test("reads what is recorded, each once, across files that get full", () => {
    using directory = temporaryDirectory();
    using reader = eventReader(directory.path, "beginning");
    const found: number[] = [];
    for (const number of count(40)) {
      record(directory.path, number, LONG);
      if (number % 3 === 0) found.push(...numbersOf(reader.read().events));
    }
    found.push(...numbersOf(reader.read().events));
    expect(found).toEqual(count(40));
    expect(readdirSync(directory.path).length).toBeLessThanOrEqual(FULL_FILES_KEPT + 1);
  });

  test("counts the full files that were removed before it looked", () => {
    using directory = temporaryDirectory();
    record(directory.path, 0);
    using reader = eventReader(directory.path, "beginning");
    // Six to a file: of the seven that follow three are kept, and the first is the one that it has open.
    for (const number of count(42, 1)) record(directory.path, number, LONG);
    const { events, lostFiles } = reader.read();
    expect(lostFiles).toBe(3);
    expect(numbersOf(events).slice(0, 6)).toEqual(count(6));
    expect(reader.read()).toEqual({ events: [], lostFiles: 0 });
  });

  test("reads what is appended to a file that got its number meanwhile", () => {
    using directory = temporaryDirectory();
    using reader = eventReader(directory.path, "beginning");
    record(directory.path, 0);
    const late = openSync(join(directory.path, "events"), "a");
    const line = readFileSync(join(directory.path, "events"), "utf8");
    for (const number of count(7, 1)) record(directory.path, number, LONG);
    expect(numbersOf(reader.read().events)).toEqual(count(8));
    writeSync(late, line.replace('"0"', '"100"'));
    closeSync(late);
    expect(numbersOf(reader.read().events)).toEqual([100]);
  });

  test("waits for the rest of a line, and passes over what is no event", () => {
    using directory = temporaryDirectory();
    record(directory.path, 0);
    using reader = eventReader(directory.path, "now");
    const line = readFileSync(join(directory.path, "events"), "utf8");
    appendFileSync(join(directory.path, "events"), `nonsense\n${line.slice(0, 20)}`);
    expect(reader.read().events).toEqual([]);
    appendFileSync(join(directory.path, "events"), line.slice(20));
    expect(numbersOf(reader.read().events)).toEqual([0]);
  });
});

describe("followEvents()", () => {
  test("gives what happens from now on, that matches, and ends by the signal", async () => {
    using directory = temporaryDirectory();
    record(directory.path, 0);
    const ending = new AbortController();
    const filters = parseFilters(["label=number=2"], ["label"]);
    const events = followEvents({ directory: directory.path, signal: ending.signal, filters });
    const first = events.next();
    for (const number of [1, 2, 3]) record(directory.path, number);
    expect((await first).value).toMatchObject({ attributes: { number: "2" } });
    ending.abort();
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  test("gives what was between --since and --until", async () => {
    using directory = temporaryDirectory();
    record(directory.path, 0);
    const { events } = eventReader(directory.path, "beginning").read();
    const [{ sec, nsec } = { sec: 0, nsec: 0 }] = events;
    const between = async (since: number, until: number) =>
      all(followEvents({ directory: directory.path, since: { sec, nsec: since }, until: { sec, nsec: until } }));
    expect(await between(nsec, nsec)).toEqual(events);
    expect(await between(nsec + 1, nsec + 2)).toEqual([]);
    expect(await between(0, nsec - 1)).toEqual([]);
  });

  test("misses nothing of what many processes record at once", async () => {
    using directory = temporaryDirectory();
    const ending = new AbortController();
    const lost: number[] = [];
    const events = followEvents({
      directory: directory.path,
      signal: ending.signal,
      onLost: (files) => lost.push(files),
    });
    const first = events.next();
    const each = 3000;
    const names = ["one", "two", "three"];
    const recorder = join(import.meta.dirname, "support/recorder.ts");
    const running = names.map(async (name) => {
      const child = spawn(process.execPath, [...nodeOptions, recorder, directory.path, name, String(each)]);
      await new Promise((resolve) => child.on("close", resolve));
    });
    void Promise.all(running).then(() => ending.abort());
    const found = new Map(names.map((name) => [name, [] as number[]]));
    const { value } = await first;
    const given = [...(value === undefined ? [] : [value]), ...(await all(events))];
    for (const event of given) found.get(event.id)?.push(...numbersOf([event]));
    expect(lost).toEqual([]);
    for (const name of names) expect(found.get(name)!.toSorted((one, other) => one - other)).toEqual(count(each));
  });
});
