import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@wb/testing";
import { describe, expect, test } from "vitest";
import { ContainerEntry, removeUnfinished } from "../src/engine/store/container-entry.ts";
import { changeName, claimName, namesOf, releaseName } from "../src/engine/store/names.ts";
import { readEntry, storedIds } from "../src/engine/store/read-entry.ts";
import { idOfName } from "../src/engine/store/read-names.ts";
import { UserError } from "../src/user-error.ts";

const [A, B] = ["a".repeat(64), "b".repeat(64)];

function store(): Disposable & { readonly path: string } {
  return temporaryDirectory("wb-store-");
}

describe("the store of containers", () => {
  test("has a container with all of its files, or not at all", () => {
    using root = store();
    using made = ContainerEntry.create(root.path, A, { "config.json": { name: "one" }, "state.json": {} });
    expect(storedIds(root.path)).toEqual([A]);
    expect(readEntry(root.path, A, "config.json")).toEqual({ name: "one" });
    expect(readEntry(root.path, B, "config.json")).toBeUndefined();
    made.write("config.json", { name: "two" });
    expect(readEntry(root.path, A, "config.json")).toEqual({ name: "two" });
    const circular: Record<string, unknown> = {};
    circular["self"] = circular;
    expect(() => ContainerEntry.create(root.path, B, { "config.json": circular })).toThrow(TypeError);
    expect(readdirSync(join(root.path, "containers"))).toEqual([A]);
  });

  test("has one that changes a container at a time", () => {
    using root = store();
    const made = ContainerEntry.create(root.path, A, {});
    expect(ContainerEntry.tryLock(root.path, A)).toBeUndefined();
    made[Symbol.dispose]();
    using again = ContainerEntry.tryLock(root.path, A);
    expect(again?.id).toBe(A);
    expect(ContainerEntry.lock(root.path, B)).toBeUndefined();
  });

  test("removes a container with all that is in it", () => {
    using root = store();
    using made = ContainerEntry.create(root.path, A, { "config.json": {} });
    mkdirSync(join(made.path, "logs"));
    writeFileSync(join(made.path, "logs/log"), "text");
    made.remove();
    expect(readdirSync(join(root.path, "containers"))).toEqual([]);
    expect(ContainerEntry.lock(root.path, A)).toBeUndefined();
  });

  test("removes what was left half made or half removed, and nothing that is in hand", () => {
    using root = store();
    using made = ContainerEntry.create(root.path, A, {});
    for (const name of [`.${B}.new`, `.${B}.gone`]) mkdirSync(join(root.path, "containers", name));
    removeUnfinished(root.path);
    expect(readdirSync(join(root.path, "containers"))).toEqual([A]);
    expect(existsSync(made.path)).toBe(true);
  });

  test("reads what is no JSON as nothing, and takes no path for an id", () => {
    using root = store();
    using made = ContainerEntry.create(root.path, A, {});
    writeFileSync(join(made.path, "state.json"), "{");
    expect(readEntry(root.path, A, "state.json")).toBeUndefined();
    expect(() => readEntry(root.path, "../x", "state.json")).toThrow(TypeError);
  });
});

describe("names of containers", () => {
  test("are one container's at a time", () => {
    using root = store();
    using _made = ContainerEntry.create(root.path, A, {});
    claimName(root.path, "one", A);
    claimName(root.path, "one", A);
    expect(() => claimName(root.path, "one", B)).toThrow(UserError);
    expect(() => claimName(root.path, "one", B)).toThrow(
      `The container name "/one" is already in use by container "${A}"`,
    );
    expect([idOfName(root.path, "one"), idOfName(root.path, "two"), idOfName(root.path, "../containers")]).toEqual([
      A,
      undefined,
      undefined,
    ]);
    releaseName(root.path, "one", B);
    expect(namesOf(root.path)).toEqual(new Map([[A, "one"]]));
    releaseName(root.path, "one", A);
    expect(namesOf(root.path)).toEqual(new Map());
  });

  test("of a container that is gone are free", () => {
    using root = store();
    claimName(root.path, "one", A);
    claimName(root.path, "one", B);
    expect(idOfName(root.path, "one")).toBe(B);
  });

  test("change in one, and stay where the new one is taken", () => {
    using root = store();
    using _a = ContainerEntry.create(root.path, A, {});
    using _b = ContainerEntry.create(root.path, B, {});
    claimName(root.path, "one", A);
    claimName(root.path, "two", B);
    expect(() => changeName(root.path, { from: "one", to: "two" }, A)).toThrow("Conflict.");
    changeName(root.path, { from: "one", to: "three" }, A);
    expect(namesOf(root.path)).toEqual(
      new Map([
        [A, "three"],
        [B, "two"],
      ]),
    );
    changeName(root.path, { from: "two", to: "two" }, B);
    expect(idOfName(root.path, "two")).toBe(B);
  });

  test("are taken before anybody sees their containers", () => {
    using root = store();
    const prepare = (): void => {
      claimName(root.path, "one", A);
      expect(storedIds(root.path)).toEqual([]);
      expect(() => claimName(root.path, "one", B)).toThrow("Conflict.");
    };
    using _made = ContainerEntry.create(root.path, A, {}, prepare);
    expect([storedIds(root.path), namesOf(root.path)]).toEqual([[A], new Map([[A, "one"]])]);
    const refused = (): void => claimName(root.path, "one", B);
    expect(() => ContainerEntry.create(root.path, B, {}, refused)).toThrow("Conflict.");
    expect(readdirSync(join(root.path, "containers"))).toEqual([A]);
  });
});
