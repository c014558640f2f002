"""The workloads of tests/torture/workloads, each made once and done once without a fault."""
import os

import broad
import workload

PROGRAMMES = ("ingest", "drift", "correlate", "triage", "runbook", "audit", "incident", "http")
# Those of broad.py that touch files, stores or children in a way that the others do not.
ALSO = {"triage": ("explain", "kept", "index", "train"), "runbook": ("lint", "apply")}


def chosen(names, programmes=PROGRAMMES, broadly=False):
    """(programme/workload, Workload) of those that are named, by both or by the programme alone; of all if none is. broadly: all of
    broad.py, too."""
    for programme in programmes:
        more = [w for w in broad.WORKLOADS if w.programme == "aiops-" + programme and (broadly or w.name in ALSO.get(programme, ()))]
        for work in __import__(f"work_{programme}").WORKLOADS + more:
            whole = f"{programme}/{work.name}"
            if not names or any(whole == n or whole.startswith(n + "/") for n in names):
                yield whole, work


def arranged(top, names, **more):
    """(Workload, template) of each that is chosen; the templates are folders below top."""
    for whole, work in chosen(names, **more):
        work.whole = whole
        template = f"{top}/{whole.replace('/', '-')}"
        os.mkdir(template)
        work.arrange(template)
        yield work, template


def load(top, names, before=lambda template: ()):
    """The workloads and their templates. `before` says what stands in front of the command of the run without a fault; that must
    end as it should, and everything that is asked after a fault must hold of it."""
    works, templates = [], []
    for work, template in arranged(top, names):
        measure(work, template, before(template))
        works.append(work)
        templates.append(template)
    return works, templates


def measure(work, template, before):
    """Its answer without a fault, and its files before and after."""
    with workload.copy_of(template, "good") as folder:
        work.localise(folder, "good")
        old = workload.contents(folder)
        work.good = workload.perform(work, folder, before)
        work.files = {"before": old, "after": workload.contents(folder)}
        if work.good.code != work.ends:
            raise SystemExit(f"# {work.whole}: does not work at all: exit {work.good.code}: {work.good.err.decode()}")
        wrong = workload.judge(work, folder, work.good, None)
        if wrong:
            raise SystemExit(f"# {work.whole}: wrong without a fault: {wrong}")
