import type { Format } from "../signature.ts";
import { BPF } from "../uapi/bpf.ts";
import { CAP } from "../uapi/capability.ts";
import { KEY, KEY_SPEC, KEYCTL } from "../uapi/keyctl.ts";
import { LANDLOCK_CREATE_RULESET, LANDLOCK_RULE } from "../uapi/landlock.ts";
import { PR, PR_CAP_AMBIENT } from "../uapi/prctl.ts";
import { SECCOMP, SECCOMP_FILTER_FLAG, SECCOMP_MODE } from "../uapi/seccomp.ts";
import { SECBIT } from "../uapi/securebits.ts";
import { flags, oneOf, type Signatures, type Variants } from "./formats.ts";

const cap: Format = oneOf({ CAP_: CAP });
const key: Format = oneOf({ KEY_SPEC_: KEY_SPEC });
const keyctl: Format = oneOf({ KEYCTL_: KEYCTL });

/** The parameters of the calls for ids, capabilities and other security. */
export const security = (): Signatures => ({
  getuid: {},
  geteuid: {},
  getgid: {},
  getegid: {},
  setuid: { uid: "int" },
  setgid: { gid: "int" },
  setreuid: { ruid: "int", euid: "int" },
  setregid: { rgid: "int", egid: "int" },
  setresuid: { ruid: "int", euid: "int", suid: "int" },
  setresgid: { rgid: "int", egid: "int", sgid: "int" },
  getresuid: { ruid: "pointer", euid: "pointer", suid: "pointer" },
  getresgid: { rgid: "pointer", egid: "pointer", sgid: "pointer" },
  getgroups: { size: "int", list: "pointer" },
  setgroups: { size: "uint", list: "pointer" },
  capget: { hdrp: "pointer", datap: "pointer" },
  capset: { hdrp: "pointer", datap: "pointer" },
  prctl: { option: oneOf({ PR_: PR }), arg2: "hex", arg3: "hex", arg4: "hex", arg5: "hex" },
  seccomp: { operation: oneOf({ SECCOMP_: SECCOMP }), flags: "hex", args: "pointer" },
  bpf: { cmd: oneOf({ BPF_: BPF }), attr: "pointer", size: "uint" },
  landlock_create_ruleset: {
    attr: "pointer",
    size: "uint",
    flags: flags({ LANDLOCK_CREATE_RULESET_: LANDLOCK_CREATE_RULESET }),
  },
  landlock_add_rule: {
    ruleset_fd: "fd",
    rule_type: oneOf({ LANDLOCK_RULE_: LANDLOCK_RULE }),
    rule_attr: "pointer",
    flags: "hex",
  },
  landlock_restrict_self: { ruleset_fd: "fd", flags: "hex" },
  keyctl: { operation: keyctl, arg2: "hex", arg3: "hex", arg4: "hex", arg5: "hex" },
  add_key: { type: "string", description: "string", payload: "bytes", plen: "uint", keyring: key },
  request_key: { type: "string", description: "string", callout_info: "string", dest_keyring: key },
});

/** The ones of these whose formats depend on a parameter. */
export const securityVariants = (): Variants => ({
  keyctl: {
    by: 0,
    names: KEYCTL,
    formats: {
      GET_KEYRING_ID: { arg2: key, arg3: "int" },
      JOIN_SESSION_KEYRING: { arg2: "string" },
      UPDATE: { arg2: key, arg3: "bytes", arg4: "uint" },
      REVOKE: { arg2: key },
      CHOWN: { arg2: key, arg3: "int", arg4: "int" },
      SETPERM: { arg2: key, arg3: flags({ KEY_: KEY }) },
      DESCRIBE: { arg2: key, arg3: "pointer", arg4: "uint" },
      CLEAR: { arg2: key },
      LINK: { arg2: key, arg3: key },
      UNLINK: { arg2: key, arg3: key },
      SEARCH: { arg2: key, arg3: "string", arg4: "string", arg5: key },
      READ: { arg2: key, arg3: "pointer", arg4: "uint" },
      SET_TIMEOUT: { arg2: key, arg3: "uint" },
      INVALIDATE: { arg2: key },
    },
  },
  prctl: {
    by: 0,
    names: PR,
    formats: {
      SET_PDEATHSIG: { arg2: "signal" },
      SET_DUMPABLE: { arg2: "int" },
      SET_KEEPCAPS: { arg2: "int" },
      SET_NAME: { arg2: "string" },
      SET_SECCOMP: { arg2: oneOf({ SECCOMP_MODE_: SECCOMP_MODE }), arg3: "pointer" },
      CAPBSET_READ: { arg2: cap },
      CAPBSET_DROP: { arg2: cap },
      SET_SECUREBITS: { arg2: flags({ SECBIT_: SECBIT }) },
      SET_TIMERSLACK: { arg2: "uint" },
      SET_PTRACER: { arg2: "int" },
      CAP_AMBIENT: { arg2: oneOf({ PR_CAP_AMBIENT_: PR_CAP_AMBIENT }), arg3: cap },
    },
  },
  seccomp: {
    by: 0,
    names: SECCOMP,
    formats: { SET_MODE_FILTER: { flags: flags({ SECCOMP_FILTER_FLAG_: SECCOMP_FILTER_FLAG }) } },
  },
});
