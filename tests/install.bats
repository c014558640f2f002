#!/usr/bin/env bats
# make install puts everything in its place, make uninstall leaves nothing behind,
# and a programme is built with its own libraries only.

bats_require_minimum_version 1.5.0

PROGRAMMES='aiops-ingest aiops-drift aiops-correlate aiops-triage aiops-runbook aiops-audit aiops-incident aiops-http'

setup() {
	cd "$BATS_TEST_DIRNAME/.." || return 1
	root=$BATS_TEST_TMPDIR/root
}

@test "install: programmes, manuals, completions and shared files are there and work" {
	make -s BUILD="${BUILD:-build}" install DESTDIR="$root" PREFIX=/usr
	for p in $PROGRAMMES; do
		[ -x "$root/usr/bin/$p" ] || { echo "no $p"; return 1; }
		"$root/usr/bin/$p" --version
		[ -f "$root/usr/share/man/man1/$p.1" ] || { echo "no manual for $p"; return 1; }
		[ -s "$root/usr/share/bash-completion/completions/$p" ]
		[ -s "$root/usr/share/zsh/site-functions/_$p" ]
		[ -s "$root/usr/share/fish/vendor_completions.d/$p.fish" ]
		bash -n "$root/usr/share/bash-completion/completions/$p"
	done
	[ -f "$root/usr/share/man/man7/aiops.7" ]
	[ -f "$root/usr/share/aiops/config.example.yaml" ]
	[ -f "$root/usr/share/aiops/schema/record.schema.json" ]
	[ -f "$root/usr/share/aiops/runbooks/postgres-connections-exhausted.yaml" ]
	[ -f "$root/usr/share/aiops/examples/cron/crontab" ]
	# What has no path in an option is found beside the programme, whatever the prefix.
	"$root/usr/bin/aiops-runbook" list | grep -q postgres-connections-exhausted
	"$root/usr/bin/aiops-triage" explain < /dev/null
}

@test "uninstall: nothing is left, and what others put there stays" {
	make -s BUILD="${BUILD:-build}" install DESTDIR="$root" PREFIX=/usr
	echo mine > "$root/usr/bin/other"
	make -s BUILD="${BUILD:-build}" uninstall DESTDIR="$root" PREFIX=/usr
	run find "$root" -type f
	[ "$output" = "$root/usr/bin/other" ]
	rm "$root/usr/bin/other"
	run find "$root/usr" -mindepth 1 ! -name bin
	[ -z "$output" ] || { echo "left behind: $output"; return 1; }
}

@test "deb: a package with all of it, that unpacks and runs" {
	command -v dpkg-deb > /dev/null || skip "dpkg-deb is not installed"
	build=${BUILD:-build}
	make -s BUILD="$build" deb
	deb=$(ls "$build"/aiops-toolkit_*.deb)
	dpkg -c "$deb" > "$BATS_TEST_TMPDIR/list"
	for p in $PROGRAMMES; do
		grep -q "^-rwxr-xr-x root/root .* ./usr/bin/$p$" "$BATS_TEST_TMPDIR/list" || { echo "no $p"; return 1; }
	done
	for f in man/man1/aiops-runbook.1.gz man/man7/aiops.7.gz aiops/lint/RB101.yaml aiops/schema/runbook.schema.json \
		aiops/runbooks/postgres-connections-exhausted.yaml bash-completion/completions/aiops-runbook doc/aiops-toolkit/copyright; do
		grep -q " ./usr/share/$f$" "$BATS_TEST_TMPDIR/list" || { echo "no $f"; return 1; }
	done
	depends=$(dpkg-deb -f "$deb" Depends)
	for library in libc6 libsodium23 libfyaml0 libsqlite3-0; do [[ $depends == *$library* ]]; done
	dpkg-deb -x "$deb" "$root"
	for p in "$root"/usr/bin/*; do "$p" --version; done
	"$root/usr/bin/aiops-runbook" lint "$root/usr/share/aiops/runbooks"
	"$root/usr/bin/aiops-runbook" lint --explain RB203 | grep -q '^Bad:'
}

@test "deb: lintian has nothing to say but what scripts/lib/debian/lintian-overrides states" {
	command -v lintian > /dev/null || skip "lintian is not installed"
	build=${BUILD:-build}
	make -s BUILD="$build" deb
	lintian --allow-root --display-info --fail-on error,warning,info "$build"/aiops-toolkit_*.deb
	# and it looks: without the overrides it has something to say
	run lintian --allow-root --no-override --fail-on error "$build"/aiops-toolkit_*.deb
	[ "$status" -ne 0 ]
}

@test "build: equal sources give equal bytes" {
	git rev-parse > /dev/null 2>&1 || skip "this is no git repository"
	run -0 scripts/reproducible aiops-http
	[[ $output == *'  build/bin/aiops-http' ]]
}

@test "build: one programme alone asks for its own libraries only" {
	fake=$BATS_TEST_TMPDIR/bin
	mkdir "$fake"
	# A pkg-config that knows every library but those that aiops-runbook has no use for.
	cat > "$fake/pkg-config" <<- 'END'
		#!/bin/sh
		for last; do :; done
		case $last in libcurl | libmicrohttpd | jansson) exit 1 ;; esac
		exec /usr/bin/pkg-config "$@"
	END
	chmod +x "$fake/pkg-config"
	out=$BATS_TEST_TMPDIR/out
	make -s -j2 BUILD="$out" CXXFLAGS=-O0 CFLAGS=-O0 PKG_CONFIG="$fake/pkg-config" "$out/bin/aiops-runbook"
	"$out/bin/aiops-runbook" --version
}

@test "build: a missing library is named, with what to do" {
	fake=$BATS_TEST_TMPDIR/bin
	mkdir "$fake"
	printf '#!/bin/sh\nexit 1\n' > "$fake/pkg-config"
	chmod +x "$fake/pkg-config"
	run make -s BUILD="$BATS_TEST_TMPDIR/out" PKG_CONFIG="$fake/pkg-config" "$BATS_TEST_TMPDIR/out/bin/aiops-audit"
	[ "$status" -ne 0 ]
	[[ $output == *"is missing: run scripts/deps"* ]]
}

@test "build: a second make does nothing, a changed flag rebuilds" {
	out=$BATS_TEST_TMPDIR/out
	make -s -j2 BUILD="$out" CFLAGS=-O0 "$out/lib/base.a"
	before=$(stat -c %Y%i "$out/obj/lib/base/buf.o")
	make -s BUILD="$out" CFLAGS=-O0 "$out/lib/base.a"
	[ "$before" = "$(stat -c %Y%i "$out/obj/lib/base/buf.o")" ]
	run make BUILD="$out" CFLAGS=-O1 "$out/lib/base.a"
	[[ $output == *buf.c* ]]
}
