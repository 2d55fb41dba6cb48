import { spawn } from "@wb/ns";
import { switchRoot, defaultDev, proc, sysfs, devpts, mqueue, tmpfs, maskedPath, readonlyPath, hostname } from "@wb/rootfs";
import { busyboxRoot } from "../../tools/testing/src/index.ts";
using root = busyboxRoot();
const t=performance.now();
await using box = await spawn(["/bin/sh","-c","cat /proc/self/mountinfo; ls -la /dev /proc/ | head -40; hostname; cat /proc/keys | head -2; ls -la /sys/firmware; echo x > /proc/sys/kernel/hostname; ps"], { namespaces: ["mount","pid","uts","ipc","net"], setup: [...switchRoot(root.path, { mounts: [proc(), sysfs("/sys",{readonly:true}), defaultDev(), devpts(), tmpfs("/dev/shm",{size:"64m"}), mqueue(), maskedPath("/proc/keys"), maskedPath("/sys/firmware"), maskedPath("/nope"), readonlyPath("/proc/sys")] }), hostname("box")], env: {PATH:"/bin"} });
console.log(performance.now()-t, await box.wait());
