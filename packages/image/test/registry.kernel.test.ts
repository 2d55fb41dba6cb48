import { requires } from "@wb/testing";
import { describe, expect } from "vitest";
import { checkCredentials, findImage, listImages, parseReference, pullImage, pushImage } from "../src/index.ts";
import { emptyStore, layered, noise } from "./support/images.ts";
import { between, pass, testRegistry } from "./support/registry.ts";

const withRegistry = requires("root", "command:docker-registry");

const nobody = { configDirectory: "/nonexistent" };

/** MiB. */
const LARGE = 5 * 2 ** 20;

describe("pullImage() and pushImage()", () => {
  withRegistry(
    "an image is pushed, and pulled into an empty store; one on the same base brings its own layer",
    async () => {
      await using registry = await testRegistry();
      using here = emptyStore();
      const base = [noise("base", LARGE)];
      const [one, two] = ["one", "two"].map((name) => parseReference(`${registry.host}/${name}:1`));
      await layered(here, `${registry.host}/one:1`, [base]);
      await layered(here, `${registry.host}/two:1`, [base, [{ name: "more", content: "x" }]]);
      const statuses: string[] = [];
      const onLayer = ({ status }: { readonly status: string }) => void statuses.push(status);
      const pushed = await pushImage(here, one!, { ...nobody, onLayer });
      expect(pushed).toMatchObject({ tag: "1", digest: expect.stringMatching(/^sha256:/u) as string });
      expect(statuses).toContain("Pushed");
      // The second finds the layer of the first, in the other repository of the registry.
      statuses.length = 0;
      await pushImage(here, two!, { ...nobody, onLayer });
      expect(statuses).toContain("Mounted from one");
      statuses.length = 0;
      await pushImage(here, two!, { ...nobody, onLayer });
      expect([...new Set(statuses)]).toEqual(["Preparing", "Layer already exists"]);

      using there = emptyStore();
      const pulled = await pullImage(there, one!, nobody);
      expect(pulled).toMatchObject({ digest: pushed.digest, isNew: true });
      expect(pulled.image.repoDigests).toEqual([`${registry.host}/one@${pushed.digest}`]);
      const before = new Map(registry.fetched());
      await pullImage(there, two!, nobody);
      const after = [...registry.fetched()].filter(([digest, count]) => before.get(digest) !== count);
      // Its configuration, and one layer.
      expect(after.length).toBe(2);
      expect(await pullImage(there, two!, nobody)).toMatchObject({ isNew: false });
      expect(listImages(there).length).toBe(2);
      expect(await pullImage(there, { ...one!, digest: pushed.digest }, nobody)).toMatchObject({ isNew: true });
    },
  );

  withRegistry("20 pulls of one image at once fetch each blob once", async () => {
    await using registry = await testRegistry();
    using here = emptyStore();
    const reference = parseReference(`${registry.host}/team/app:2`);
    await layered(here, `${registry.host}/team/app:2`, [[noise("a", LARGE)], [noise("b", LARGE)]]);
    await pushImage(here, reference, nobody);
    using there = emptyStore();
    await Promise.all(Array.from({ length: 20 }, () => pullImage(there, reference, nobody)));
    expect([...registry.fetched().values()]).toEqual([1, 1, 1]);
  });

  for (const knowsRanges of [true, false])
    withRegistry(`a connection that breaks goes on where it was; ranges known: ${String(knowsRanges)}`, async () => {
      await using registry = await testRegistry();
      using here = emptyStore();
      await layered(here, `${registry.host}/big:1`, [[noise("a", LARGE)]]);
      await pushImage(here, parseReference(`${registry.host}/big:1`), nobody);
      const ranges: (string | undefined)[] = [];
      await using broken = await between(
        registry.host,
        (asked, answer, to) => {
          if (!/\/blobs\//u.test(asked.url ?? "") || Number(answer.headers["content-length"]) < 2 ** 20)
            return pass(answer, to);
          ranges.push(asked.headers.range);
          to.writeHead(answer.statusCode ?? 500, answer.headers);
          // Twice the connection ends after a million bytes.
          let left = ranges.length <= 2 ? ranges.length * 1_000_000 : Number.POSITIVE_INFINITY;
          answer.on("data", (chunk: Buffer) => {
            to.write(chunk.subarray(0, left));
            left -= chunk.length;
            if (left <= 0) to.socket?.end();
          });
          answer.on("end", () => to.end());
        },
        knowsRanges,
      );
      using there = emptyStore();
      await pullImage(there, parseReference(`${broken.host}/big:1`), nobody);
      expect(ranges.length).toBe(3);
      expect(ranges.slice(1).every((range) => /^bytes=\d{6,}-$/u.test(range ?? ""))).toBe(true);
      expect(findImage(there, `${broken.host}/big:1`)).toBeDefined();
    });

  withRegistry("other bytes than the digest says are refused, and nothing has the name", async () => {
    await using registry = await testRegistry();
    using here = emptyStore();
    await layered(here, `${registry.host}/bad:1`, [[noise("a", 1000)]]);
    await pushImage(here, parseReference(`${registry.host}/bad:1`), nobody);
    for (const [path, message] of [
      [/\/blobs\//u, /digest verification failed/u],
      [/\/manifests\/1/u, /config|manifest|JSON/u],
    ] as const) {
      await using liar = await between(registry.host, (asked, answer, to) => {
        if (!path.test(asked.url ?? "")) return pass(answer, to);
        to.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.on("data", (chunk: Buffer) => void to.write(Buffer.from(chunk.map((byte) => byte ^ 1))));
        answer.on("end", () => to.end());
      });
      using there = emptyStore();
      await expect(pullImage(there, parseReference(`${liar.host}/bad:1`), nobody)).rejects.toThrow(message);
      expect(listImages(there)).toEqual([]);
    }
  });

  withRegistry(
    "what is not there, and a registry that is not there, are told in docker's words",
    async () => {
      await using registry = await testRegistry();
      using there = emptyStore();
      await expect(pullImage(there, parseReference(`${registry.host}/none:1`), nobody)).rejects.toMatchObject({
        code: "WB_IMAGE_NOT_FOUND",
        message: expect.stringContaining("manifest unknown") as string,
      });
      await expect(pullImage(there, parseReference("127.0.0.1:1/none:1"), nobody)).rejects.toMatchObject({
        code: "WB_IMAGE_REGISTRY",
        message: expect.stringContaining("ECONNREFUSED") as string,
      });
    },
    60_000,
  );

  withRegistry("a registry with passwords lets in who has one, and nobody else", async () => {
    // me:secret, by bcrypt.
    await using registry = await testRegistry("me:$2y$05$Wwb7geQCMLJBsQeMfUWnyuPoUoBs6zKt7hWJUFnHnAV5GYtqSsa.6");
    using here = emptyStore();
    const reference = parseReference(`${registry.host}/own:1`);
    await layered(here, `${registry.host}/own:1`, [[{ name: "f", content: "x" }]]);
    for (const credentials of [undefined, { username: "me", password: "wrong" }])
      await expect(pushImage(here, reference, { ...nobody, credentials })).rejects.toThrow(/unauthorized/u);
    const credentials = { username: "me", password: "secret" };
    await pushImage(here, reference, { ...nobody, credentials });
    using there = emptyStore();
    await expect(pullImage(there, reference, nobody)).rejects.toThrow(/unauthorized/u);
    expect(await pullImage(there, reference, { ...nobody, credentials })).toMatchObject({ isNew: true });
    await checkCredentials(registry.host, credentials);
    await expect(checkCredentials(registry.host, { username: "me", password: "no" })).rejects.toThrow(/unauthorized/u);
  });
});
