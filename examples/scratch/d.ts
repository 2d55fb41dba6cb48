import { spawn } from "@wb/ns";
import { overlay } from "@wb/overlay";
import { mkdirSync, writeFileSync, mkdtempSync } from "node:fs";
const base = mkdtempSync("/tmp/ovd-");
async function attempt(title: string, names: string[], upper?: string, pad = 0) {
  const dirs = names.map((n, i) => { const p = `${base}/${title}/${n}${i}`; mkdirSync(p, { recursive: true }); writeFileSync(`${p}/f${i}`, ""); return p; });
  const fill = Array.from({ length: pad }, (_, i) => { const p = `${base}/${title}/pad${"x".repeat(80)}${i}`; mkdirSync(p, { recursive: true }); return p; });
  const target = `${base}/${title}/t:a,r\\get x`; mkdirSync(target, { recursive: true });
  const up = upper === undefined ? {} : { upper: `${base}/${title}/${upper}u`, work: `${base}/${title}/${upper}w` };
  if (up.upper) { mkdirSync(up.upper); mkdirSync(up.work); }
  try {
    await using p = await spawn(["sh", "-c", 'ls "$1"; touch "$1/new"; grep overlay /proc/self/mountinfo | cut -c 1-300', "sh", target], { namespaces: ["mount"], setup: [overlay({ lower: [...dirs, ...fill] as [string, ...string[]], ...up, target })], stdio: ["ignore", "inherit", "inherit"] });
    console.log(title, (await p.wait()).code);
  } catch (e) { console.log(title, String(e).slice(0, 400)); }
}
await attempt("plain", ["a", "b"], "up");
for (const pad of [0, 60]) {
  for (const [t, c] of [["colon", "a:b"], ["comma", "a,b"], ["backslash", "a\\b"], ["bs-end", "a\\"], ["space", "a b"], ["all", "a:,\\ b\\,c\\:d"], ["equals","a=b"], ["quote", "a\"b'"]] as const) {
    await attempt(t + pad, [c + "1", c + "2"], undefined, pad);
    await attempt(t + pad + "up", ["x", c + "2"], c, pad);
  }
}
const long = Array.from({length: 5}, () => "l".repeat(100)).join("/");
await attempt("long", [long+"/a", long+"/b"], undefined, 0);
await attempt("longpad", [long+"/a", long+"/b"], undefined, 60);
for (const n of [64, 498, 499]) await attempt("many"+n, ["a","b"], undefined, n);
