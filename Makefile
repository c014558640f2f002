# aiops-toolkit. `make help` lists what can be made.
#
# What links with what comes from lib/LAYERS, by way of $(BUILD)/layers.mk, so a
# programme is built from its own folder, the modules that it names, and the
# libraries that those need: `make build/bin/aiops-runbook` asks for no others.
# (One archive for each module, not one for all of lib: a single archive would
# have to be compiled whole, with every library's headers, for any programme.)

VERSION = 0.1.0
BUILD ?= build
PREFIX ?= /usr/local
BINDIR = $(PREFIX)/bin
DATADIR = $(PREFIX)/share
MANDIR = $(DATADIR)/man
PKG_CONFIG ?= pkg-config
SAN ?=
COVERAGE ?=
WERROR ?=
V ?=

# The user's CFLAGS, CXXFLAGS, CPPFLAGS, LDFLAGS and LDLIBS come last and are never appended to.
CFLAGS ?= $(if $(COVERAGE),-O0,-O2) -g
CXXFLAGS ?= $(if $(COVERAGE),-O0,-O3) -g

Q = $(if $(V),,@)
say = $(if $(V),:,printf '  %-7s %s\n')

# Flags that this compiler may not know are tried once; see $(BUILD)/probed.mk.
PROBE_CC = -Wtrampolines -Wbidi-chars=any -ftrivial-auto-var-init=zero -fcf-protection=full -fstack-clash-protection
# Option tables leave their last fields out (lib/cli/cli.h), hence -Wno-missing-field-initializers.
WARN = -Wall -Wextra -Wformat=2 -Wconversion -Wsign-conversion -Wshadow -Wimplicit-fallthrough \
	-Wno-missing-field-initializers -Werror=format-security -Werror=return-type $(if $(WERROR),-Werror)
WARN_C = $(WARN) -Wstrict-prototypes -Wmissing-prototypes -Werror=implicit -Werror=incompatible-pointer-types \
	-Werror=int-conversion
# No path of this machine in what is built: equal sources, equal bytes (make reproducible).
HARDEN = -ffile-prefix-map=$(CURDIR)=. -fPIE -fstack-protector-strong -fno-strict-aliasing -fno-strict-overflow -fno-delete-null-pointer-checks \
	$(if $(SAN)$(COVERAGE),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
SANFLAGS = $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer) \
	$(if $(FUZZ),-fsanitize=fuzzer-no-link)

# Counters at every branch, unoptimised, so that each line and branch is the source's own; see tests/tools/coverage.
COVERFLAGS = $(if $(COVERAGE),--coverage -fprofile-update=atomic)
COVER_EXITS = $(if $(COVERAGE),$(BUILD)/obj/tests/tools/coverage/exits.o)
COVER_CALLS = _exit fork execve execveat raise setrlimit syscall
COVERLINK = $(if $(COVERAGE),--coverage $(COVER_EXITS) $(COVER_CALLS:%=-Wl,--wrap=%))

ALL_CPPFLAGS = -D_GNU_SOURCE -DAIOPS_VERSION='"$(VERSION)"' -Ilib -Icmd -MMD -MP $(CPPFLAGS)
ALL_CFLAGS = -std=c11 $(WARN_C) $(HARDEN) $(PROBED_CC) $(SANFLAGS) $(COVERFLAGS) -ffunction-sections -fdata-sections $(CFLAGS)
ALL_CXXFLAGS = -std=c++17 -fno-exceptions -fno-rtti $(WARN) $(HARDEN) $(SANFLAGS) $(COVERFLAGS) $(CXXFLAGS)
ALL_LDFLAGS = -pie -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed -Wl,--gc-sections $(SANFLAGS) $(COVERLINK) $(LDFLAGS)

all: programmes

-include $(BUILD)/layers.mk
-include $(BUILD)/probed.mk

BINS = $(PROGRAMMES:%=$(BUILD)/bin/%)
programmes: $(BINS)

# ---- what is known only when make runs ----

$(BUILD)/layers.mk: lib/LAYERS scripts/layers.awk
	@mkdir -p $(@D)
	$(Q)awk -f scripts/layers.awk lib/LAYERS > $@.new && mv $@.new $@

$(BUILD)/probed.mk: Makefile
	@mkdir -p $(@D)
	$(Q)printf 'PROBED_CC =' > $@.new; for flag in $(PROBE_CC); do \
		if echo 'int main(void){return 0;}' | $(CC) -Werror $$flag -x c -c -o /dev/null - 2>/dev/null; \
		then printf ' %s' $$flag >> $@.new; fi; done; echo >> $@.new; mv $@.new $@

# A changed flag rebuilds everything.
FLAGS_NOW = $(CC) $(CXX) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(ALL_CXXFLAGS) $(ALL_LDFLAGS) $(LDLIBS)
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(subst ','\'',$(FLAGS_NOW))' | cmp -s - $@ || echo '$(subst ','\'',$(FLAGS_NOW))' > $@

# $(BUILD)/pkg/NAME holds the link flags of a library, or the build stops here with its name.
$(BUILD)/pkg/%:
	@mkdir -p $(@D)
	@$(PKG_CONFIG) --exists '$*' || { echo "error: library '$*' is missing: run scripts/deps --build" >&2; exit 1; }
	@$(PKG_CONFIG) --cflags '$*' > $@.cflags && $(PKG_CONFIG) --libs '$*' > $@

# ---- objects, archives, programmes ----

# Functions that are not to be called, by lib/BANNED: looked for in what was compiled, so neither
# a macro nor a comment can mislead.
check_banned = scripts/check-banned $@ >&2 || { rm -f $@; exit 1; }

$(BUILD)/obj/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	@$(say) CC $<
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -c -o $@ $<
	$(if $(filter lib/% cmd/%,$<),@$(check_banned))

$(BUILD)/obj/%.o: %.cc $(BUILD)/flags
	@mkdir -p $(@D)
	@$(say) CXX $<
	$(Q)$(CXX) $(ALL_CPPFLAGS) $(ALL_CXXFLAGS) -c -o $@ $<

objects_of = $(patsubst %,$(BUILD)/obj/%.o,$(sort $(basename $(wildcard $(1)/*.c $(1)/*.cc $(1)/*/*.c))))
archives_of = $(patsubst %,$(BUILD)/lib/%.a,$(modules_$(1)))
packages_of = $(patsubst %,$(BUILD)/pkg/%,$(packages_$(1)))
# What $(1) links with behind its own objects; simdjson is C++, so it brings the C++ runtime.
link_with = $(call archives_of,$(1)) $$(cat /dev/null $(call packages_of,$(1))) \
	$(if $(filter record,$(modules_$(1))),-lstdc++) -lm $(LDLIBS)

define module_rules
$(BUILD)/lib/$(1).a: $(call objects_of,lib/$(1)) | $(packages_$(1):%=$(BUILD)/pkg/%)
	@mkdir -p $$(@D)
	$(Q)rm -f $$@ && $(AR) rcsD $$@ $$(filter %.o,$$^)
$(call objects_of,lib/$(1)): | $(packages_$(1):%=$(BUILD)/pkg/%)
endef
$(foreach m,$(MODULES),$(eval $(call module_rules,$(m))))

define programme_rules
$(BUILD)/bin/$(1): $(call objects_of,cmd/$(1)) $(call archives_of,$(1)) $(call packages_of,$(1))
	@mkdir -p $$(@D)
	@$(say) LINK $$@
	$(Q)$(CC) $(ALL_LDFLAGS) -o $$@ $(call objects_of,cmd/$(1)) $$(call link_with,$(1))
$(call objects_of,cmd/$(1)): | $(packages_$(1):%=$(BUILD)/pkg/%)
endef
$(foreach p,$(PROGRAMMES),$(eval $(call programme_rules,$(p))))

# ---- tests ----

UNIT_SOURCES = $(wildcard tests/unit/*/test_*.c)
UNIT_TESTS = $(UNIT_SOURCES:%.c=$(BUILD)/%)
TOOL_TESTS = $(patsubst %.c,$(BUILD)/%,$(wildcard tests/tools/*.c tests/bench/*.c))

# A test of a module links that module; a test of a programme all its objects but main.
define unit_rule
$(BUILD)/$(1): $(BUILD)/obj/$(1).o $(filter-out %/main.o,$(call objects_of,cmd/$(2))) $(call archives_of,$(2)) \
		$(call packages_of,$(2)) $(BUILD)/pkg/cmocka
	@mkdir -p $$(@D)
	@$(say) LINK $$@
	$(Q)$(CC) $(ALL_LDFLAGS) -o $$@ $(BUILD)/obj/$(1).o $(filter-out %/main.o,$(call objects_of,cmd/$(2))) \
		$$(call link_with,$(2)) $$$$(cat $(BUILD)/pkg/cmocka)
$(BUILD)/obj/$(1).o: | $(BUILD)/pkg/cmocka
endef
$(foreach t,$(UNIT_SOURCES:%.c=%),$(eval $(call unit_rule,$(t),$(notdir $(patsubst %/,%,$(dir $(t)))))))

# Helper programmes of tests and benchmarks may use all of lib.
$(TOOL_TESTS): $(BUILD)/%: $(BUILD)/obj/%.o $(MODULES:%=$(BUILD)/lib/%.a) $(call packages_of,all)
	@mkdir -p $(@D)
	@$(say) LINK $@
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $< $(call link_with,all)

$(BINS) $(UNIT_TESTS) $(TOOL_TESTS): | $(COVER_EXITS)

# A fuzz target links as a unit test does, and jansson to compare with where it includes that. What
# runs it is libFuzzer if FUZZ is set (CC=clang; see scripts/fuzz), else tests/fuzz/replay.c.
FUZZ ?=
FUZZ_SOURCES = $(wildcard tests/fuzz/*/fuzz_*.c)
FUZZ_TARGETS = $(FUZZ_SOURCES:%.c=$(BUILD)/%)
FUZZ_MAIN = $(if $(FUZZ),,$(BUILD)/obj/tests/fuzz/replay.o $(BUILD)/lib/base.a)

define fuzz_rule
$(BUILD)/$(1): $(BUILD)/obj/$(1).o $(FUZZ_MAIN) $(filter-out %/main.o,$(call objects_of,cmd/$(2))) $(call archives_of,$(2)) \
		$(call packages_of,$(2)) $(BUILD)/pkg/jansson
	@mkdir -p $$(@D)
	@$(say) LINK $$@
	$(Q)$(CC) $(ALL_LDFLAGS) $(if $(FUZZ),-fsanitize=fuzzer) -o $$@ $(BUILD)/obj/$(1).o $(FUZZ_MAIN) \
		$(filter-out %/main.o,$(call objects_of,cmd/$(2))) $$(call link_with,$(2)) $$$$(cat $(BUILD)/pkg/jansson)
$(BUILD)/obj/$(1).o: | $(BUILD)/pkg/jansson
endef
$(foreach t,$(FUZZ_SOURCES:%.c=%),$(eval $(call fuzz_rule,$(t),$(notdir $(patsubst %/,%,$(dir $(t)))))))

$(FUZZ_TARGETS): | $(COVER_EXITS)

fuzz-targets: $(FUZZ_TARGETS)

# Everything that reads foreign bytes, fed with made ones: SECONDS for each target, or for TARGET.
SECONDS ?= 60
TARGET ?=
fuzz:
	+$(Q)scripts/fuzz --seconds '$(SECONDS)' $(TARGET)

units: $(UNIT_TESTS)

unit: units
	@scripts/run-unit $(UNIT_TESTS)

# Preloaded into a programme to kill it at a chosen call, to fail its calls, or to shorten them; never linked with one.
PRELOADS = $(patsubst tests/tools/preload/%.c,$(BUILD)/tests/tools/%.so,$(wildcard tests/tools/preload/*.c))
$(PRELOADS): $(BUILD)/tests/tools/%.so: tests/tools/preload/%.c
	@mkdir -p $(@D)
	@$(say) CC $<
	$(Q)$(CC) -std=c11 -D_GNU_SOURCE $(WARN) -O1 -g -shared -fPIC -o $@ $< -ldl

test-tools: $(TOOL_TESTS) $(PRELOADS)

check: all test-tools
	@scripts/check

bench: all test-tools
	@scripts/bench

# What takes too long for every check: parsers against each other, a listener killed under load.
TORTURE_LINES ?= 100000000
TORTURE_KILLS ?= 500
torture: $(BUILD)/tests/tools/scan_torture $(BUILD)/tests/unit/aiops-ingest/test_mutations \
		$(BUILD)/bin/aiops-ingest $(BUILD)/bin/aiops-audit $(BUILD)/bin/aiops-correlate \
		$(BUILD)/tests/tools/deliver \
		$(BUILD)/tests/unit/breaker/test_breaker $(BUILD)/tests/unit/store/test_breaker_rows \
		$(BUILD)/tests/unit/aiops-runbook/test_race \
		$(BUILD)/bin/aiops-runbook $(BUILD)/bin/aiops-http $(BUILD)/tests/tools/argv-dump $(BUILD)/tests/tools/strike.so
	$(Q)$(BUILD)/tests/tools/scan_torture $(TORTURE_LINES)
	$(Q)BUILD=$(BUILD) tests/torture/listen-kill $(TORTURE_KILLS)
	$(Q)AIOPS_TORTURE=1 $(BUILD)/tests/unit/aiops-ingest/test_mutations
	$(Q)BUILD=$(BUILD) tests/torture/audit
	$(Q)BUILD=$(BUILD) tests/torture/runbook
	$(Q)BUILD=$(BUILD) tests/torture/correlate 200
	$(Q)AIOPS_TORTURE=1 $(BUILD)/tests/unit/breaker/test_breaker
	$(Q)AIOPS_TORTURE=1 $(BUILD)/tests/unit/store/test_breaker_rows
	$(Q)AIOPS_TORTURE=1 $(BUILD)/tests/unit/aiops-runbook/test_race
	$(Q)BUILD=$(BUILD) tests/torture/correlate-input 1000
	$(Q)INJECTION_RANDOM=$$$$ BUILD=$(BUILD) bats tests/cli/runbook-injection.bats

# Hostile input through every programme: HOSTILE='--sample 10 cases' for a part of it.
HOSTILE ?=
hostile: $(BINS) $(BUILD)/tests/bench/measure
	$(Q)BUILD=$(BUILD) tests/torture/hostile $(HOSTILE)

# Which exit codes of the manual pages the tests see: all bats tests once more, with a library that writes them down.
exit-codes: all test-tools
	$(Q)BUILD=$(BUILD) tests/torture/exit-codes

# Lines and branches that the tests reach, in a build of its own.
coverage:
	$(Q)BUILD=$(if $(filter build,$(BUILD)),build-coverage,$(BUILD)) LIVE='$(LIVE)' scripts/coverage

# Every allocation and every system call of small workloads of each programme, failing one at a time.
FAULT_POINTS ?= 300
faults: all test-tools
	$(Q)BUILD=$(BUILD) tests/torture/fault-alloc --points $(FAULT_POINTS)
	$(Q)BUILD=$(BUILD) tests/torture/fault-syscall

# The continuous pipeline under load, each of its stages ended again and again.
MINUTES ?= 20
soak: all
	$(Q)BUILD='$(BUILD)' tests/torture/soak $(MINUTES)

check-layers:
	@scripts/check-layers

# Every checker that runs no test (scripts/lint --list); lint-deep takes those that need an hour.
lint:
	+@BUILD=$(BUILD) scripts/lint

lint-deep: all
	+@BUILD=$(BUILD) scripts/lint --deep

format:
	clang-format -i $$(git ls-files '*.c' '*.h' '*.cc')

# ---- install ----

COMPLETIONS = bash-completion/completions zsh/site-functions fish/vendor_completions.d
INSTALL = install

completions: $(BINS)
	@mkdir -p $(BUILD)/completions
	$(Q)for p in $(PROGRAMMES); do \
		$(BUILD)/bin/$$p --completion bash > $(BUILD)/completions/$$p && \
		$(BUILD)/bin/$$p --completion zsh > $(BUILD)/completions/_$$p && \
		$(BUILD)/bin/$$p --completion fish > $(BUILD)/completions/$$p.fish || exit 1; done

MAN_PAGES = $(wildcard man/*.[1-9])
SHARED = $(shell cd share 2>/dev/null && find . -type f | sed 's,^\./,,' | sort)

# Everything that is installed goes through this list, so that uninstall is its mirror.
INSTALLED = $(PROGRAMMES:%=$(BINDIR)/%) \
	$(foreach m,$(MAN_PAGES),$(MANDIR)/man$(subst .,,$(suffix $(m)))/$(notdir $(m))) \
	$(SHARED:%=$(DATADIR)/aiops/%) \
	$(PROGRAMMES:%=$(DATADIR)/bash-completion/completions/%) \
	$(PROGRAMMES:%=$(DATADIR)/zsh/site-functions/_%) \
	$(PROGRAMMES:%=$(DATADIR)/fish/vendor_completions.d/%.fish)

install: all completions
	$(Q)for p in $(PROGRAMMES); do \
		$(INSTALL) -D -m 755 $(BUILD)/bin/$$p '$(DESTDIR)$(BINDIR)'/$$p && \
		$(INSTALL) -D -m 644 $(BUILD)/completions/$$p '$(DESTDIR)$(DATADIR)'/bash-completion/completions/$$p && \
		$(INSTALL) -D -m 644 $(BUILD)/completions/_$$p '$(DESTDIR)$(DATADIR)'/zsh/site-functions/_$$p && \
		$(INSTALL) -D -m 644 $(BUILD)/completions/$$p.fish \
			'$(DESTDIR)$(DATADIR)'/fish/vendor_completions.d/$$p.fish || exit 1; done
	$(Q)for m in $(MAN_PAGES); do \
		$(INSTALL) -D -m 644 $$m '$(DESTDIR)$(MANDIR)'/man$${m##*.}/$${m##*/} || exit 1; done
	$(Q)for f in $(SHARED); do \
		mode=644; [ -x share/$$f ] && mode=755; \
		$(INSTALL) -D -m $$mode share/$$f '$(DESTDIR)$(DATADIR)'/aiops/$$f || exit 1; \
		case $$f in systemd/*.service) \
			sed -i 's,=/usr/local/share/,=$(DATADIR)/,' '$(DESTDIR)$(DATADIR)'/aiops/$$f || exit 1 ;; esac; done

# Removes the files and then the folders that they leave empty; others' files stay.
uninstall:
	$(Q)for f in $(INSTALLED); do rm -f '$(DESTDIR)'$$f; done
	$(Q)for f in $(INSTALLED); do d=$${f%/*}; while [ "$$d" != '$(PREFIX)' ] && [ -n "$$d" ] && \
		rmdir '$(DESTDIR)'$$d 2>/dev/null; do d=$${d%/*}; done; done; true

# A Debian package of all of it, in $(BUILD).
deb: all completions
	+$(Q)BUILD='$(BUILD)' VERSION='$(VERSION)' scripts/deb

# The package built twice, in other folders and surroundings: equal bytes.
reproducible:
	@scripts/reproducible

clean:
	rm -rf $(BUILD)

help:
	@echo 'make                     the programmes, in $(BUILD)/bin'
	@echo 'make build/bin/aiops-X   one programme, with only the libraries it needs'
	@echo 'make unit                the unit tests   (scripts/check runs every test)'
	@echo 'make SAN=address,undefined BUILD=build-asan unit   the same under sanitizers'
	@echo 'make torture             parsers against each other on made lines, for minutes (TORTURE_LINES=N); every format mutated'
	@echo '                         and aiops-runbook killed at every call, trees and all (AIOPS_TORTURE_ROUNDS=N at random)'
	@echo 'make hostile             1300 and more hostile inputs through every programme (HOSTILE="--sample 10 cases" for a part)'
	@echo 'make exit-codes          how often the tests see each exit code of each manual page'
	@echo 'make fuzz SECONDS=60 [TARGET=record/record]   made inputs for every parser, or for one; needs clang (tests/fuzz/README.md)'
	@echo 'make fuzz-targets        the same with gcc: each takes files and folders as arguments'
	@echo 'make coverage            lines and branches that the tests reach, held to the goals (LIVE=1: with real servers)'
	@echo 'make faults              each programme with its n-th allocation and its n-th system call failing, for an hour'
	@echo '                         (FAULT_POINTS=N allocations of each workload at most, evenly spaced; 0: every one)'
	@echo 'make soak MINUTES=20     the continuous pipeline under load, each stage ended and killed in turn; what was lost, and memory'
	@echo 'make bench               speed beside what people would use instead'
	@echo 'make install PREFIX=/usr/local DESTDIR=   programmes, manuals, completions, share'
	@echo 'make deb                 a Debian package of all of it, in $(BUILD)'
	@echo 'make reproducible        the package built twice in other folders and surroundings, and compared byte for byte'
	@echo 'make uninstall           takes away what install put there'
	@echo 'make lint                gcc, clang, cppcheck, clang-tidy, shellcheck, mandoc, layout, sizes, layers, hardening'
	@echo 'make lint-deep           the analyzers of gcc and clang, and golden cases under valgrind: an hour'
	@echo 'make check-layers        who includes whom, held to lib/LAYERS'
	@echo 'make format clean        WERROR=1 makes warnings errors, V=1 shows commands'

FORCE:
.PHONY: all programmes units unit fuzz fuzz-targets test-tools check bench torture hostile exit-codes soak faults coverage check-layers lint lint-deep format completions install uninstall deb reproducible clean help FORCE
.SECONDARY:
.DELETE_ON_ERROR:

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
