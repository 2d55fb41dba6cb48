import { explain } from "@wb/syscall";
import { describe, expect, test } from "vitest";
import {
  apparmorStep,
  checkLabels,
  keyringStep,
  labelledKeyring,
  mountLabelOptions,
  securityModules,
  selinuxStep,
} from "../src/index.ts";

const LABEL = "system_u:system_r:container_t:s0:c1,c2";

test("the Steps write what libapparmor and libselinux write", () => {
  const procfs = { procfs: "open" } as const;
  const steps = [
    ...labelledKeyring(LABEL, keyringStep(), procfs),
    apparmorStep("docker-default", procfs),
    selinuxStep(LABEL, procfs),
  ];
  expect(explain(steps)).toMatchInlineSnapshot(`
    "# give new keys the SELinux label system_u:system_r:container_t:s0:c1,c2
    openat2(procfs, "self/attr/keycreate", {flags=O_WRONLY|O_CLOEXEC, resolve=RESOLVE_NO_XDEV|RESOLVE_NO_MAGICLINKS|RESOLVE_BENEATH}, 24) = proc file
    write(proc file, "system_u:system_r:container_t:s0:c1,c2", 38)
    close(proc file)

    # have a new session keyring
    # $ keyctl session -
    keyctl(KEYCTL_JOIN_SESSION_KEYRING, NULL)  # or ENOSYS

    # give new keys the kernel's label again
    openat2(procfs, "self/attr/keycreate", {flags=O_WRONLY|O_CLOEXEC, resolve=RESOLVE_NO_XDEV|RESOLVE_NO_MAGICLINKS|RESOLVE_BENEATH}, 24) = proc file
    write(proc file, "\\n", 1)
    close(proc file)

    # have the AppArmor profile docker-default from execve on
    # $ aa-exec -p docker-default
    openat2(procfs, "self/attr/apparmor/exec", {flags=O_WRONLY|O_CLOEXEC, resolve=RESOLVE_NO_XDEV|RESOLVE_NO_MAGICLINKS|RESOLVE_BENEATH}, 24) = proc file  # or ENOENT
    if (proc file < 0) goto no such file
    goto file
    no such file:
    openat2(procfs, "self/attr/exec", {flags=O_WRONLY|O_CLOEXEC, resolve=RESOLVE_NO_XDEV|RESOLVE_NO_MAGICLINKS|RESOLVE_BENEATH}, 24) = proc file
    file:
    write(proc file, "exec docker-default", 19)
    close(proc file)

    # have the SELinux label system_u:system_r:container_t:s0:c1,c2 from execve on
    # $ runcon system_u:system_r:container_t:s0:c1,c2
    openat2(procfs, "self/attr/exec", {flags=O_WRONLY|O_CLOEXEC, resolve=RESOLVE_NO_XDEV|RESOLVE_NO_MAGICLINKS|RESOLVE_BENEATH}, 24) = proc file
    write(proc file, "system_u:system_r:container_t:s0:c1,c2", 38)
    close(proc file)
    "
  `);
});

test.each(["", "a\nb", "a\0b"])("apparmorStep() and selinuxStep() refuse %j", (name) => {
  expect(() => apparmorStep(name)).toThrow("is no name of an AppArmor profile");
  expect(() => selinuxStep(name)).toThrow("is no name of an SELinux label");
});

describe("checkLabels()", () => {
  const none = { apparmor: false, selinux: false };

  test.each([
    {
      labels: { apparmorProfile: "docker-default" },
      message:
        'unable to apply apparmor profile: apparmor: config provided but apparmor not supported: process.apparmorProfile is "docker-default"',
      hint: "boot the kernel with lsm=…,apparmor, or leave process.apparmorProfile out",
    },
    {
      labels: { selinuxLabel: LABEL },
      message: `selinux label is specified in config, but selinux is disabled or not supported: process.selinuxLabel is "${LABEL}"`,
      hint: "boot the kernel with lsm=…,selinux, or leave process.selinuxLabel out",
    },
  ])("refuses $labels where the module is off", ({ labels, message, hint }) => {
    const refused = { name: "LabelError", code: "WB_SECURITY_MODULE", message, hint };
    expect(() => checkLabels(labels, none)).toThrow(expect.objectContaining(refused) as Error);
    expect(() => checkLabels(labels, { apparmor: true, selinux: true })).not.toThrow();
  });

  test("takes an empty label for none", () => {
    expect(() => checkLabels({ apparmorProfile: "", selinuxLabel: undefined }, none)).not.toThrow();
  });

  test("asks this machine", () => {
    const refused = (["apparmorProfile", "selinuxLabel"] as const).map((field) => {
      try {
        checkLabels({ [field]: "unconfined" });
        return false;
      } catch {
        return true;
      }
    });
    const { apparmor, selinux } = securityModules();
    expect(refused).toEqual([!apparmor, !selinux]);
  });
});

test.each([
  [{ type: "tmpfs" }, [`context=${LABEL}`]],
  [{ type: "devpts", options: ["nosuid"] }, [`context=${LABEL}`]],
  [{ type: "proc" }, []],
  [{ type: "sysfs" }, []],
  [{ type: "cgroup" }, []],
  [{ type: "mqueue" }, []],
  [{ type: "bind" }, []],
  [{ options: ["rbind"] }, []],
])("mountLabelOptions() of %j is %j", (mount, words) => {
  expect(mountLabelOptions(mount, LABEL)).toEqual(words);
});
