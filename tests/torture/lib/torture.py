"""What the scripts of tests/torture share: where the programmes are, their environment, their documented answers, results as TAP."""
import functools
import os
import re

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
BUILD = os.path.join(ROOT, os.environ.get("BUILD", "build"))
LOADER = 127  # a library that could not be mapped or found: not ours to choose
count = failures = 0


def programme(name):
    return os.path.join(BUILD, "bin", name)


def preload(name):
    """A library of tests/tools/preload, which must be there: the loader only warns of one that is not."""
    path = os.path.join(BUILD, "tests", "tools", name + ".so")
    if not os.path.exists(path):
        raise SystemExit(f"# {path} is not there: make BUILD={os.path.basename(BUILD)} test-tools")
    return path


def environment(**more):
    """Nothing of the user's configuration reaches a programme under test."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("AIOPS_", "XDG_", "LD_PRELOAD"))}
    env.update(LC_ALL="C", TZ="UTC0", **more)
    return env


def result(ok, text):
    global count, failures
    count += 1
    failures += not ok
    print(f"{'ok' if ok else 'not ok'} {count} - {text}", flush=True)


def plan():
    """The last line; what the script is to end with."""
    print(f"1..{count}")
    return 1 if failures else 0


def evenly(points, most):
    """At most so many of them (0: all), evenly spaced, the first and the last among them."""
    if not most or len(points) <= most:
        return points
    return [points[i * (len(points) - 1) // max(most - 1, 1)] for i in range(most)]


@functools.cache
def documented(name):
    """The exit codes that a programme's manual page names; aiops(7) stands behind a page that refers to it."""
    codes = set()
    for page in (name + ".1", "aiops.7"):
        with open(os.path.join(ROOT, "man", page)) as f:
            section = re.search(r"^\.Sh EXIT STATUS\n(.*?)^\.Sh ", f.read(), re.M | re.S).group(1)
        for item in re.findall(r"^\.It (\d[-\d ,+]*)", section, re.M):
            first, _, last = item.partition("-")
            codes.update(range(int(first), int(last) + 1) if last else map(int, re.findall(r"\d+", item)))
        if not section.startswith("See\n.Xr aiops 7"):
            break
    return codes - {70}  # a bug is no answer
