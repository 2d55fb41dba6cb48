import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { temporaryDirectory } from "@wb/testing";

export interface TlsServer extends AsyncDisposable {
  readonly domain: string;
  /** PEM */
  readonly certificate: string;
  readonly asked: string[];
}

/** With a certificate that nobody has signed but itself. */
export async function tlsServer(answer: RequestListener): Promise<TlsServer> {
  using directory = temporaryDirectory();
  const [key, cert] = [join(directory.path, "key"), join(directory.path, "cert")];
  const words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=x".split(" ");
  const names = ["-addext", "subjectAltName=IP:127.0.0.1,DNS:registry.invalid", "-keyout", key, "-out", cert];
  execFileSync("openssl", [...words, ...names], { stdio: "ignore" });
  const certificate = readFileSync(cert, "utf8");
  const asked: string[] = [];
  const https = createServer({ key: readFileSync(key), cert: certificate }, (request, response) => {
    asked.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  await new Promise<void>((resolve) => https.listen(0, "127.0.0.1", resolve));
  return {
    domain: `127.0.0.1:${(https.address() as AddressInfo).port}`,
    certificate,
    asked,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        https.close(() => resolve());
        https.closeAllConnections();
      }),
  };
}
