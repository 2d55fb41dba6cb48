import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { output } from "@wb/testing";

const LONG = "a-name-of-more-than-a-hundred-bytes-".repeat(6);

/** Every kind of file that a root file system has, with everything that a file can have. Root only. */
export function makeSampleTree(directory: string, { xattrs = true }: { readonly xattrs?: boolean } = {}): void {
  const script = `
    set -e
    mkdir -p bin "deep/$LONG/$LONG" empty closed sticky
    printf hello > bin/plain
    : > bin/empty
    head -c 700000 /dev/urandom > bin/large
    head -c 3000000 /dev/urandom > bin/larger
    truncate -s 1M bin/holes; printf middle | dd of=bin/holes bs=1 seek=500000 conv=notrunc status=none
    ln bin/plain bin/hard; ln bin/plain "deep/$LONG/hard"
    ln -s plain bin/soft; ln -s /absolute/target bin/absolute; ln -s "$LONG" bin/long; ln -s nowhere bin/dangling
    ln bin/soft bin/hard-to-soft
    printf x > "deep/$LONG/$LONG/file"; printf y > "deep/$LONG/$LONG$LONG" 2>/dev/null || printf y > "deep/$LONG/z"
    printf u > "bin/ümlaut ☃"; printf b > "bin/$(printf 'bytes\\377\\376')"; printf n > "bin/new
line"; printf s > 'bin/ back\\slash and "quotes"'
    mkfifo bin/fifo; mknod bin/null c 1 3; mknod bin/sda b 8 17; mknod bin/far c 300 70000
    printf s > bin/setuid
    chown 1:2 bin/setuid; chown 65534:65534 bin/large; chown -h 12345:54321 bin/absolute; chown 3000000:3000000 bin/larger
    chmod 6755 bin/setuid; chmod 0 bin/larger; chmod 1777 sticky; chmod 2750 empty; chmod 444 bin/plain; chmod 600 bin/fifo
    touch -h -d '2001-02-03 04:05:06.123456789 UTC' bin/*; touch -d '1969-12-31 23:59:58.25 UTC' bin/empty
    touch -d '2040-01-01 00:00:00.000000001 UTC' empty
  `;
  output(["bash", "-c", script], { cwd: directory, env: { LONG } });
  if (xattrs) {
    const attributes = [
      "setfattr -n user.text -v 'some text' bin/empty",
      "setfattr -n user.empty bin/empty",
      "setfattr -n user.bytes -v 0x00ff0a3d20 bin/empty",
      "setfattr -n trusted.note -v root sticky",
      "setfattr -h -n trusted.link -v link bin/dangling",
      "setfattr -n security.capability -v 0x0100000200200000000000000000000000000000 bin/setuid",
    ];
    output(["sh", "-c", attributes.join(" && ")], { cwd: directory });
  }
  writeFileSync(join(directory, "closed/secret"), "secret");
  output(["sh", "-c", "chmod 0 closed && touch -d '2010-10-10 10:10:10.1 UTC' closed deep ."], { cwd: directory });
}
