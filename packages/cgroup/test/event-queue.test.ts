import { describe, expect, it } from "vitest";
import { eventQueue } from "../src/events/queue.ts";

const done = { value: undefined, done: true };

function counted(): { readonly stop: () => void; readonly stops: () => number } {
  let stops = 0;
  return { stop: () => stops++, stops: () => stops };
}

describe("eventQueue()", () => {
  it("hands out in order, before and after it was asked", async () => {
    const { iterator, push, end } = eventQueue<number>(() => undefined);
    const [first, second] = [iterator.next(), iterator.next()];
    for (const value of [1, 2, 3]) push(value);
    end();
    push(4);
    expect([await first, await second, await iterator.next()].map(({ value }) => value)).toEqual([1, 2, 3]);
    expect(await iterator.next()).toEqual(done);
  });

  it("ends all who wait, and stops once", async () => {
    const { stop, stops } = counted();
    const { iterator, end } = eventQueue<number>(stop);
    const waiting = [iterator.next(), iterator.next()];
    end();
    end();
    await iterator.return?.();
    expect(await Promise.all(waiting)).toEqual([done, done]);
    expect(stops()).toBe(1);
  });

  it("throws what it failed with, once, after what was there", async () => {
    const { iterator, push, end } = eventQueue<number>(() => undefined);
    push(1);
    end(new Error("broken"));
    expect(await iterator.next()).toEqual({ value: 1, done: false });
    await expect(iterator.next()).rejects.toThrow("broken");
    expect(await iterator.next()).toEqual(done);
  });

  it("stops and forgets the rest when the loop is left", async () => {
    const { stop, stops } = counted();
    const { iterator, push } = eventQueue<number>(stop);
    push(1);
    push(2);
    for await (const value of iterator) {
      expect(value).toBe(1);
      break;
    }
    expect(stops()).toBe(1);
    expect(await iterator.next()).toEqual(done);
  });
});
