import { expect, test } from "vitest";
import { configure, parseDockerfile } from "../../src/index.ts";

const after = (text: string, base = {}, options = {}) =>
  parseDockerfile(text).instructions.reduce((config, instruction) => configure(config, instruction, options), base);

test.each([
  ["ENV a=1 b=$a\nENV c=$a\\ d e='$a'\nENV a 2 3", { Env: ["a=2 3", "b=", "c=1 d", "e=$a"] }],
  ["LABEL a=1 'b c'=\"$x\"\nLABEL a=2", { Labels: { a: "2", "b c": "from ARG" } }],
  ["CMD a $b", { Cmd: ["/bin/sh", "-c", "a $b"] }],
  ['SHELL ["bash", "-ec"]\nCMD a', { Shell: ["bash", "-ec"], Cmd: ["bash", "-ec", "a"] }],
  ['CMD ["a", "$b"]', { Cmd: ["a", "$b"] }],
  ["EXPOSE 80 53/UDP 8000-8001", { ExposedPorts: { "80/tcp": {}, "53/udp": {}, "8000/tcp": {}, "8001/tcp": {} } }],
  ['VOLUME /a $x\nVOLUME ["/c d"]', { Volumes: { "/a": {}, "from ARG": {}, "/c d": {} } }],
  ["WORKDIR a\nWORKDIR b/../c\nWORKDIR ${d:-e}", { WorkingDir: "/a/c/e" }],
  ["USER a:b\nSTOPSIGNAL SIG${s:-INT}", { User: "a:b", StopSignal: "SIGINT" }],
  ["ONBUILD RUN a $x\nONBUILD COPY . /", { OnBuild: ["RUN a $x", "COPY . /"] }],
  [
    "HEALTHCHECK --interval=1m30s --retries=3 CMD a || b",
    { Healthcheck: { Test: ["CMD-SHELL", "a || b"], Interval: 90e9, Retries: 3 } },
  ],
  ['HEALTHCHECK CMD ["a"]\nHEALTHCHECK NONE', { Healthcheck: { Test: ["NONE"] } }],
  ["ARG a\nRUN x\nCOPY a b", {}],
])("configure() after %j", (text, config) => {
  expect(after(text, {}, { args: new Map([["x", "from ARG"]]) })).toEqual(config);
});

test("configure() removes the base's CMD with ENTRYPOINT, not the stage's own", () => {
  expect(after('ENTRYPOINT ["a"]', { Cmd: ["b"] })).toEqual({ Entrypoint: ["a"], Cmd: null });
  expect(after('ENTRYPOINT ["a"]', { Cmd: ["b"] }, { hasCmd: true })).toEqual({ Entrypoint: ["a"], Cmd: ["b"] });
});

test("configure() prefers ENV to ARG", () => {
  expect(after("USER $x", { Env: ["x=env"] }, { args: new Map([["x", "arg"]]) })).toMatchObject({ User: "env" });
});

test.each([
  ["FROM a\nEXPOSE x", "dockerfile parse error on line 2: invalid containerPort: x"],
  ["FROM a\n\nUSER ${", "dockerfile parse error on line 3: syntax error: missing '}'"],
  ["HEALTHCHECK --timeout=1x CMD a", 'dockerfile parse error on line 1: time: invalid duration "1x"'],
  ["HEALTHCHECK --timeout=1ns CMD a", 'dockerfile parse error on line 1: Interval "timeout" cannot be less than 1ms'],
])("configure() refuses %j", (text, message) => {
  expect(() => after(text)).toThrow(expect.objectContaining({ message }));
});
