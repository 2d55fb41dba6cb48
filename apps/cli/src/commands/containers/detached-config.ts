import { SIG } from "@wb/syscall";
import type { StoredConfig } from "../../engine/containers/stored-config.ts";
import { readKeyValues } from "../../engine/environment-files.ts";
import type { ContainerOptions } from "../../engine/images/container-options.ts";
import { imageHealth } from "../../engine/images/image-health.ts";
import { logOptions } from "../../engine/logs/options.ts";
import { cidFile } from "../../engine/options/cid-file.ts";
import { healthCheck } from "../../engine/options/health.ts";
import { labelsOf } from "../../engine/options/labels.ts";
import { signalOption } from "../../engine/options/stop-signal.ts";
import { parseRestartPolicy } from "../../engine/restart/restart-policy.ts";
import { usage } from "../../flags.ts";
import type { RunFlags } from "../run-flags.ts";

/** What flags of `wb run` and `wb create` ask of a container beyond its first start. @throws UserError */
export function detachedConfig(
  flags: RunFlags,
  { options, image }: ContainerOptions,
): Omit<StoredConfig, "version" | "created"> {
  const restart = parseRestartPolicy(flags.restart ?? "");
  const autoRemove = flags.rm ?? false;
  if (autoRemove && restart.name !== "no")
    throw usage("run", "conflicting options: cannot specify both --restart and --rm");
  return {
    image: image?.name ?? flags.rootfs ?? "",
    options,
    labels: {
      ...image?.config.Labels,
      ...labelsOf(flags.label ?? [], readKeyValues("--label-file", flags["label-file"])),
    },
    restart,
    autoRemove,
    stopSignal: stopSignal(flags["stop-signal"] ?? image?.config.StopSignal),
    stopTimeout: secondsOf(flags["stop-timeout"]),
    health: imageHealth(healthCheck(flags), image?.config.Healthcheck),
    cidFile: flags.cidfile === undefined || flags.cidfile === "" ? "" : cidFile(flags.cidfile),
    log: logOptions(flags["log-driver"], flags["log-opt"]),
  };
}

function stopSignal(text = ""): number {
  return text === "" ? SIG.TERM : signalOption("--stop-signal", text);
}

function secondsOf(text = "10"): number {
  if (/^-?\d{1,9}$/.test(text)) return Number(text);
  throw usage("run", `invalid argument ${JSON.stringify(text)} for --stop-timeout: seconds are meant`);
}
