# aiops-runbook: what a step may touch and use, held by the kernel or by bubblewrap; what is not held is said.

bats_require_minimum_version 1.5.0

setup() {
	load common
	load runbook
	clean_environment
	runbook_world
	mkdir inside outside
	cat > bin/touches <<-'SH'
		#!/bin/sh
		for f; do (echo x > "$f") 2> /dev/null && echo "wrote ${f##*/}"; done
		exit 0
	SH
	chmod 755 bin/touches
}

# boxed KEYS [ARGV]: demo.yaml with one step in that sandbox
boxed() {
	runbook_yaml "steps=
  - {id: one, effect: destructive, idempotent: true, target: t, argv: [${2:-touches, $PWD/inside/a, $PWD/outside/b}], timeout: 5s,
     sandbox: {$1}, rollback: {none: test}}"
}

# The words of the plan for what this machine cannot hold.
missing() {
	jq -r '.resolved.steps[0].command.sandbox.missing | join(" ")' plan.json
}

printed() {
	jq -r 'select(.step == "one" and .state == "done") | .stdout.text // ""' run.json
}

@test "sandbox: only what it names can be written" {
	boxed "write: [$PWD/inside]"
	planned_and_approved
	case $(missing) in *files*) skip 'this kernel has no Landlock' ;; esac
	apply 0
	[ "$(printed)" = 'wrote a' ]
	[ -e inside/a ] && [ ! -e outside/b ]
	shows '.step == "one" and .state == "started" and .sandbox.by == "landlock" and (.sandbox.missing | index("files") == null)'
}

@test "sandbox: a path may be a parameter; one that is not there fails the step before it acts" {
	boxed "write: ['{{world}}/inside']"
	planned_and_approved
	case $(missing) in *files*) skip 'this kernel has no Landlock' ;; esac
	jq -e --arg p "$PWD/inside" '.resolved.steps[0].command.sandbox.write == [$p]' plan.json
	apply 0
	[ "$(printed)" = 'wrote a' ]
	boxed "write: [$PWD/nothing]"
	planned_and_approved
	apply 1
	shows '.step == "one" and .state == "failed" and .reason == "could_not_start" and (.why | contains("sandbox"))'
}

@test "sandbox: reading too" {
	boxed "read: [/usr, /bin, /lib, /lib64, $PWD/bin]" "/usr/bin/cat, $PWD/config.yaml"
	planned_and_approved
	case $(missing) in *files*) skip 'this kernel has no Landlock' ;; esac
	apply 1
	shows '.step == "one" and .state == "failed" and (.stderr.text | contains("ermission denied"))'
}

@test "sandbox: required, and it cannot be held: refused, 77; else stated and run" {
	boxed "by: bubblewrap, required: true, write: [$PWD/outside]"
	sed -i "s#path: [^}]*#path: $PWD/bin#" config.yaml # there is no bubblewrap
	run -77 aiops-runbook plan demo.yaml --no-store
	[[ $output == *"its sandbox is required"*bubblewrap* ]]
	sed -i 's/required: true, //' demo.yaml
	aiops-runbook plan demo.yaml --no-store --format ndjson > plan.json
	[[ $(missing) == bubblewrap* ]]
}

@test "sandbox: bubblewrap, and no network" {
	command -v bwrap > /dev/null || skip 'bubblewrap is not installed'
	bwrap --ro-bind / / --unshare-net true 2> /dev/null || skip 'bubblewrap may not make namespaces here'
	cat > bin/nets <<-'SH'
		#!/bin/sh
		grep -c : /proc/net/dev
	SH
	chmod 755 bin/nets
	boxed "by: bubblewrap, network: false, write: [$PWD/inside]" nets
	planned_and_approved
	[ -z "$(missing)" ]
	apply 0
	[ "$(printed)" = 1 ] # lo alone
	boxed "by: bubblewrap, write: [$PWD/inside]"
	planned_and_approved
	apply 0
	[ "$(printed)" = 'wrote a' ]
}

@test "sandbox: limits" {
	boxed 'file_size: 1K, cpu: 1s' "/usr/bin/dd, if=/dev/zero, of=$PWD/inside/big, bs=4096, count=1"
	sed -i "s#sandbox: {#sandbox: {write: [$PWD/inside], #" demo.yaml
	planned_and_approved
	apply 1
	[ "$(stat -c %s inside/big)" -le 1024 ]
	boxed 'cpu: 1s' "/bin/sh, -c, 'while :; do :; done'"
	sed -i '/while :/s/timeout: 5s/timeout: 60s/' demo.yaml # a second of processor time may take long
	planned_and_approved
	apply 1
	shows '.step == "one" and .state == "failed" and .reason == "signal"'
}

@test "sandbox: mistakes are found" {
	local keys
	for keys in 'write: [relative]' 'by: chroot' 'memory: lots' 'processes: 0' 'colour: red' 'read: {}'; do
		boxed "$keys"
		run -1 aiops-runbook lint demo.yaml
	done
}
