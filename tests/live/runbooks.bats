#!/usr/bin/env bats
# Runbooks of the library carried out for real: PostgreSQL, Redis, a folder of files, openssl, and processes that the
# test starts. Where a verification is to fail, its polling is cut short in a copy. systemctl and certbot are stood in
# for by scripts, since neither systemd nor an authority is here. Needs what `scripts/deps --live` installs. Some 30
# seconds.

bats_require_minimum_version 1.5.0

setup() {
	local name
	load ../cli/common
	clean_environment
	W=$(mktemp -d /tmp/aiops-live.XXXXXX)
	chmod 755 "$W"
	cd "$W" || return 1
	mkdir bin pid log books
	cp -R "$ROOT"/share/runbooks/*.yaml "$ROOT/share/runbooks/sql" books/
	export AIOPS_DB=$W/run.db AIOPS_CONFIG=$W/config.yaml
	{
		echo "runbook: {authority: approved, path: $W/bin:/usr/bin:/bin}"
		echo "approvers:"
		for name in maria noor; do
			echo "  - {name: $name, public_key: '$(aiops-runbook keygen --out $name.key)'}"
		done
	} > config.yaml
}

teardown() {
	local file
	for file in "${W:?}"/pid/*; do
		[ -e "$file" ] || continue
		case $file in
		*/postgres) kill -INT "$(cat "$file")" 2> /dev/null || true ;; # at once, whatever its sessions do
		*) kill "$(cat "$file")" 2> /dev/null || true ;;
		esac
	done
	wait 2> /dev/null || true
	cd / && rm -rf -- "${W:?}"
}

# keep NAME COMMAND...: runs it in the background; its own pid is kept.
keep() {
	local name=$1
	shift
	"$@" > "log/$name" 2>&1 < /dev/null 3>&- &
	echo $! > "pid/$name"
}

# until_true COMMAND...: asks twenty times a second, at most 30 s.
until_true() {
	local tries
	for ((tries = 0; tries < 1500; tries++)); do
		if "$@" > /dev/null 2>&1; then return; fi
		sleep 0.05
	done
	echo "never true: $*" >&2
	tail -n 5 log/* >&2
	return 1
}

free_port() {
	python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# carried_out STATUS STATE REASON RUNBOOK [NAME=VALUE]...: planned, approved by maria, applied.
carried_out() {
	local want=$1 state=$2 reason=$3 book=books/$4.yaml status=0 digest params=()
	shift 4
	for p; do params+=(--param "$p"); done
	params+=(--incident INC-0000000000000001)
	aiops-runbook plan "$book" "${params[@]}" --format ndjson > plan.json
	digest=$(jq -r .plan_digest plan.json)
	aiops-runbook approve "$(jq -r .run plan.json)" --as maria --key maria.key > /dev/null
	aiops-runbook run "$book" "${params[@]}" --apply --plan "$digest" --format ndjson > run.json 2> err || status=$?
	[ "$status $(tail -n 1 run.json | jq -r '"\(.state) \(.reason)"')" = "$want $state $reason" ] ||
		fail "exit $status: $(tail -n 4 run.json | cut -c 1-600; cat err)"
	aiops-audit verify > /dev/null
}

# shorter RUNBOOK: its polls give up after 2 s.
shorter() {
	sed -i -E 's/(poll: \{every: [0-9a-z]+, for: )[0-9a-z]+/\12s/' "books/$1.yaml"
}

# ---- PostgreSQL ----

postgres() {
	local init as=() pg
	for init in /usr/lib/postgresql/*/bin/initdb; do pg=${init%/initdb}; done
	[ -x "$pg/initdb" ] || skip 'PostgreSQL is not installed: scripts/deps --live'
	mkdir data
	if [ "$(id -u)" -eq 0 ]; then
		chown nobody:nogroup data
		as=(setpriv --reuid nobody --regid nogroup --clear-groups env "HOME=$W")
	fi
	"${as[@]}" "$pg/initdb" -D "$W/data/pg" -U postgres -A trust -E UTF8 --locale C --no-sync > log/initdb 2>&1
	keep postgres "${as[@]}" "$pg/postgres" -D "$W/data/pg" -c listen_addresses= -c "unix_socket_directories=$W/data" \
		-c max_connections=12 -c superuser_reserved_connections=2 -c shared_buffers=16MB -c fsync=off
	export PGHOST=$W/data
	until_true psql -X -w -U postgres -d postgres -c 'select 1'
	psql -X -q -U postgres -d postgres -c 'create role orders_app login'
}

# hold NUMBER SQL: so many sessions of orders_app, each of which says SQL and then sits there.
hold() {
	local i
	mkfifo hold
	exec 8<> hold
	for i in $(seq "$1"); do
		# shellcheck disable=SC2094 # nobody writes into the pipe: the session waits there
		(exec psql -X -q -U orders_app -d postgres -c "$2" -f hold > "log/session$i" 2>&1 3>&- 8>&-) &
		echo $! > "pid/session$i"
	done
	until_true sessions_are "$1"
}

sessions_are() {
	[ "$(psql -XAtq -U postgres -d postgres -c "select count(*) from pg_stat_activity where usename = 'orders_app'")" = "$1" ]
}

limit_is() {
	[ "$(psql -XAtq -U postgres -d postgres -c "select rolconnlimit from pg_roles where rolname = 'orders_app'")" = "$1" ]
}

@test "live: PostgreSQL: idle sessions of the role are ended, and the role is limited" {
	postgres
	hold 9 'select 1'
	carried_out 0 succeeded verified postgres-connections-exhausted "host=$PGHOST" role=orders_app limit=3
	sessions_are 0
	limit_is 3
	# now it is not exhausted: nothing is done
	sed -i 's/per_target_cooldown: 5m/per_target_cooldown: 1ms/' books/postgres-connections-exhausted.yaml
	carried_out 1 failed precondition_failed postgres-connections-exhausted "host=$PGHOST" role=orders_app limit=2
	limit_is 3
}

@test "live: PostgreSQL: sessions that work stay, so it does not help, and the role has its old limit" {
	postgres
	hold 9 'select pg_sleep(600)'
	shorter postgres-connections-exhausted
	carried_out 1 rolled_back verify_failed postgres-connections-exhausted "host=$PGHOST" role=orders_app limit=3
	sessions_are 9
	limit_is -1
}

# ---- Redis ----

redis() {
	command -v redis-server redis-cli > /dev/null || skip 'Redis is not installed: scripts/deps --live'
	PORT=$(free_port)
	keep redis redis-server --port "$PORT" --bind 127.0.0.1 --save '' --maxmemory 8mb --maxmemory-policy noeviction --requirepass S3CRET
	export REDISCLI_AUTH=S3CRET
	(umask 077 && echo S3CRET > secret)
	until_true ask PING
}

ask() {
	redis-cli -h 127.0.0.1 -p "$PORT" "$@"
}

# fill EXTRA...: five thousand keys of a kilobyte, set with EXTRA.
fill() {
	# shellcheck disable=SC2016 # Lua, not sh
	ask EVAL 'for i = 1, 5000 do redis.call("SET", "pages:" .. i, string.rep("x", 1000), unpack(ARGV)) end' 0 "$@" > /dev/null
}

@test "live: Redis: keys that expire are evicted down to the limit" {
	redis
	fill EX 3600
	ask SET kept for-ever > /dev/null
	carried_out 0 succeeded verified redis-memory-pressure port="$PORT" password="file:$W/secret" pressure_bytes=5000000 limit_bytes=4000000
	[ "$(ask CONFIG GET maxmemory-policy | tail -n 1)" = volatile-lru ]
	[ "$(ask GET kept)" = for-ever ]
	[ "$(ask DBSIZE)" -lt 5001 ]
	if grep -q S3CRET run.json plan.json; then fail 'the password is in a record'; fi
}

@test "live: Redis: no key expires, so it does not help, and the configuration is as before" {
	redis
	fill
	shorter redis-memory-pressure
	carried_out 1 rolled_back verify_failed redis-memory-pressure port="$PORT" password="file:$W/secret" pressure_bytes=5000000 limit_bytes=4000000
	[ "$(ask CONFIG GET maxmemory-policy | tail -n 1)" = noeviction ]
	[ "$(ask CONFIG GET maxmemory | tail -n 1)" = 8388608 ]
	[ "$(ask DBSIZE)" = 5000 ]
}

@test "live: Redis: the keys of a prefix are dropped, no others; there are none then" {
	redis
	fill
	ask SET other 1 > /dev/null
	sed -i 's/per_target_cooldown: 10m/per_target_cooldown: 1ms/' books/cache-clear.yaml
	carried_out 0 succeeded verified cache-clear port="$PORT" password="file:$W/secret" prefix=pages:
	[ "$(ask DBSIZE)" = 1 ]
	[ "$(ask GET other)" = 1 ]
	carried_out 1 failed precondition_failed cache-clear port="$PORT" password="file:$W/secret" prefix=pages: most=5
}

# ---- disk ----

room() {
	findmnt -n -b -r -o AVAIL --target "$W"
}

# A gigabyte in an old file, and others that are not to go; more than half of it must become free again.
full_folder() {
	mkdir -p logs/deep
	fallocate -l 1G logs/deep/app.log.1 2> /dev/null || skip 'there is no room for a file of 1 GiB'
	touch -d '30 days ago' logs/deep/app.log.1
	echo new > logs/app.log.2
	echo other > logs/notes.txt
	touch -d '30 days ago' logs/notes.txt
	ROOM=$(($(room) + 512 * 1024 * 1024))
}

@test "live: disk: old files of that name are deleted, no others, and there is room" {
	full_folder
	carried_out 0 succeeded verified disk-cleanup folder="$W/logs" room_bytes="$ROOM"
	[ "$(find logs -type f | sort | tr '\n' ' ')" = "logs/app.log.2 logs/notes.txt " ]
	grep -q 'app.log.1' run.json
}

@test "live: disk: a process holds the file open, so there is no more room, and a person is called" {
	full_folder
	exec 9< logs/deep/app.log.1
	shorter disk-cleanup
	carried_out 12 failed verify_failed disk-cleanup folder="$W/logs" room_bytes="$ROOM"
	[ "$(tail -n 1 run.json | jq -r .escalation.notify)" = team-platform ]
	exec 9<&-
}

# ---- certificate ----

authority() { # NAME
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$1.key" -out "$1.pem" -days 30 -subj "/CN=$1" 2> /dev/null
}

# What certbot would do, by the authority in the file `by`: the same key, 90 days.
certificate_world() {
	authority ca
	authority stranger
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout site.key -out site.csr -subj /CN=shop.test 2> /dev/null
	echo 'subjectAltName=DNS:shop.test' > san
	openssl x509 -req -in site.csr -CA ca.pem -CAkey ca.key -days 2 -extfile san -out site.pem 2> /dev/null
	echo ca > by
	cat > bin/certbot <<-SH
		#!/bin/sh
		read by < '$W/by'
		exec openssl x509 -req -in '$W/site.csr' -CA "$W/\$by.pem" -CAkey "$W/\$by.key" -days 90 -extfile '$W/san' -out '$W/site.pem'
	SH
	# reload: the server ends, and who supervises it starts it anew with what the file holds then
	cat > bin/systemctl <<-SH
		#!/bin/sh
		[ "\$1 \$2" = "reload web.service" ] && kill "\$(cat '$W/pid/server')"
	SH
	cat > supervise <<-SH
		#!/bin/sh
		trap 'kill \$child; exit' TERM
		while :; do
			openssl s_server -accept 127.0.0.1:\$1 -cert '$W/site.pem' -key '$W/site.key' -quiet < /dev/null &
			child=\$!
			echo \$child > '$W/pid/server'
			wait \$child
		done
	SH
	chmod 755 bin/* supervise
	PORT=$(free_port)
	keep supervise ./supervise "$PORT"
	until_true serves
	cp site.pem before.pem
}

serves() {
	openssl s_client -connect "127.0.0.1:$PORT" -CAfile ca.pem -verify_return_error < /dev/null
}

renewal() {
	carried_out "$@" cert-renewal name=shop.test certificate="$W/site.pem" backup="$W/kept.pem" ca_file="$W/ca.pem" service=web.service \
		host=localhost port="$PORT"
}

@test "live: certificate: it is renewed, and what is served then is the new one; a second time there is no need" {
	certificate_world
	renewal 0 succeeded verified
	openssl x509 -noout -checkend 7000000 -in site.pem > /dev/null
	cmp kept.pem before.pem
	openssl s_client -connect "127.0.0.1:$PORT" < /dev/null 2> /dev/null | openssl x509 -noout -fingerprint > served
	openssl x509 -noout -fingerprint -in site.pem | cmp - served
	sed -i 's/per_target_cooldown: 1h/per_target_cooldown: 1ms/; s/max_actions_per_hour: 4/max_actions_per_hour: 20/' books/cert-renewal.yaml
	renewal 1 failed precondition_failed
}

@test "live: certificate: the new one is by an authority that nobody trusts, and the old one is put back" {
	certificate_world
	echo stranger > by
	shorter cert-renewal
	renewal 1 rolled_back verify_failed
	cmp site.pem before.pem
}

# ---- service ----

# A service whose manager is the test: restart asks for it by a file, and waits until it was started.
service_world() { # COMMAND
	cat > bin/systemctl <<-SH
		#!/bin/sh
		case "\$1" in
		is-active) kill -0 "\$(cat '$W/pid/service' 2> /dev/null)" 2> /dev/null || exit 3 ;;
		restart)
			: > '$W/asked'
			while [ -e '$W/asked' ]; do sleep 0.02; done ;;
		esac
	SH
	printf '#!/bin/sh\necho "%s: it has failed"\n' orders > bin/journalctl
	cat > supervise <<-SH
		#!/bin/sh
		trap 'kill \$child 2> /dev/null; exit' TERM
		while :; do
			if [ -e '$W/asked' ]; then
				$1 &
				child=\$!
				echo \$child > '$W/pid/service'
				rm '$W/asked'
			fi
			sleep 0.02
			[ -z "\$child" ] || kill -0 \$child 2> /dev/null || wait \$child
		done
	SH
	chmod 755 bin/* supervise
	keep supervise ./supervise
}

@test "live: service: it is started again and stays; a second time there is no need" {
	service_world 'sleep 600'
	carried_out 0 succeeded verified restart-service service=orders.service
	kill -0 "$(cat pid/service)"
	grep -q 'orders: it has failed' run.json
	sed -i 's/per_target_cooldown: 15m/per_target_cooldown: 1ms/' books/restart-service.yaml
	carried_out 1 failed precondition_failed restart-service service=orders.service
}

@test "live: service: it ends at once again, and a person is called" {
	service_world true
	shorter restart-service
	carried_out 12 failed verify_failed restart-service service=orders.service
	[ "$(tail -n 1 run.json | jq -r .escalation.cause)" = verify_failed ]
}

# ---- processor ----

# runs_away NAME: the process of that name has used a tenth of a processor since its start.
runs_away() {
	ps -o pcpu= -p "$(cat "pid/$1")" | awk '{ exit !($1 >= 10) }'
}

@test "live: processor: a process that runs away is slowed down and ended" {
	keep busy yes > /dev/null
	until_true runs_away busy
	carried_out 0 succeeded verified high-cpu-remediation pid="$(cat pid/busy)" command=yes percent=10
	jq -se 'any(.[]; .step == "slow-down" and .state == "done")' run.json > /dev/null
	run ! kill -0 "$(cat pid/busy)"
}

@test "live: processor: one that does not end when asked has its priority back; another process is left alone" {
	[ "$(id -u)" -eq 0 ] || skip 'only root can raise a priority again'
	printf '#!/bin/sh\ntrap "" TERM\nwhile :; do :; done\n' > stubborn
	chmod 755 stubborn
	keep busy ./stubborn
	until_true runs_away busy
	shorter high-cpu-remediation
	carried_out 1 failed precondition_failed high-cpu-remediation pid="$(cat pid/busy)" command=yes percent=10
	carried_out 1 rolled_back verify_failed high-cpu-remediation pid="$(cat pid/busy)" command=stubborn percent=10
	[ "$(ps -o ni= -p "$(cat pid/busy)" | tr -d ' ')" = 0 ]
	kill -KILL "$(cat pid/busy)"
}
