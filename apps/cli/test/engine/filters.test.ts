import { describe, expect, test } from "vitest";
import {
  CONTAINER_FILTERS,
  type ContainerFacts,
  listContainers,
  type ListOptions,
} from "../../src/engine/filters/container-filters.ts";
import { EVENT_FILTERS, type EventFacts, matchesEvent } from "../../src/engine/filters/event-filters.ts";
import { parseFilters } from "../../src/engine/filters/filters.ts";
import { isOfImage } from "../../src/engine/filters/image-filter.ts";
import { PRUNE_FILTERS, pruneMatcher } from "../../src/engine/filters/prune-filters.ts";
import {
  ANONYMOUS,
  listVolumes,
  VOLUME_FILTERS,
  VOLUME_PRUNE_FILTERS,
  volumesToPrune,
} from "../../src/engine/filters/volume-filters.ts";
import type { UserError } from "../../src/user-error.ts";

const userError = (message: string): UserError => expect.objectContaining({ name: "UserError", message }) as UserError;

describe("parseFilters()", () => {
  test("keeps the values of each key, once each, without blanks around them", () => {
    const filters = parseFilters(
      ["name=a", " Label = b=c ", "name=b", "name=a", "", "label!=x"],
      ["name", "label", "label!"],
    );
    expect([...filters]).toEqual([
      ["name", ["a", "b"]],
      ["label", ["b=c"]],
      ["label!", ["x"]],
    ]);
  });

  test.for([
    ["nonsense", 'invalid argument "nonsense" for "-f, --filter" flag: bad format of filter (expected name=value)'],
    ["x=1", "invalid filter 'x'"],
    ["=1", "invalid filter ''"],
  ])("refuses %j: %s", ([text, message]) => {
    expect(() => parseFilters([text!], ["name"])).toThrow(userError(message!));
  });
});

const DEBIAN = `sha256:${"deb1".repeat(16)}`;
const facts: ContainerFacts = {
  id: "a".repeat(64),
  name: "web",
  labels: { role: "front", empty: "" },
  state: "running",
  exitCode: 0,
  image: "nginx:1.29",
  imageId: `sha256:${"1".repeat(64)}`,
  created: 4,
  health: "healthy",
  mounts: [{ name: "data", source: "/volumes/data", destination: "/data" }],
  networks: ["bridge"],
  ports: [{ ip: "0.0.0.0", privatePort: 80, publicPort: 8080, type: "tcp" }],
};
const containers: ContainerFacts[] = [
  {
    ...facts,
    id: "d".repeat(64),
    name: "db.old",
    created: 1,
    state: "exited",
    exitCode: 137,
    health: "none",
    labels: {},
    image: "debian",
    imageId: DEBIAN,
    mounts: [],
    networks: [],
    ports: [],
  },
  {
    ...facts,
    id: "c".repeat(64),
    name: "fresh",
    created: 2,
    state: "created",
    health: "none",
    ports: [],
    networks: [],
  },
  { ...facts, id: `ab${"b".repeat(62)}`, name: "web2", created: 3, state: "paused", labels: { role: "back" } },
  facts,
];

function listed(texts: readonly string[], options: ListOptions = { all: true }): string {
  return listContainers(containers, parseFilters(texts, CONTAINER_FILTERS), options)
    .map(({ name }) => name)
    .join(" ");
}

describe("listContainers()", () => {
  test("has those that run, created last first; with all also the others; or the last ones whatever they do", () => {
    expect(listed([], {})).toBe("web web2");
    expect(listed([])).toBe("web web2 fresh db.old");
    expect(listed([], { last: 3 })).toBe("web web2 fresh");
    expect(listed(["name=f|d"], { last: 1 })).toBe("fresh");
  });

  test.for<[string[], string]>([
    [["name=web"], "web web2"],
    [["name=^web$"], "web"],
    [["name=^/web$"], "web"],
    [["name=^/we", "name=old"], "web web2 db.old"],
    [["name=(?i)WEB2"], "web2"],
    [["name=db.old"], "db.old"],
    [["name=["], ""],
    [["id=a"], "web web2"],
    [["id=ab"], "web2"],
    [["id=b"], ""],
    [["id=a", "name=2"], "web2"],
    [["label=role"], "web web2 fresh"],
    [["label=role=back"], "web2"],
    [["label=role=front", "label=empty"], "web fresh"],
    [["label=empty="], "web fresh"],
    [["label=toString"], ""],
    [["status=exited"], "db.old"],
    [["status=exited", "status=paused"], "web2 db.old"],
    [["exited=137"], "db.old"],
    [["exited=0"], ""],
    [["exited=1", "exited=137"], "db.old"],
    [["health=healthy"], "web web2"],
    [["health=none"], "fresh db.old"],
    [["before=web2"], "fresh db.old"],
    [["since=fresh"], "web web2"],
    [["since=cccc", "before=web"], "web2"],
    [["since=web", "before=fresh"], ""],
    [["volume=data"], "web web2 fresh"],
    [["volume=/data"], "web web2 fresh"],
    [["volume=/volumes/data"], ""],
    [["network=bridge"], "web web2"],
    [["publish=8080"], "web web2"],
    [["publish=8000-8100/tcp"], "web web2"],
    [["publish=8080/udp"], ""],
    [["publish=80"], ""],
    [["expose=80"], "web web2"],
    [["ancestor=debian"], "db.old"],
    [["ancestor=nginx"], ""],
    [["ancestor=nginx:1.29", "ancestor=deb1"], "web web2 fresh db.old"],
    [["is-task=true"], ""],
    [["is-task=false"], "web web2 fresh db.old"],
    [["isolation=x"], "web web2 fresh db.old"],
  ])("filters by %j: %s", ([texts, names]) => {
    expect(listed(texts)).toBe(names);
  });

  test("lists what does not run where a status is asked for", () => {
    expect(listed(["status=exited"], {})).toBe("db.old");
    expect(listed(["exited=137"], {})).toBe("");
  });

  test.for([
    [
      "status=up",
      "invalid filter 'status=up': invalid value for state (up): must be one of created, running, paused, restarting, removing, exited, dead",
    ],
    [
      "health=ill",
      "invalid filter 'health=ill': invalid value for health (ill): must be one of none, starting, healthy, unhealthy",
    ],
    ["exited=x", "invalid filter 'exited=x'"],
    ["is-task=perhaps", "invalid filter 'is-task=[perhaps]'"],
    ["before=nobody", "No such container: nobody"],
    ["publish=1:2", "filter for 'publish' should not contain ':': 1:2"],
    ["expose=x", "error while looking up for expose x: invalid port"],
    ["expose=9-1", "error while looking up for expose 9-1: invalid port"],
    ["expose=70000", "error while looking up for expose 70000: invalid port"],
  ])("refuses %s", ([text, message]) => {
    expect(() => listed([text!])).toThrow(userError(message!));
  });
});

test.for<[string, string, boolean]>([
  ["debian", "debian", true],
  ["debian", "docker.io/library/debian:latest", true],
  ["debian:13", "debian", false],
  ["localhost:5000/a", "localhost:5000/a:latest", true],
  ["sha256:deb1", "x", true],
  ["deb1deb1deb1", "x", true],
  ["deb2", "x", false],
  ["", "x", false],
  ["/srv/debian", "/srv/debian", true],
])("isOfImage(%j) of a container of %j is %j", ([value, image, is]) => {
  expect(isOfImage(value, { image, imageId: DEBIAN })).toBe(is);
});

describe("volumes", () => {
  const anonymous = { [ANONYMOUS]: "" };
  const volumes = [
    { name: "web", driver: "local", labels: { keep: "1" }, inUse: true },
    { name: "old", driver: "local", labels: { keep: "0" }, inUse: false },
    { name: "f00d", driver: "local", labels: anonymous, inUse: false },
    { name: "mem", driver: "tmpfs", labels: anonymous, inUse: false },
  ];

  test.for<[string[], string]>([
    [[], "f00d mem old web"],
    [["name=e"], "mem web"],
    [["driver=tmpfs"], "mem"],
    [["label=keep=1"], "web"],
    [["dangling=true"], "f00d mem old"],
    [["dangling=0"], "web"],
  ])("listVolumes() filters by %j: %s", ([texts, names]) => {
    const found = listVolumes(volumes, parseFilters(texts, VOLUME_FILTERS));
    expect(found.map(({ name }) => name).join(" ")).toBe(names);
  });

  test.for<[string[], string]>([
    [[], "f00d"],
    [["all=1"], "old f00d"],
    [["all=true", "label!=keep"], "f00d"],
    [["all=true", "label!=keep=1"], "old f00d"],
    [["all=false"], "f00d"],
  ])("volumesToPrune() with %j: %s", ([texts, names]) => {
    const found = volumesToPrune(volumes, parseFilters(texts, VOLUME_PRUNE_FILTERS));
    expect(found.map(({ name }) => name).join(" ")).toBe(names);
  });
});

describe("pruneMatcher()", () => {
  const now = Date.UTC(2026, 0, 31, 12);
  const created = now - 3_600_000;
  test.for<[string[], boolean]>([
    [[], true],
    [["until=30m"], true],
    [["until=2h"], false],
    [["until=2026-01-31T11:00:00Z"], true],
    [["until=2026-01-31T10:59:59Z"], false],
    [["label=a"], true],
    [["label=b"], false],
    [["label!=a"], false],
    [["label!=a=2"], true],
    [["label!=a", "label!=b"], true],
  ])("with %j is %j for what was made an hour ago", ([texts, is]) => {
    expect(pruneMatcher(parseFilters(texts, PRUNE_FILTERS), now)({ created, labels: { a: "1" } })).toBe(is);
  });

  test("refuses more than one time, and what is none", () => {
    const matcher = (...texts: string[]): unknown => pruneMatcher(parseFilters(texts, PRUNE_FILTERS), now);
    expect(() => matcher("until=1h", "until=2h")).toThrow(userError("more than one until filter specified"));
    expect(() => matcher("until=x")).toThrow(userError('failed to parse value as time or duration: "x"'));
  });
});

describe("matchesEvent()", () => {
  const start: EventFacts = {
    type: "container",
    action: "start",
    id: "abcdef",
    attributes: { name: "web", image: "nginx:1.29", role: "front" },
  };
  const health: EventFacts = { ...start, action: "health_status: healthy" };
  const pulled: EventFacts = { type: "image", action: "pull", id: "nginx:1.29", attributes: { name: "nginx" } };

  test.for<[string[], EventFacts, boolean]>([
    [[], start, true],
    [["type=container"], start, true],
    [["type=image"], start, false],
    [["type=image", "type=container"], start, true],
    [["event=start"], start, true],
    [["event=stop", "event=start"], start, true],
    [["event=sta"], start, false],
    [["event=health_status"], health, true],
    [["event=health_status: healthy"], health, true],
    [["event=health_status: unhealthy"], health, false],
    [["container=web"], start, true],
    [["container=we"], start, true],
    [["container=abc"], start, true],
    [["container=x"], start, false],
    [["image=nginx"], start, true],
    [["image=nginx:1.29"], start, true],
    [["image=nginx:1.28"], start, false],
    [["image=nginx:1.29"], pulled, true],
    [["label=role=front"], start, true],
    [["label=role=back"], start, false],
    [["scope=local"], start, true],
    [["scope=swarm"], start, false],
  ])("with %j", ([texts, event, is]) => {
    expect(matchesEvent(parseFilters(texts, EVENT_FILTERS), event)).toBe(is);
  });
});
