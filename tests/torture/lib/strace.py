"""Programmes under strace: how often they make a call, and the n-th of them failing."""
import collections
import re
import shutil
import subprocess

# What can come of a call, apart from what it is meant for. Not brk: the kernel answers it with the old end, never with an
# error, and the C library takes one for the new end. Nor EINTR of fcntl, connect and
# waitid: none of them waits here.
FAULTS = {
    "write": ["EIO", "ENOSPC", "EPIPE", "EINTR", "EAGAIN"], "pwrite64": ["EIO", "ENOSPC", "EINTR", "EDQUOT"],
    "writev": ["EIO", "EINTR"], "fdatasync": ["EIO", "ENOSPC"], "fsync": ["EIO", "ENOSPC"], "ftruncate": ["EIO", "ENOSPC"],
    "read": ["EIO", "EINTR", "EAGAIN"], "pread64": ["EIO"], "getdents64": ["EIO"], "lseek": ["EIO"], "newfstatat": ["EIO"],
    "fstat": ["EIO"], "statx": ["EIO"], "close": ["EIO"], "openat": ["EACCES", "EMFILE", "EIO", "ENOSPC"], "openat2": ["EMFILE", "EIO"],
    "rename": ["EIO", "ENOSPC"], "renameat": ["EIO", "ENOSPC"], "renameat2": ["EIO", "ENOSPC"], "link": ["EIO"], "linkat": ["EIO"],
    "unlink": ["EACCES"], "unlinkat": ["EACCES"], "mkdir": ["EACCES", "ENOSPC"], "mkdirat": ["EACCES", "ENOSPC"], "fchmod": ["EPERM"],
    "fcntl": ["ENOLCK", "EACCES"], "flock": ["EINTR", "ENOLCK"], "mmap": ["ENOMEM"], "getrandom": ["EINTR"],
    "fork": ["EAGAIN"], "vfork": ["EAGAIN"], "clone": ["EAGAIN"], "clone3": ["EAGAIN"], "pipe2": ["EMFILE"],
    "wait4": ["EINTR"], "waitid": [], "poll": ["EINTR", "ENOMEM"], "ppoll": ["EINTR", "ENOMEM"], "select": ["EINTR"],
    "epoll_wait": ["EINTR"], "epoll_create1": ["EMFILE"], "eventfd2": ["EMFILE"], "socket": ["EMFILE"],
    "socketpair": ["EMFILE"], "bind": ["EADDRINUSE"], "listen": ["EADDRINUSE"], "accept4": ["EMFILE", "ECONNABORTED"],
    "connect": ["ECONNREFUSED"], "sendto": ["ECONNRESET", "EINTR"], "sendmsg": ["ECONNRESET", "EINTR"],
    "recvfrom": ["ECONNRESET", "EINTR"], "clock_nanosleep": ["EINTR"],
}
# Where a signal comes at a bad time.
BLOWS = ("write", "pwrite64", "fdatasync", "fsync", "rename", "renameat", "unlink", "openat", "fork", "clone", "clone3", "waitid", "poll")
SIGNALS = ("SIGTERM", "SIGKILL")
STARTING = ("fork", "vfork", "clone", "clone3")
FAST = ("--seccomp-bpf",)


def missing():
    """Why there is no tracing here, or nothing."""
    if not shutil.which("strace"):
        return "strace is missing"
    tried = subprocess.run(["strace", "-f", "-qq", "-o", "/dev/null", "true"], capture_output=True, check=False)
    return "" if tried.returncode == 0 else "tracing is forbidden here"


def _command(calls, log, more=(), how=()):
    return ["strace", "-f", *how, "-qq", "-o", log, "-e", "trace=" + ",".join("?" + c for c in calls), *more]


def counting(log):
    """What to put before a command so that its calls are written to log."""
    return _command([*FAULTS, "munmap"], log)


def injecting(call, what, n, calls, env=None):
    """What to put before a command that makes these calls, with this in its environment, so that its n-th call, and that of
    each of its processes, fails or brings a signal. With --seccomp-bpf strace 6.1 forgets signals, and grandchildren may be killed."""
    more = [word for name, value in (env or {}).items() for word in ("-E", f"{name}={value}")]
    kind = "signal" if what.startswith("SIG") else "error"
    slow = kind == "signal" or any(c in calls for c in STARTING)
    return _command([call], "/dev/null", [*more, "-e", f"inject={call}:{kind}={what}:when={n}"], () if slow else FAST)


def counts(log):
    """{call: (of the loader, at most)}: how many of the first process's calls come before the programme itself, and
    how many any process made. The loader's own calls are its affair: it ends with 127, or dies at an mmap."""
    made = collections.defaultdict(collections.Counter)
    loader, first = None, None
    with open(log, errors="replace") as lines:
        for line in lines:
            call = re.match(r"(\d+) +(\w+)\(", line)
            if not call:
                continue
            pid, name = call.groups()
            first = first or pid
            if name == "munmap" and pid == first and loader is None:
                loader = collections.Counter(made[first])  # it has read its cache, and everything is mapped
            made[pid][name] += 1
    return {name: ((loader or {}).get(name, 0), max(of[name] for of in made.values()))
            for name in FAULTS if any(of[name] for of in made.values())}
