# scripts/lint: each check finds the fault that was planted for it, and nothing in the file without.

bats_require_minimum_version 1.5.0

setup() {
	load common
	clean_environment
	LINT=$ROOT/scripts/lint
}

# finds CHECK FILE TEXT: it fails for FILE, and says TEXT.
finds() {
	run "$LINT" "$1" "$PWD/$2"
	[ "$status" -eq 1 ] || fail "$1 does not fail: $output"
	[[ $output == "not ok 1 - $1"* && $output == *"$3"* ]] || fail "$1: $output"
}

# passes CHECK FILE
passes() {
	run "$LINT" "$1" "$PWD/$2"
	[ "$status" -eq 0 ] || fail "$1: $output"
}

# A file that none of them has anything against.
sound() {
	cat > "$1" <<'END'
#include "base/span.h"

static size_t spaces(struct span s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += s.data[i] == ' ';
	return n;
}

size_t lint_words(struct span s);
size_t lint_words(struct span s)
{
	return spaces(s) + 1;
}
END
}

# Puts a statement at the beginning of spaces().
plant() {
	sound "$1"
	sed -i "s|^\tsize_t n = 0;|&\n$2|" "$1"
}

@test "a sound file passes every check of C" {
	sound sound.c
	for check in clang sizes cppcheck tidy format; do passes "$check" sound.c; done
}

@test "clang: a warning, a banned name that is compiled to something else, a header that does not stand alone" {
	plant warning.c '\tint lost = (int)s.len * 2;'
	finds clang warning.c Wunused-variable
	plant banned.c '\tchar to[8];\n\n\t(void)strcpy(to, "text");'
	sed -i '1i #include <string.h>' banned.c
	finds clang banned.c "'strcpy' is deprecated: lib/BANNED"
	echo 'static inline size_t size(void) { return 1; }' > header.h
	finds clang header.h "'size_t'"
}

@test "banned: a call in what was compiled, in its fortified guise too; lib/BANNED excepts a file" {
	mkdir -p obj/lib/base
	cat > call.c <<-'END'
		#include <stdlib.h>
		#include <string.h>
		void lint_copy(const char *from, char *to) { strcat(to, from); }
		extern char lint_own[9];
		void lint_keep(const char *from) { strcpy(lint_own, from); }
		double lint_number(const char *text) { return strtod(text, NULL); }
	END
	cc -O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -c call.c -o obj/lib/base/call.o
	nm -u obj/lib/base/call.o | grep -q __strcpy_chk
	finds banned obj/lib/base/call.o 'lib/base/call.c: calls strcpy'
	[[ $output == *'calls strtod'* ]]
	echo '#include <stdlib.h>
double lint_number(const char *text) { return strtod(text, NULL); }' > num.c
	cc -O2 -c num.c -o obj/lib/base/num.o
	passes banned obj/lib/base/num.o
}

@test "sizes: a file and a function that are too long" {
	sound long.c
	printf '\n%.0s' {1..400} >> long.c
	finds sizes long.c 'lines, 400 at most'
	plant long-function.c "$(printf '\\n%.0s' {1..60})"
	finds sizes long-function.c '60 at most: static size_t spaces'
}

@test "cppcheck, clang-tidy, clang-format: a fault of each kind" {
	plant bounds.c '\tint some[2];\n\n\tsome[2] = 1;'
	finds cppcheck bounds.c arrayIndexOutOfBounds
	plant twice.c '\tif (s.len \&\& s.len)\n\t\treturn 0;'
	finds tidy twice.c misc-redundant-expression
	plant layout.c '\tn  = 1;'
	finds format layout.c clang-format-violations
}

@test "scripts, tests, manual pages, Python: a fault of each kind" {
	printf '#!/bin/sh\nrm -rf $1/*\ncd /nowhere\n' > script
	finds shell script SC2164
	printf '@test "x" {\n\t! true\n\ttrue\n}\n' > x.bats
	finds shell x.bats SC2314
	printf '.Dd November 21, 2026\n.Dt X 1\n.Os\n.Sh NAME\n.Nm x\n' > x.1
	finds manual x.1 WARNING
	echo 'def x(: pass' > x.py
	finds python x.py SyntaxError
}

@test "hardening: each lack is named" {
	echo '#include <stdio.h>
int main(int argc, char **argv) { char to[16]; (void)argc; return sprintf(to, "%s", argv[0]); }' > main.c
	hard='-O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE -pie -Wl,-z,relro,-z,now,-z,noexecstack'
	# shellcheck disable=SC2086
	cc $hard main.c -o hard
	passes hardening hard
	while IFS='|' read -r flags lack; do
		# shellcheck disable=SC2086
		cc $hard $flags main.c -o soft
		finds hardening soft "$lack"
	done <<-'END'
		-fno-pie -no-pie|not a position independent executable
		-Wl,-z,norelro|its relocations stay writable
		-Wl,-z,lazy|its functions are bound late
		-Wl,-z,execstack|an executable stack
		-fno-stack-protector|no stack protector
		-U_FORTIFY_SOURCE|no checked calls
		-Wl,-rpath,/tmp|a search path of its own
	END
}

@test "layers: an include that lib/LAYERS does not allow, in a tree of its own" {
	mkdir -p lib/base lib/text cmd scripts
	cp "$ROOT/lib/LAYERS" lib
	cp "$ROOT/scripts/check-layers" scripts
	echo '#include "base/span.h"' > lib/text/up.c
	scripts/check-layers
	echo '#include "text/mask.h"' > lib/base/down.c
	run scripts/check-layers
	[ "$status" -eq 1 ]
	[[ $output == *'lib/base/down.c:1: base may not include text/mask.h'* ]]
}

@test "what it does not know is refused, what it knows is listed" {
	run "$LINT" speed
	[ "$status" -eq 64 ]
	run "$LINT" --list
	[ "$status" -eq 0 ]
	for check in gcc clang banned layers sizes cppcheck tidy format shell python manual hardening; do
		grep -q "^$check " <<< "$output" || fail "$check is not listed"
	done
}
