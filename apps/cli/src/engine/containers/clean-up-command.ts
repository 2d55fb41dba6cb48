import type { Supervision } from "../../runtime/supervisor/supervise.ts";

/** What a supervisor becomes when its container has ended, or later: this program, in the same places. */
export function cleanUpCommand(id: string, command: string = CLEAN_UP): Supervision["cleanUp"] {
  const [node = process.execPath, program = ""] = process.argv;
  const passed = ["WB_ROOT", "WB_STATE", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "HOME"].flatMap((name) => {
    const text = process.env[name];
    return text === undefined ? [] : [[name, text] as const];
  });
  return {
    argv: [node, program, command, id],
    env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", ...Object.fromEntries(passed) },
  };
}

/** The command's name: nobody types it. */
export const CLEAN_UP = "supervised-end";
