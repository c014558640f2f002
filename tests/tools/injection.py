"""Hostile values through every way by which a value reaches something, compared byte for byte at the other end.

usage: injection.py WORK URL ASKED   (aiops-runbook and argv-dump on PATH, AIOPS_CONFIG and AIOPS_DB set;
                                      ASKED: what tests/tools/world-server.py at URL writes)

Values that a parameter accepts go into words, variables, a URL's path and query, a JSON body, a form, a header and a
message; each must arrive as it was, in one piece. Values that no parameter accepts (control characters, bytes that
are no UTF-8, too long) must be refused by plan, by run and by the filter, with nothing executed. Prints the counts.
"""
import json
import os
import random
import subprocess
import sys
import urllib.parse

work, url, asked = sys.argv[1:]
GROUP = 64   # values in one run
BATCH = 8    # values in one request

SHELL = ['; rm -rf /', '| cat /etc/passwd', '&& reboot', '|| true', '$(id)', '`id`', '${IFS}', '$HOME', '> /tmp/x', '< /etc/shadow',
         '2>&1', '& sleep 9', '!!', '*', '?', '[a-z]', '{a,b}', '~root', '#comment', '\\', '\\n', '\\x00', '"', "'", '""', "''", '"; id; "',
         "'; id; '", '$((1+1))', '<(id)', '-', '--', '-rf', '--help', '-o ProxyCommand=id', '--output=/etc/x', '-e', '=', 'a=b', '@file',
         '%s%n%x', '%n', '%1$s', '{}', '{{', '}}', '{{v1}}', '{{run.id}}', '{{{{v0}}}}', '${v0}', '<%= id %>', '#{id}', '{% raw %}', '$v',
         '../../etc/passwd', '..\\..\\x', '/etc/passwd', './x', 'a/../b', '%2e%2e%2f', '%00', '%0d%0a', '....//', 'file:///etc/passwd',
         "' OR 1=1 --", '"; DROP TABLE x; --', '1; select pg_sleep(9)', "\\'", 'NULL', 'true', 'null', '0', '-1', '1e999', '0x1f', '٣',
         '<script>alert(1)</script>', '&lt;', '&#x0;', ']]>', '<!--', '{"a":1}', '","b":"', '"]}', '\\u0000', '\\"', '?a=b&c=d', '#frag',
         '@evil.example', ':80', '//evil', 'http://evil/', 'a b', ' a', 'a ', '  ', '+', '%', '%zz', 'é', 'ß', '中文', '😀', '\u202ertl\u202c', '\ufeffbom',
         'e\u0301', '\u00a0', '\u200b', '\ud7ff', '\uffff', '\U0010ffff', 'ﬁ', 'İ', '\u2066x\u2069', 'LD_PRELOAD=/x', 'PATH=.', 'BASH_ENV', '() { :;}; id',
         'a' * 300, 'é' * 200, '/' * 255, '-' * 100, "'" * 99, '$(' * 50, '{{' * 60, '%s' * 100, 'x' * 4095, '😀' * 1000]
FRAMES = ['{}', 'a{}z', '"{}"', '{0} {0}']
MORE_FRAMES = ['a{}', '{}z', "'{}'", '{}{}']   # with INJECTION_RANDOM
CONTROL = [chr(c) for c in list(range(1, 32)) + [127] + list(range(0x80, 0xa0))] + ['\u2028', '\u2029', '\u0000']


def corpus():
    values, seen = [], set()
    for frame in FRAMES + (MORE_FRAMES if os.environ.get('INJECTION_RANDOM') else []):
        for payload in SHELL:
            v = frame.replace('{0}', '\1').replace('{}', '\1').replace('\1', payload)
            if len(v.encode()) <= 4096 and v not in seen:
                seen.add(v)
                values.append(v)
    return values


def fail(what, *details):
    print('injection:', what, *[repr(d)[:300] for d in details])
    sys.exit(1)


def tool(*args, want=0, stdin=None):
    p = subprocess.run(['aiops-runbook', *args], stdin=subprocess.DEVNULL if stdin is None else None, input=stdin,
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if p.returncode not in (want if isinstance(want, tuple) else (want,)):
        fail('exit %d, expected %s' % (p.returncode, want), args[:2], p.stderr[-600:])
    return p


# Lint would not have a pattern that any text fulfils; here that is the point.
ACCEPTED = '# lint: ignore RB104 until 2200-01-01 -- any text is what is tried\n'


def in_url(values, some):
    """Those of a batch that go into its URL: a URL has at most 16 KiB."""
    return [i for i in some if len(values[i].encode()) <= 400]


def runbook(values):
    """A runbook with a parameter for each value, of any text, that goes everywhere."""
    n = len(values)

    def value(i):
        return '{{v%d}}' % i
    anything = {'type': 'string', 'pattern': r'[\s\S]*', 'required': True, 'max_length': 4096, 'allow_dash': True}
    act = {'effect': 'write', 'idempotent': True, 'target': 't', 'timeout': '20s', 'rollback': {'none': 'test'}}
    steps = [{'id': 'exec', **act, 'argv': ['argv-dump', '--'] + [value(i) for i in range(n)],
              'env': {'DUMP': work + '/dump', **{'V%d' % i: value(i) for i in range(n)}}}]
    for at in range(0, n, BATCH):
        some = range(at, min(at + BATCH, n))
        query = '&'.join('q%d=%s' % (i, value(i)) for i in in_url(values, some))
        steps.append({'id': 'url-%d' % at, **act, 'type': 'http', 'method': 'POST',
                      'url': url + '/ok/' + '/'.join('x' + value(i) for i in in_url(values, some) if i % BATCH < 4) + '?' + query,
                      'json': {'k%d' % i: value(i) for i in some}})
        steps.append({'id': 'form-%d' % at, **act, 'type': 'http', 'method': 'POST', 'url': url + '/ok',
                      'headers': {'X-V%d' % i: '[' + value(i) + ']' for i in some}, 'form': {'f %d' % i: value(i) for i in some}})
    steps += [{'id': 'say-%d' % i, 'type': 'message', 'text': 'said: ' + value(i)} for i in range(n)]
    return {'version': 1, 'id': 'hostile', 'name': 'Hostile values', 'risk': 'high', 'parameters': {'v%d' % i: anything for i in range(n)},
            'limits': {'max_targets': 1, 'max_actions_per_hour': 100000}, 'approval': {'approvers': ['site']}, 'steps': steps,
            'verify': [{'id': 'good', 'argv': ['true'], 'timeout': '5s'}],
            'escalation': {'on': ['rollback_failed', 'step_unknown'], 'notify': 'x'}}


def write(path, text):
    with open(path, 'w') as f:
        f.write(text)


def run(values):
    """Plans, approves and runs; returns the records."""
    params = [a for i, v in enumerate(values) for a in ('--param', 'v%d=%s' % (i, v))]
    write(work + '/hostile.yaml', ACCEPTED + json.dumps(runbook(values)))
    write(asked, '')
    plan = json.loads(tool('plan', work + '/hostile.yaml', '--format', 'ndjson', *params).stdout)
    tool('approve', plan['run'], '--as', 'maria', '--key', work + '/maria.key')
    records = tool('run', work + '/hostile.yaml', '--apply', '--plan', plan['plan_digest'], '--format', 'ndjson', *params)
    return plan, [json.loads(line) for line in records.stdout.splitlines()]


def check_exec(values, counts):
    argv = open(work + '/dump.argv', 'rb').read()
    want = b'--\0' + b''.join(v.encode() + b'\0' for v in values)
    if argv != want:
        fail('argv differs', argv, want)
    env = dict(e.split(b'=', 1) for e in open(work + '/dump.env', 'rb').read().split(b'\0')[:-1])
    for i, v in enumerate(values):
        if env.pop(b'V%d' % i, None) != v.encode():
            fail('a variable differs', v)
    extra = sorted(k for k in env if not k.startswith(b'AIOPS_'))
    if extra != [b'DUMP', b'HOME', b'LANG', b'PATH']:
        fail('other variables', extra)
    counts['argv'] += len(values)
    counts['env'] += len(values)


def check_http(values, counts):
    lines = [json.loads(line) for line in open(asked)]
    batches = [range(at, min(at + BATCH, len(values))) for at in range(0, len(values), BATCH)]
    if len(lines) != 2 * len(batches):
        fail('%d requests, expected %d' % (len(lines), 2 * len(batches)))
    for k, some in enumerate(batches):
        json_call, form_call = lines[2 * k], lines[2 * k + 1]
        quoted = {i: urllib.parse.quote(values[i], safe='') for i in some}
        path = ('/ok/' + '/'.join('x' + quoted[i] for i in in_url(values, some) if i % BATCH < 4) + '?' +
                '&'.join('q%d=%s' % (i, quoted[i]) for i in in_url(values, some)))
        if json_call['path'] != path:
            fail('a url differs', json_call['path'], path)
        if json.loads(json_call['body']) != {'k%d' % i: values[i] for i in some}:
            fail('a body differs', json_call['body'])
        if urllib.parse.parse_qsl(form_call['body'].replace('+', '%2B'), keep_blank_values=True) != [('f %d' % i, values[i]) for i in some]:
            fail('a form differs', form_call['body'])
        for i in some:
            if form_call['headers']['X-V%d' % i].encode('latin-1').decode() != '[' + values[i] + ']':
                fail('a header differs', form_call['headers']['X-V%d' % i], values[i])
        counts['url'] += len(in_url(values, some))
        for where in ('json', 'form', 'header'):
            counts[where] += len(some)


def check_messages(plan, records, values, counts):
    said = {r['step']: r['message'] for r in records if 'message' in r}
    for i, v in enumerate(values):
        shown = plan['resolved']['parameters']['v%d' % i]
        if said['say-%d' % i] != 'said: ' + v and '[redacted:' not in said['say-%d' % i]:
            fail('a message differs', said['say-%d' % i], v)
        if shown != v and '[redacted:' not in shown:
            fail('the plan shows another value', shown, v)
    if records[-1]['state'] != 'succeeded':
        fail('the run', records[-1])
    counts['message'] += len(values)


def refused(counts):
    """Values that nothing may accept: by --param where a process can be given them, and by what triage proposes."""
    write(work + '/hostile.yaml', ACCEPTED + json.dumps(runbook(['x'])))
    too_long = ['x' * 4097, 'é' * 2049, 'x' * 100000]
    bad = [a + c + b for c in CONTROL for a, b in (('', ''), ('a', 'b'), ('ok', ''))] + too_long
    by_bytes = [v.encode() for v in bad if '\0' not in v] + [b'\xff', b'a\xc0\xafb', b'\xed\xa0\x80', b'\xf4\x90\x80\x80', b'ok\xe2\x82']
    for v in by_bytes:
        p = tool('plan', work + '/hostile.yaml', '--no-store', b'--param=v0=' + v, want=65)
        if any(c < 32 and c != 10 or c == 127 for c in p.stderr):
            fail('a message holds control characters', p.stderr)
    os.makedirs(work + '/books', exist_ok=True)
    write(work + '/books/hostile.yaml', ACCEPTED + json.dumps(runbook(['x'])))
    lines = ''.join(json.dumps({'v': 1, 'kind': 'incident', 'id': 'INC-%d#1' % i, 'incident': 'INC-%d' % i, 'timestamp': '2026-11-21T09:00:00Z',
                                'source': 'test', 'status': 'detected',
                                'triage': {'runbook': {'id': 'hostile', 'parameters': {'v0': v}, 'automation': 'ready'}}}) + '\n'
                    for i, v in enumerate(bad)).encode()
    p = tool('run', '--runbooks', work + '/books', '--max-record', '1M', stdin=lines, want=65)
    ours = [line for line in p.stdout.splitlines(True) if line.startswith(b'{"v":1,"kind":"notice"')]
    if b''.join(line for line in p.stdout.splitlines(True) if line not in ours) != lines:
        fail('a plan was made, or a record changed', p.stdout[-300:])
    if [json.loads(line)['reason'] for line in ours] != ['blocked'] * len(bad):
        fail('%d notices for %d values' % (len(ours), len(bad)))
    if p.stderr.count(b"parameter 'v0'") != len(bad):
        fail('%d warnings for %d values' % (p.stderr.count(b"parameter 'v0'"), len(bad)))
    counts['refused'] += len(by_bytes) + len(bad)
    for v in ('.', '..'):   # a part of a path that leads elsewhere
        book = runbook(['x'])
        book['steps'][1]['url'] = url + '/ok/{{v0}}'
        write(work + '/dots.yaml', ACCEPTED + json.dumps(book))
        tool('plan', work + '/dots.yaml', '--no-store', '--param', 'v0=' + v, want=65)
        counts['refused'] += 1
    if os.path.exists(work + '/dump.argv'):
        fail('something was executed')


def main():
    counts = dict.fromkeys(('refused', 'argv', 'env', 'url', 'json', 'form', 'header', 'message'), 0)
    values = corpus()
    if os.environ.get('INJECTION_RANDOM'):   # longer: texts put together by chance, the seed is printed
        seed = int(os.environ['INJECTION_RANDOM'])
        rng = random.Random(seed)
        values += [''.join(rng.choice(SHELL) for _ in range(rng.randint(1, 6)))[:1000] for _ in range(5000)]
        print('injection: seed', seed)
    refused(counts)
    for at in range(0, len(values), GROUP):
        some = values[at:at + GROUP]
        plan, records = run(some)
        check_exec(some, counts)
        check_http(some, counts)
        check_messages(plan, records, some, counts)
    print('injection: %d values; ' % (len(values) + counts['refused']) + ', '.join('%s %d' % kv for kv in counts.items()) + '; 0 differ')
    if len(values) < 500:
        fail('too few values')


main()
