/** A Dockerfile that cannot be used, in the words of BuildKit: `dockerfile parse error on line 3: …`. */
export class DockerfileError extends Error {
  readonly code = "WB_DOCKERFILE_INVALID";
  /** The first line of the instruction, from 1; undefined where the whole file is meant. */
  readonly line: number | undefined;

  constructor(problem: string, line?: number) {
    super(line === undefined ? problem : `dockerfile parse error on line ${line}: ${problem}`);
    this.line = line;
  }
}

Object.defineProperty(DockerfileError.prototype, "name", {
  value: "DockerfileError",
  configurable: true,
  writable: true,
});
