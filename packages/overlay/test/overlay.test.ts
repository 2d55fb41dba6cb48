import type { Call } from "@wb/syscall";
import { array, assert, constantFrom, property } from "fast-check";
import { expect, test } from "vitest";
import { escapeLayer, overlay, type OverlayOptions, throwAwayOverlay } from "../src/index.ts";

const options: OverlayOptions = { lower: ["/l"], upper: "/u", work: "/w", target: "/t" };

test("overlay() is one mount(2) where the options fit into a page", () => {
  const { label, shell, body } = overlay({ ...options, lower: ["/l1", "/l2"] });
  expect([label, shell]).toEqual([
    "mount an overlay of 2 layers on /t",
    "mount -t overlay -o lowerdir=/l1:/l2,upperdir=/u,workdir=/w overlay /t",
  ]);
  expect(body).toEqual([
    { call: "mount", args: ["overlay", "/t", "overlay", 0, "lowerdir=/l1:/l2,upperdir=/u,workdir=/w"] },
  ]);
});

test("overlay() names one lower directory, and adds options as they are", () => {
  const step = overlay({ ...options, options: ["volatile", "metacopy=on"] });
  expect(step.label).toBe("mount an overlay of /l on /t");
  expect(step.shell).toContain(",workdir=/w,volatile,metacopy=on overlay /t");
});

test("overlay() gives the layers one by one where they need more than a page", () => {
  const lower = ["/first", ...Array.from({ length: 99 }, (_, index) => `/${"x".repeat(50)}${index}`)] as const;
  const calls = overlay({
    ...options,
    lower,
    upper: "/u:p",
    options: ["metacopy=on", "volatile", "redirect_dir=a=b"],
  }).body as Call[];
  expect(calls.map(({ call }) => call)).toEqual([
    "fsopen",
    ...Array.from({ length: 107 }, () => "fsconfig"),
    "fsmount",
    "close",
    "move_mount",
    "close",
  ]);
  const settings = calls.filter(({ call }) => call === "fsconfig").map(({ args }) => args.slice(2, 4));
  expect(settings.slice(0, 2)).toEqual([
    ["source", "overlay"],
    ["lowerdir+", "/first"],
  ]);
  expect(settings.slice(101)).toEqual([
    ["upperdir", String.raw`/u\:p`],
    ["workdir", "/w"],
    ["metacopy", "on"],
    ["volatile", null],
    ["redirect_dir", "a=b"],
    [null, null],
  ]);
});

test("overlay() chooses by the page's 4096 bytes, of which one is the NUL", () => {
  const filling = Array.from({ length: 19 }, () => `/${"y".repeat(199)}`);
  const used = Buffer.byteLength(`lowerdir=${filling.join(":")}:/,upperdir=/u,workdir=/w`);
  const first = (length: number): unknown => {
    const last = `/${"z".repeat(length - used)}`;
    return overlay({ ...options, lower: [...filling, last] as unknown as [string] }).body[0];
  };
  expect([first(4095), first(4096)]).toMatchObject([{ call: "mount" }, { call: "fsopen" }]);
});

test.each<[title: string, options: OverlayOptions, error: Error]>([
  [
    "an upper directory without a work directory",
    { lower: ["/l"], upper: "/u", target: "/t" },
    new TypeError("`upper` and `work` of an overlay go together"),
  ],
  [
    "a work directory without an upper directory",
    { lower: ["/l"], work: "/w", target: "/t" },
    new TypeError("`upper` and `work` of an overlay go together"),
  ],
  [
    "one lower directory and nothing to write to",
    { lower: ["/l"], target: "/t" },
    new TypeError("an overlay without `upper` needs two `lower` directories"),
  ],
  [
    "501 layers",
    { ...options, lower: Array(501).fill("/l") as unknown as [string] },
    new RangeError("501 lower directories: overlay takes at most 500"),
  ],
  [
    "a path that is too long for one of many",
    { ...options, lower: [`/${"a".repeat(255)}`, ...Array(100).fill(`/${"b".repeat(50)}`)] as unknown as [string] },
    new RangeError(`/${"a".repeat(255)} has 256 bytes: where the layers need more than one page, each may have 255`),
  ],
])("overlay() refuses %s", (_, wanted, error) => {
  expect(() => overlay(wanted)).toThrow(error);
});

test("escapeLayer() escapes what separates options and layers", () => {
  expect(escapeLayer(String.raw`/a:b,c\d e=f`)).toBe(String.raw`/a\:b\,c\\d e=f`);
});

test("escapeLayer() lets layers be told apart again", () => {
  const path = array(constantFrom("a", ":", ",", "\\", " ", "/")).map((parts) => `/${parts.join("")}`);
  assert(
    property(array(path, { minLength: 1 }), (paths) => {
      // As overlay does it: a separator is one that no backslash stands before.
      const pieces =
        paths
          .map(escapeLayer)
          .join(":")
          .match(/(?:\\.|[^:\\])+/gu) ?? [];
      expect(pieces.map((piece) => piece.replaceAll(/\\(.)/gu, "$1"))).toEqual(paths);
    }),
  );
});

test("throwAwayOverlay() puts everything into one directory, and says what a shell would do", () => {
  const { steps, merged } = throwAwayOverlay("/srv", "/run/x", { size: "64m" });
  expect(merged).toBe("/run/x/merged");
  expect(steps.map(({ label, shell }) => [label, shell])).toEqual([
    ["keep mounts to this namespace", "mount --make-rprivate /"],
    [
      "make room in memory for the changes",
      "mount -t tmpfs -o nodev,nosuid,mode=0755,size=64m tmpfs /run/x && mkdir /run/x/upper /run/x/work /run/x/merged && chown --reference=/srv /run/x/upper && chmod --reference=/srv /run/x/upper",
    ],
    [
      "mount an overlay of /srv on /run/x/merged",
      "mount -t overlay -o lowerdir=/srv,upperdir=/run/x/upper,workdir=/run/x/work overlay /run/x/merged",
    ],
  ]);
});
