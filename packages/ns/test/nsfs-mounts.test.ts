import { expect, test } from "vitest";
import { parseReply } from "../src/netns-id.ts";
import { nsfsMounts } from "../src/nsfs-mounts.ts";

const mountinfo = `
22 27 0:21 / /proc rw,relatime - proc proc rw
67 27 0:4 net:[4026532325] /run/netns/blue rw shared:2 - nsfs nsfs rw
68 27 0:4 mnt:[4026532326] /pins/a\\040b\\134c\\011 rw - nsfs nsfs rw
69 27 0:4 net:[4026532327] /run/netns/gone//deleted rw - nsfs nsfs rw
70 27 0:4 strange:[4026532328] /pins/strange rw - nsfs nsfs rw
71 27 8:1 /net:[1] /pins/file rw - ext4 /dev/vda rw
`;

test("nsfsMounts() finds the pinned namespaces of a mountinfo, and their paths as they are", () => {
  expect(nsfsMounts(mountinfo)).toEqual([
    { kind: "net", inode: 4_026_532_325, path: "/run/netns/blue" },
    { kind: "mount", inode: 4_026_532_326, path: "/pins/a b\\c\t" },
  ]);
  expect(nsfsMounts("")).toEqual([]);
});

/** As strace shows it: RTM_NEWNSID with NETNSA_NSID. */
function reply(id: number): Buffer {
  const bytes = Buffer.from("1c0000005800000000000000921b00000000000008000100ffffffff", "hex");
  bytes.writeInt32LE(id, 24);
  return bytes;
}

test("parseReply() reads the id of a network namespace", () => {
  expect([parseReply(reply(0)), parseReply(reply(7)), parseReply(reply(-1))]).toEqual([0, 7, "unassigned"]);
});

test("parseReply() says what the kernel refused, and takes nothing else for an answer", () => {
  const refused = Buffer.alloc(36);
  refused.writeUInt16LE(2, 4);
  refused.writeInt32LE(-22, 16);
  expect(() => parseReply(refused)).toThrow("the kernel refused to tell the id of a network namespace: EINVAL");
  expect(() => parseReply(Buffer.alloc(0))).toThrow("an answer to RTM_GETNSID of the type undefined");
});
