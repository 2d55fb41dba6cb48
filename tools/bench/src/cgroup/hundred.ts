import { readdirSync } from "node:fs";
import { createCgroup, detect, openCgroup } from "@wb/cgroup";
import { byChildProcess, type Runner } from "../contender.ts";

export interface Groups extends AsyncDisposable {
  readonly paths: readonly string[];
}

export function hundredGroups(): Groups {
  const base = createCgroup(`/wb-bench-${process.pid}-stats`);
  base.close();
  const paths = Array.from({ length: 100 }, (_, index) => `${base.path}/${index}`);
  for (const path of paths) createCgroup(path).close();
  return { paths, [Symbol.asyncDispose]: async () => base.remove() };
}

/** All statistics of each, parsed. */
export function statsByWb(paths: readonly string[]): Runner {
  return async () => {
    for (const path of paths) {
      if (openCgroup(path).stats().pids?.current !== 0) throw new Error(`${path} is not empty`);
    }
  };
}

/** The files that hold them, unparsed, by one cat(1). */
export function statsByCat(paths: readonly string[]): Runner {
  const directories = detect().hierarchies.flatMap(({ mountpoint }) => paths.map((path) => mountpoint + path));
  const files = directories.flatMap((directory) =>
    readdirSync(directory)
      .filter((name) => STATISTICS.test(name))
      .map((name) => `${directory}/${name}`),
  );
  return byChildProcess(["cat", ...files], { argv: ["cat"] });
}

/** What `stats()` reads, on either version. */
const STATISTICS = new RegExp(
  `^(?:${[
    String.raw`memory\.(?:current|peak|max|high|low|min|stat|events|swap\.(?:current|max))`,
    String.raw`memory\.(?:(?:memsw\.)?(?:usage|limit)|max_usage|soft_limit)_in_bytes|memory\.oom_control`,
    String.raw`cpu\.stat|cpuacct\.usage(?:_user|_sys)?|pids\.(?:current|max|peak|events)|cpuset\..*effective.*`,
    String.raw`io\.stat|blkio\.throttle\.io_service(?:d_recursive|_bytes_recursive)|(?:rdma|misc)\.current`,
    String.raw`hugetlb\..*(?:current|max|events|_in_bytes|failcnt)|(?:cpu|memory|io|irq)\.pressure`,
  ].join("|")})$`,
);
