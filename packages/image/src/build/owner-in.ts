import { readFileSync } from "node:fs";
import { O } from "@wb/syscall";
import { ImageError } from "../image-error.ts";
import { openInTree } from "./open-in-tree.ts";

/** `--chown=USER[:GROUP]`: names are those of the image's own files. @throws ImageError WB_IMAGE_BUILD for one that it does not know */
export function ownerIn(root: number, text: string): { readonly uid: number; readonly gid: number } {
  const [user = "", group] = text.split(":");
  const passwd = tableIn(root, "etc/passwd");
  const uid = idOf(
    user,
    passwd,
    `unable to convert uid/gid chown string to host mapping: can't find uid for user ${user}`,
  );
  if (group !== undefined && group !== "")
    return {
      uid,
      gid: idOf(
        group,
        tableIn(root, "etc/group"),
        `unable to convert uid/gid chown string to host mapping: can't find gid for group ${group}`,
      ),
    };
  // A user without a group has a group of the same number, or name.
  if (/^\d+$/.test(user)) return { uid, gid: uid };
  const own = passwd.find(([name]) => name === user)?.[3];
  return { uid, gid: own === undefined ? uid : Number(own) };
}

function idOf(word: string, table: readonly (readonly string[])[], problem: string): number {
  if (/^\d{1,10}$/.test(word)) return Number(word);
  const found = table.find(([name]) => name === word)?.[2];
  if (found === undefined || !/^\d+$/.test(found)) throw new ImageError("WB_IMAGE_BUILD", problem);
  return Number(found);
}

function tableIn(root: number, path: string): string[][] {
  using file = openInTree(root, path, O.RDONLY | O.NONBLOCK);
  if (file === undefined) return [];
  return readFileSync(file.fd, "utf8")
    .split("\n")
    .map((line) => line.split(":"));
}
