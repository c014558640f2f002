"""The folder of a soak: configuration, harmless runbooks, what they do, and the pipeline that runs there."""
import os
import signal
import subprocess

import torture

BIN = os.path.join(torture.BUILD, "bin")
RUN = os.path.join(torture.ROOT, "share", "examples", "pipeline", "run")
STAGES = ["ingest", "drift", "correlate", "triage", "runbook", "audit", "incident"]

CONFIG = """\
sources:
  hooks: {{listen: "127.0.0.1:0", spool: spool, port_file: port}}
correlate: {{window: 5s, lateness: 1s, dedup: 30s, max_per_hour: 0}}
triage: {{runbooks: {here}/books, context_bytes: 1M, metric_bytes: 4M, history: [{root}/share/examples/past-incidents]}}
runbook: {{authority: approved, runbooks: {here}/books, path: "{here}/bin:/usr/bin:/bin"}}
approvers: [{{name: maria, public_key: "{key}"}}]
"""

# Each action leaves one line with its incident and its attempt; it takes a while, so that kills fall into it.
ACT = """\
#!/bin/sh
sleep 0.2
printf '%s %s\\n' "$1" "$AIOPS_ATTEMPT" >> "$WORLD/actions"
"""
ACT_TWICE = ACT + "printf '%s %s\\n' \"$1\" \"$AIOPS_ATTEMPT\" >> \"$WORLD/actions\"\n"
# A stage that loses one record in ten.
DROP = """\
#!/bin/sh
[ "$1" = explain ] || exec {real} "$@"
awk '/^{{"_/ || ++n % 10 {{ print; fflush() }}' | {real} "$@"
"""

BOOK = """\
version: 1
id: {id}
name: {name}
risk: low
triggers: [{{match: {{alertname: {alert}}}}}]
parameters:
  world: {{type: path, default: {here}}}
  service: {{type: string, required: true, from: incident.labels.service, pattern: 'svc-[0-9]+'}}
limits: {{max_targets: 1, max_actions_per_hour: 100000, max_duration: 1m, concurrency_key: "soak/{{{{service}}}}"}}
approval: {{approvers: [site], expires_in: 30m}}
escalation: {{on: [step_failed, verify_failed, rollback_failed, step_unknown], notify: nobody}}
steps:
{step}
"""
READ = '  - {id: look, effect: read, argv: [test, -d, "{{world}}"], timeout: 10s}\nverify:\n' \
       '  - {id: there, argv: [test, -d, "{{world}}"], timeout: 10s}'
WRITE = '  - {id: act, effect: write, idempotent: false, target: "{{service}}", argv: [act, "{{incident.id}}"],\n' \
        '     timeout: 20s, env: {WORLD: "{{world}}"}, rollback: {none: a line in a file stays},\n' \
        '     check: {argv: [grep, -q, "{{incident.id}}", "{{world}}/actions"], timeout: 10s, done_if: {exit_code: [0]}}}\nverify:\n' \
        '  - {id: done, argv: [grep, -q, "{{incident.id}}", "{{world}}/actions"], timeout: 10s}'


def write(path, text, mode=0o600):
    with open(path, "w", encoding="ascii") as f:
        f.write(text)
    os.chmod(path, mode)


class World:
    def __init__(self, folder, plant):
        self.folder = folder
        for name in ("bin", "books"):
            os.makedirs(self.path(name))
        self.environment = torture.environment(
            PATH=f"{self.path('bin')}:{BIN}:/usr/bin:/bin", AIOPS_DB=self.path("aiops.db"), AIOPS_CONFIG=self.path("config.yaml"),
            PIPELINE_APPLY="1", HOME=folder)
        write(self.path("config.yaml"), "{}\n")
        key = self.call("aiops-runbook", "keygen", "--out", self.path("maria.key")).stdout.strip()
        write(self.path("config.yaml"), CONFIG.format(here=folder, root=torture.ROOT, key=key))
        write(self.path("actions"), "")
        write(self.path("bin/act"), ACT_TWICE if plant == "twice" else ACT, 0o755)
        if plant == "drop":
            write(self.path("bin/aiops-triage"), DROP.format(real=os.path.join(BIN, "aiops-triage")), 0o755)
        for name, alert, step in (("soak-look", "DiskAlmostFull", READ), ("soak-act", "PostgresConnectionsExhausted", WRITE)):
            write(self.path(f"books/{name}.yaml"),
                  BOOK.format(id=name, name=name, alert=alert, here=folder, step=step))
        self.errors = open(self.path("errors"), "wb")
        self.run = None

    def path(self, name):
        return os.path.join(self.folder, name)

    def call(self, *argv):
        return subprocess.run(argv, capture_output=True, text=True, check=False, env=self.environment, cwd=self.folder)

    def start(self):
        self.run = subprocess.Popen([RUN, self.folder], env=self.environment, stdin=subprocess.DEVNULL,
                                    stdout=self.errors, stderr=self.errors, start_new_session=True)

    def stop(self):
        if self.run and self.run.poll() is None:
            self.run.send_signal(signal.SIGTERM)
            self.run.wait()


# ---- processes ----

def processes():
    """pid: (parent, argv) of all."""
    found = {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat", encoding="ascii", errors="replace") as f:
                parent = int(f.read().rsplit(")", 1)[1].split()[1])
            with open(f"/proc/{name}/cmdline", "rb") as f:
                argv = f.read().decode(errors="replace").split("\0")[:-1]
        except (OSError, IndexError):
            continue
        found[int(name)] = (parent, argv)
    return found


def programme(argv):
    name = os.path.basename(argv[0]) if argv else ""
    return name if name.startswith("aiops-") else None


def label(argv):
    """aiops-triage; of a follower the stage that it feeds."""
    name = programme(argv)
    return "follower of " + argv[argv.index("--resume") + 1].split(".")[0] if name and "--resume" in argv else name


def pipeline(root):
    """stage: (pid of its script, {pid: argv} of its programmes), of those that run below root."""
    found, stages = processes(), {}

    def stage_of(pid):
        while pid in found and pid != root:
            argv = found[pid][1]
            if len(argv) > 2 and os.path.basename(argv[1]) == "stage" and argv[2] in STAGES:
                return argv[2], pid, False
            if programme(argv) == "aiops-ingest" and "--all-sources" in argv:
                return "ingest", pid, False
            pid = found[pid][0]
        return None, 0, pid != root

    for pid, (parent, argv) in found.items():
        stage, script, lost = stage_of(pid)
        if not stage or lost:
            continue
        scripts = stages.setdefault(stage, (script, {}))
        # What a programme starts itself, a runbook's step and its shim, is not a process of the stage.
        if programme(argv) and not (parent in found and programme(found[parent][1])):
            scripts[1][pid] = argv
    return stages


def rss_kib(pid):
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as f:
            for line in f:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1])
    except OSError:
        pass
    return None
