import { spawn } from "@wb/ns";
import { switchRoot, defaultDev,proc } from "@wb/rootfs";
import { throwAwayOverlay } from "@wb/overlay";
import { mkdtempSync } from "node:fs";
const dir = mkdtempSync("/tmp/ovl-");
const o = throwAwayOverlay("/", dir, {size:"64m"});
await using box = await spawn(["/bin/sh","-c","cat /proc/self/mountinfo; ls -lad /; touch /made; ls /dev | wc -l; ls -la /tmp | head; df / "], { namespaces: ["mount","pid"], setup: [...o.steps, ...switchRoot(o.merged, {mounts:[proc(), defaultDev()]})], env: {PATH:"/bin:/usr/bin"} });
console.log( await box.wait());
