import { ociCapabilities } from "@wb/security";
import type { CompleteProcess } from "../../oci/complete-spec.ts";
import type { ContainerRecord } from "../../runtime/lifecycle/container-record.ts";
import { resolveAccount } from "../account.ts";
import { additionalGroups } from "../additional-groups.ts";
import { containerCapabilities } from "../container-spec.ts";
import type { StoredConfig } from "./stored-config.ts";

/** What flags of `wb exec` ask of a process. */
export interface ExecRequest {
  readonly args: readonly [string, ...string[]];
  readonly tty: boolean;
  /** `NAME=value` */
  readonly env: readonly string[];
  readonly user: string | undefined;
  readonly workdir: string | undefined;
  readonly privileged: boolean;
}

/** The process of `wb exec`, docker-exec(1): as the container's own, but for what was asked for. @throws UserError for an unknown user */
export function execProcess(
  own: CompleteProcess,
  { args, tty, env, user, workdir, privileged }: ExecRequest,
  { record, config }: { readonly record: ContainerRecord; readonly config: StoredConfig },
): CompleteProcess {
  const { options } = config;
  const root = `/proc/${record.init_process_pid}/root`;
  const account = resolveAccount(user ?? options.user, root);
  const capabilities = containerCapabilities(privileged ? { ...options, privileged } : options);
  const names = new Set(env.map((text) => text.slice(0, text.indexOf("="))));
  const kept = own.env.filter((text) => !names.has(text.slice(0, text.indexOf("="))));
  return {
    ...own,
    terminal: tty,
    args,
    env: [...(tty && !kept.some((text) => text.startsWith("TERM=")) ? ["TERM=xterm"] : []), ...kept, ...env],
    cwd: workdir ?? own.cwd,
    user: {
      ...own.user,
      uid: account.uid,
      gid: account.gid,
      additionalGids: [...new Set([account.gid, ...account.groups, ...additionalGroups(options.groupAdd, root)])],
    },
    capabilities: ociCapabilities(capabilities, account),
  };
}
