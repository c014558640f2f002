"""The examples of aiops-runbook lint --explain: the bad one breaks exactly its rule, the good one none, and a comment
suppresses the finding unless the rule is firm.

    lint-examples.py TOOL SHARE/lint FOLDER NOW

An example is parts of a runbook: each top-level key takes the place of that of base.yaml, "# without KEY" leaves it out.
"""
import json
import os
import re
import subprocess
import sys

import yaml

tool, share, folder, now = sys.argv[1:]


def blocks(text):
    """Top-level keys and their text, the key's own line first; what stands before the first key has the key ''."""
    parts = [('', '')]
    for line in text.splitlines(True):
        key = re.match(r'([a-z_]+):', line)
        if key:
            parts.append((key.group(1), line))
        else:
            parts[-1] = (parts[-1][0], parts[-1][1] + line)
    return parts


base = blocks(open(share + '/base.yaml').read())


def whole(part):
    keys = {key for key, _ in blocks(part)} | set(re.findall('^# without ([a-z_]+)$', part, re.M))
    return ''.join(text for key, text in base if key and key not in keys) + part


def lint(name, *options):
    p = subprocess.run([tool, 'lint', '--profile', 'prod', '--format', 'ndjson', '--now', now, *options, name], capture_output=True,
                       cwd=folder, check=False)
    if p.returncode not in (0, 1) or p.stderr:
        sys.exit('%s: exit %d, %s' % (name, p.returncode, p.stderr))
    return [json.loads(line) for line in p.stdout.splitlines()]


def write(name, text):
    with open(folder + '/' + name, 'w') as f:
        f.write(text)


def is_firm(rule):
    said = subprocess.run([tool, 'lint', '--explain', rule], capture_output=True, text=True, check=True).stdout
    return rule == 'RB503' or 'cannot be suppressed' in said.splitlines()[0]


def found(findings):
    return sorted({f['rule'] for f in findings})


def check(rule, x):
    os.makedirs(folder + '/tests/explained', exist_ok=True)
    os.makedirs(folder + '/tests/other', exist_ok=True)
    write('tests/explained/one.yaml', '')
    write('tests/other/one.yaml', '')
    options, name = [], 'runbook.yaml'
    if os.path.exists(folder + '/a.yaml'):
        os.remove(folder + '/a.yaml')
    if 'beside' in x:
        write('a.yaml', whole(x['beside']))
        name = '.'
    write('runbook.yaml', whole(x['good']))
    if rule == 'RB506':
        lint(name, '--write-baseline', 'baseline')
        options = ['--baseline', 'baseline']
    assert lint(name, *options) == [], (rule, 'good', lint(name, *options))
    bad = whole(x['bad'])
    write('runbook.yaml', bad)
    findings = lint(name, *options)
    assert found(findings) == [rule], (rule, 'bad', findings)
    lines = bad.splitlines(True)
    assert all(1 <= f['line'] <= len(lines) and 1 <= f['col'] <= len(lines[f['line'] - 1]) for f in findings), (rule, findings)
    for at in sorted({f['line'] for f in findings}, reverse=True):
        lines.insert(at - 1, '# lint: ignore %s until %s -- it is an example\n' % (rule, now[:10]))
    write('runbook.yaml', ''.join(lines))
    after = found(lint(name, *options))
    assert (rule in after) if is_firm(rule) else after == [], (rule, 'suppressed', after)


rules = subprocess.run([tool, 'lint', '--list-rules'], capture_output=True, text=True, check=True).stdout.splitlines()
missing = [r[:5] for r in rules if not os.path.exists('%s/%s.yaml' % (share, r[:5]))]
assert not missing, missing
for r in rules:
    with open('%s/%s.yaml' % (share, r[:5])) as f:
        check(r[:5], yaml.safe_load(f))
print('%d rules: each has a bad example, a good one and one that is suppressed' % len(rules))
