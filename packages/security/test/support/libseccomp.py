# Compiles profiles as runc does, by libseccomp, and prints the programs: JSON in, a line of hexadecimal each out.
import json
import seccomp
import sys
import tempfile

ARCHITECTURES = {
    "SCMP_ARCH_X86_64": seccomp.Arch.X86_64,
    "SCMP_ARCH_X86": seccomp.Arch.X86,
    "SCMP_ARCH_X32": seccomp.Arch.X32,
    "SCMP_ARCH_AARCH64": seccomp.Arch.AARCH64,
    "SCMP_ARCH_ARM": seccomp.Arch.ARM,
}
OPERATORS = {
    "SCMP_CMP_NE": seccomp.NE,
    "SCMP_CMP_LT": seccomp.LT,
    "SCMP_CMP_LE": seccomp.LE,
    "SCMP_CMP_EQ": seccomp.EQ,
    "SCMP_CMP_GE": seccomp.GE,
    "SCMP_CMP_GT": seccomp.GT,
}
ACTIONS = {
    "SCMP_ACT_KILL": lambda errno: seccomp.KILL,
    "SCMP_ACT_KILL_THREAD": lambda errno: seccomp.KILL,
    "SCMP_ACT_KILL_PROCESS": lambda errno: seccomp.KILL_PROCESS,
    "SCMP_ACT_TRAP": lambda errno: seccomp.TRAP,
    "SCMP_ACT_ERRNO": seccomp.ERRNO,
    "SCMP_ACT_TRACE": seccomp.TRACE,
    "SCMP_ACT_ALLOW": lambda errno: seccomp.ALLOW,
    "SCMP_ACT_LOG": lambda errno: seccomp.LOG,
    "SCMP_ACT_NOTIFY": lambda errno: seccomp.NOTIFY,
}


def action(name, errno):
    return ACTIONS[name](1 if errno is None else errno)


def condition(arg):
    if arg["op"] == "SCMP_CMP_MASKED_EQ":
        return seccomp.Arg(arg["index"], seccomp.MASKED_EQ, int(arg["value"]), int(arg.get("valueTwo", 0)))
    return seccomp.Arg(arg["index"], OPERATORS[arg["op"]], int(arg["value"]))


def program(profile):
    default = action(profile["defaultAction"], profile.get("defaultErrnoRet"))
    compiled = seccomp.SyscallFilter(default)
    for name in profile.get("architectures", []):
        if not compiled.exist_arch(ARCHITECTURES[name]):
            compiled.add_arch(ARCHITECTURES[name])
    for rule in profile["syscalls"]:
        value = action(rule["action"], rule.get("errnoRet"))
        if value == default:
            continue
        args = rule.get("args", [])
        twice = len({arg["index"] for arg in args}) < len(args)
        for name in rule["names"]:
            # __NR_SCMP_ERROR: no architecture has it.
            if seccomp.resolve_syscall(seccomp.Arch.NATIVE, name) == -1:
                continue
            for part in [[arg] for arg in args] if twice else [args]:
                compiled.add_rule(value, name, *[condition(arg) for arg in part])
    with tempfile.TemporaryFile() as file:
        compiled.export_bpf(file)
        file.seek(0)
        return file.read().hex()


for profile in json.load(sys.stdin):
    try:
        print(program(profile))
    except RuntimeError as error:
        # EEXIST: it takes no rule twice, and has lost others then.
        if "-17" not in str(error):
            raise
        print()
