# SPDX-License-Identifier: ISC
# Stoker. `make help` lists the targets; tests/README.md tells how to work on it.
-include config.mk

# Uses all cores unless told otherwise (make -j1).
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 1)
endif

# Every program is one file with a main(), named after the program: folder/program.
# This list is the table of contents, and what `install` and the lint go by.
PROGRAMS = supervise/supervise scan/svscan scan/svscanboot logger/svlogd logger/multilog filter/tai64n \
           filter/tai64nlocal svlog/svlog filter/svout filter/syslogtap \
           sv/sv client/svc client/svstat client/svok client/svup client/svwait \
           chain/chpst chain/setuidgid chain/envuidgid chain/envdir chain/softlimit chain/setlock \
           chain/pgrphack chain/fghack chain/setuser chain/envini filter/readproctitle timer/timer \
           jail/jail init/stoker-init init/stoker-halt init/runit init/utmpset init/runsvchdir

# What `make install` adds for users of other suites: names under which programs are
# installed too, and programs that are installed only then. COMPAT says for which, with
# commas between them: `runit,daemontools`, `all` or `none`.
# `init` is not among them all: elsewhere than on an appliance, `reboot` and the like are
# another init's.
SUITES           = runit daemontools
LINKS_runit      = runsv:supervise runsvdir:svscan runit-init:runit
LINKS_init       = poweroff:stoker-halt reboot:stoker-halt halt:stoker-halt
ONLY_daemontools = svscanboot
COMPAT          ?= runit

VERSION   = 0.1.0
PREFIX   ?= /usr/local
BINDIR   ?= $(PREFIX)/bin
MANDIR   ?= $(PREFIX)/share/man
PLATFORM ?= linux
# LIBC=shared: with that of the machine; static: without any at run time; auto: some static.
LIBC     ?= auto
FLAVOUR  := $(if $(filter linux,$(PLATFORM)),,-$(PLATFORM))$(if $(filter auto,$(LIBC)),,-$(LIBC))
B        ?= build$(FLAVOUR)

CXXFLAGS ?= -Os
LDFLAGS  ?= -s
WARNINGS  = -Wall -Wextra -Wshadow -Wconversion -Wold-style-cast -Wswitch-enum -Wno-missing-field-initializers
LANGUAGE  = -std=c++20 -fno-exceptions -fno-rtti -fno-threadsafe-statics
SECTIONS  = -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables
DEFINES   = -D_GNU_SOURCE -Isrc
SMALL     = -Wl,--gc-sections -Wl,-z,noseparate-code -Wl,--build-id=none
COMPILE   = $(CXX) $(LANGUAGE) $(WARNINGS) $(SECTIONS) $(DEFINES) $(CPPFLAGS) $(CXXFLAGS)
HAS_MUSL := $(and $(filter linux,$(PLATFORM)),$(filter auto,$(LIBC)),$(if $(findstring clang,$(CXX)),,$(shell command -v musl-gcc)))
# With musl, if there is one; src/static says how.
ifeq ($(LIBC),static)
include $B/static.mk
$B/static.mk: src/static src/musl.hh
	@mkdir -p $(@D) && src/static $(@D) $(CXX) $(CC) >$@
SECTIONS += -fno-pie -DSTATIC_PROGRAM
SMALL    += -static -no-pie -Wl,-z,norelro
endif

# What only one platform has sits in files named *_PLATFORM.cc.
OTHERS    = $(filter-out $(PLATFORM),linux posix)
SOURCES   = $(sort $(filter-out %_$(OTHERS).cc,$(wildcard src/*/*.cc)))
# Programs whose source is not there yet are left out.
MAINS     = $(wildcard $(PROGRAMS:%=src/%.cc))
NAMES     = $(notdir $(MAINS:.cc=))
LIBOBJS   = $(patsubst %.cc,$B/%.o,$(filter-out $(PROGRAMS:%=src/%.cc),$(SOURCES)))
UNFIT     = src/chain/% src/jail/% src/timer/% src/filter/readproctitle.cc src/svlog/svlog.cc src/init/utmpset.cc
ALONE     = $(if $(HAS_MUSL),$(notdir $(basename $(filter-out $(UNFIT),$(MAINS)))))
HERE      = $(foreach name,$(NAMES),$(filter %:$(name),$1))
ALL_LINKS = $(foreach suite,$(SUITES) init,$(LINKS_$(suite)))
ALIASES   = $(foreach link,$(call HERE,$(ALL_LINKS)),$B/bin/$(firstword $(subst :, ,$(link))))

all: $(NAMES:%=$B/bin/%) $(ALIASES)  ## build every program into build/bin/

$B/%.o: %.cc Makefile
	@mkdir -p $(@D)
	$(COMPILE) -MMD -MP -c -o $@ $<

$B/libstoker.a: $(LIBOBJS)
	@rm -f $@
	$(AR) rcs $@ $^

# Linked by the C compiler on purpose: anything that needs libstdc++ at run time
# (new, std::string, exceptions) is a link error, not a new dependency.
LINKED = @mkdir -p $(@D) && $(CC) $(CXXFLAGS) $(SMALL) $(LDFLAGS) -o $@ $^
define program
$B/$(if $(filter $(notdir $1),$(ALONE)),shared,bin)/$(notdir $1): $B/src/$1.o $B/libstoker.a
	$$(LINKED)
endef
$(foreach p,$(MAINS:src/%.cc=%),$(eval $(call program,$p)))

# Where musl-gcc is, programs are static that stay, or are called all the time: they start
# sooner and keep less memory. Not those that look up users, where the machine's C library
# knows more than /etc/passwd; not svlog, which needs more of its regular expressions, and
# not utmpset, for which the C library has the format of a file.
$(ALONE:%=$B/bin/%): $B/bin/%: $B-static/bin/%
	@mkdir -p $(@D) && ln -f $< $@
$(ALONE:%=$B-static/bin/%): alone ;
alone:
	@$(MAKE) --no-print-directory LIBC=static B=$B-static $(ALONE:%=$B-static/bin/%)

$(ALIASES): $B/bin/%: | $(NAMES:%=$B/bin/%)
	ln -sf $(patsubst $*:%,%,$(filter $*:%,$(ALL_LINKS))) $@

static:                     ## build every program without shared libraries into build-static/bin/
	@$(MAKE) --no-print-directory all LIBC=static

# The same objects once more, as one program that goes by the name it is called by.
OBJCOPY ?= objcopy
COMMA    = ,
CALLED   = $(foreach name,$(NAMES) $(notdir $(ALIASES)),$B/multicall/$(name))
multicall: $(CALLED)        ## build one program with links for all names into build/multicall/
$(CALLED): | $B/multicall/stoker
	ln -sf stoker $@
$B/multicall/stoker: $B/src/stoker.o $(MAINS:src/%.cc=$B/main/%.o) $B/libstoker.a
	$(LINKED)
$B/main/%.o: $B/src/%.o
	@mkdir -p $(@D)
	$(OBJCOPY) --redefine-sym main=$(call mainname,$(notdir $*)) $< $@
mainname = $(subst -,_,$1)_main
$B/src/stoker.o: DEFINES += -D'PROGRAMS(X)=$(foreach name,$(NAMES),X($(name),$(call mainname,$(name))))' \
  -D'LINKS(X)=$(foreach link,$(call HERE,$(ALL_LINKS)),X($(firstword $(subst :, ,$(link))),$(call mainname,$(lastword $(subst :, ,$(link))))))'

# Tests may use all of C++, so the C++ compiler links them; the code under test may
# not. One program for all unit tests, one for each file of integration tests and
# each fuzz target, so that these run in parallel. The objects of tests, which take
# the longest to compile, are the same for every platform and sanitizer. The library
# comes first, so that its instances of inline functions are the ones that are tested.
T          ?= $(if $(FLAVOUR),$(B:%$(FLAVOUR)=%),$B)
UNIT        = $(patsubst %.cc,$T/%.o,$(wildcard tests/unit/*.cc tests/unit/*/*.cc))
INTEGRATION = $(patsubst tests/integration/%_test.cc,%,$(wildcard tests/integration/*_test.cc))
HARNESS     = $(patsubst %.cc,$T/%.o,$(filter-out %_test.cc,$(wildcard tests/integration/*.cc))) $T/tests/unit/catch.o
FUZZ        = $(patsubst tests/fuzz/%_fuzz.cc,%,$(wildcard tests/fuzz/*_fuzz.cc))
LINK        = @mkdir -p $(@D) && $(CXX) $(CXXFLAGS) $(LDFLAGS) -pthread -o $@ \
              -Wl,--whole-archive $B/libstoker.a -Wl,--no-whole-archive $(filter %.o,$^)

TESTCOMPILE = $(CXX) -std=c++20 -O0 $(WARNINGS) $(DEFINES) $(CATCH) -Itests/unit -Itests/integration -Itests/fuzz $(CPPFLAGS)
$T/tests/%.o: tests/%.cc Makefile | $T/catch/catch.hh.gch
	@mkdir -p $(@D)
	$(TESTCOMPILE) -MMD -MP -c -o $@ $<
# Catch2 is most of what the compiler reads in a test; read beforehand, that takes half the time.
$T/tests/%_test.o: CATCH = -I$T/catch -include catch.hh
$T/catch/catch.hh.gch: CATCH =
$T/catch/catch.hh.gch: tests/unit/catch.hh Makefile | $T/catch2
	@mkdir -p $(@D) && cp -p $< $(@D)
	$(TESTCOMPILE) -w -x c++-header -o $@ $(@D)/catch.hh
$B/fuzz/%.o: tests/fuzz/%.cc Makefile
	@mkdir -p $(@D)
	$(TESTCOMPILE) $(CXXFLAGS) -MMD -MP -c -o $@ $<
$T/catch2:
	@echo '#include "catch.hh"' | $(CXX) -std=c++20 -Itests/unit -xc++ -fsyntax-only - 2>/dev/null || tests/need catch2
	@mkdir -p $T && touch $@

$B/tests/unit/unit: $(UNIT) $B/libstoker.a
	$(LINK)
$B/tests/integration/%_test: $T/tests/integration/%_test.o $(HARNESS) $B/libstoker.a
	$(LINK)
$B/tests/fuzz/%: $B/fuzz/%_fuzz.o $B/fuzz/driver.o $B/libstoker.a
	$(LINK)
$B/libfuzzer/%: $B/fuzz/%_fuzz.o $B/libstoker.a
	$(LINK) -fsanitize=fuzzer
.SECONDARY:

RESULTS = $B/tests/results
RUN     = @tests/run $(RESULTS)
run-unit: $B/tests/unit/unit
	$(RUN) unit $<
# What a test preloads, and valgrind's heap, is nothing to a static program.
SHARED = $(ALONE:%=$B/shared/%)
$(INTEGRATION:%=run-%): run-%: $B/tests/integration/%_test all $(SHARED)
	$(RUN) $* $<
$(FUZZ:%=sweep-%): sweep-%: $B/tests/fuzz/%
	$(RUN) sweep-$* $<
# The programs again, with a seam that lets any system call fail; see tests/faults/seam.cc.
SEAMS = openat fcntl syscall read write pipe2 renameat unlinkat mkdirat mkfifoat fstatat fstat stat \
        fchdir flock readlinkat waitpid ppoll inotify_add_watch inotify_init1 _ZN6stoker5spawnERKNS_6RecipeE
$B/faults/%: $B/tests/faults/seam.o $B/libstoker.a all
	@mkdir -p $(@D)
	$(CC) $(CXXFLAGS) $(SEAMS:%=-Wl,--wrap=%) -o $@ $B/src/$(if $(filter svscan,$*),scan,$*)/$*.o $B/tests/faults/seam.o $B/libstoker.a $(LDFLAGS)
run-faults: $B/faults/supervise $B/faults/svscan
FAULTS_EVERY ?= 1
faults: $B/tests/integration/faults_test $B/faults/supervise $B/faults/svscan  ## let every system call fail once, with every reason
	STOKER_BIN=$(abspath $B)/bin FAULTS_EVERY=$(FAULTS_EVERY) $<
STEPS ?= 100000
storm: $B/tests/integration/upheaval_test all  ## kill, stop, replace and upgrade at random, for STEPS steps
	UPHEAVAL_STEPS=$(STEPS) $<
# For a test of a tree in which there is nothing else; what the C library's warnings are about is
# not needed there.
$B/multicall/stoker-static: $B/src/stoker.o $(MAINS:src/%.cc=$B/main/%.o) $B/libstoker.a
	@$(if $(findstring -fsanitize,$(LDFLAGS)),,$(CC) $(CXXFLAGS) $(SMALL) $(LDFLAGS) -static -o $@ $^ 2>/dev/null) || true
run-multicall run-appliance: multicall $B/multicall/stoker-static
# Debian's packages with service directories and clients, unpacked and not installed.
export STOKER_DEBIAN ?= $(abspath $T)/debian
debian:                     ## fetch the Debian packages that some tests use
	@tests/debian $(STOKER_DEBIAN) || true
$(filter run-debian_%,$(INTEGRATION:%=run-%)): | debian
RUNS = run-unit $(INTEGRATION:%=run-%) $(FUZZ:%=sweep-%)
test-programs: $B/tests/unit/unit $(INTEGRATION:%=$B/tests/integration/%_test) $(FUZZ:%=$B/tests/fuzz/%) $(SHARED)

check: $(RUNS)              ## run all tests: unit, integration and a short fuzz sweep
	@tests/tally $(RESULTS) unit $(INTEGRATION) $(FUZZ:%=sweep-%)
check-unit: run-unit        ## run the tests that start no process
	@tests/tally $(RESULTS) unit
check-integration: $(INTEGRATION:%=run-%)  ## run the tests with real programs (one of them: make run-sv)
	@tests/tally $(RESULTS) $(INTEGRATION)
demo: all                   ## show what it does, in a temporary directory
	@PATH="$(abspath $B)/bin:$$PATH" tests/demo

SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover
asan:                       ## run all tests under the address and undefined sanitizers
	$(MAKE) check B=$B-asan T=$T CC=$(CXX) CXXFLAGS="-O1 -g1 -D_GLIBCXX_ASSERTIONS $(SANITIZE)" LDFLAGS="$(SANITIZE)" LIBC=shared
coverage:                   ## run all tests, then tell how much of each source file they reach
	$(MAKE) check B=$B-coverage T=$T CXXFLAGS="-O0 --coverage -fprofile-update=atomic -D_exit=exit" LIBC=shared
	@tests/coverage $B-coverage
FUZZ_SECONDS ?= 60
fuzz:                       ## run every fuzz target under libFuzzer for FUZZ_SECONDS each
	-$(MAKE) $(FUZZ:%=$B-fuzz/libfuzzer/%) B=$B-fuzz CXX=clang++ \
	  CXXFLAGS="-O1 -g -fsanitize=fuzzer-no-link $(SANITIZE)" LDFLAGS="$(SANITIZE)"
	$(MAKE) $(FUZZ:%=$B/tests/fuzz/%)
	@tests/fuzz/run $B $B-fuzz $(FUZZ_SECONDS) $(FUZZ)
bench: all                  ## measure beside the peers that are installed, and print a table
	@PATH="$(abspath $B)/bin:$$PATH" tests/bench/run

CODE  = $(wildcard src/*.cc src/*.hh $(addsuffix /*.cc,src/* tests/* tests/unit/*) $(addsuffix /*.hh,src/* tests/* tests/unit/*))
LINTS = $(notdir $(wildcard tests/lint/check-*))
TIDY  = $(patsubst %.cc,$B/tidy/%,$(wildcard src/*/*.cc))
lint: $(LINTS) $(TIDY) lint-O0  ## check style, layers, imports, man pages and sizes
	@echo "lint: clean"
$(LINTS): all $(SHARED)
	@tests/lint/$@ $B "$(MAINS)"
# Only what has changed is looked at again, which its object file tells.
$B/tidy/%: %.cc $B/%.o .clang-tidy
	@tests/lint/tidy $< && mkdir -p $(@D) && touch $@
# The optimiser can hide a symbol that must not be there.
lint-O0:
	@$(MAKE) --no-print-directory -s all B=$B-O0 CXXFLAGS="-O0 -Werror" LIBC=shared
format:                     ## lay out all source files with clang-format
	clang-format -i $(CODE)
compile_commands.json: Makefile  ## tell editors and tools how each file is compiled
	@printf '%s\n' $(filter %.cc,$(CODE)) | awk 'BEGIN { print "[" } { printf "%s{\"directory\": \"$(CURDIR)\", \
	  \"file\": \"%s\", \"command\": \"$(COMPILE) -Itests/unit -Itests/integration -Itests/fuzz -c %s\"}\n", c, $$0, $$0; c = "," } \
	  END { print "]" }' >$@

MANUALS  = $(wildcard man/*.[1-8])
ASKED    = $(filter-out none,$(subst $(COMMA), ,$(COMPAT)))
UNKNOWN  = $(filter-out all init $(SUITES),$(ASKED))
CHOSEN   = $(filter init,$(ASKED)) $(if $(filter all,$(ASKED)),$(SUITES),$(filter-out init,$(ASKED)))
LINKS    = $(call HERE,$(foreach suite,$(CHOSEN),$(LINKS_$(suite))))
LEFT_OUT = $(foreach suite,$(filter-out $(CHOSEN),$(SUITES)),$(ONLY_$(suite)))
WANTED   = $(filter-out $(LEFT_OUT),$(NAMES))
WANTED_MANUALS = $(filter-out $(LEFT_OUT:%=man/%.8),$(MANUALS))
suites_are_known = $(if $(UNKNOWN),$(error COMPAT: there is no $(UNKNOWN), only: $(SUITES), init, all, none))
binary   = $(DESTDIR)$(BINDIR)/$1
manual   = $(DESTDIR)$(MANDIR)/man$(subst .,,$(suffix $1))/$(notdir $1)
install: $(if $(MULTICALL),multicall,all)  ## install programs, links and manuals (PREFIX DESTDIR BINDIR MANDIR COMPAT MULTICALL)
	$(suites_are_known)mkdir -p $(call binary) $(sort $(dir $(foreach page,$(MANUALS),$(call manual,$(page)))))
	install -m 755 $(if $(MULTICALL),$B/multicall/stoker,$(WANTED:%=$B/bin/%)) $(call binary)
	for name in $(if $(MULTICALL),$(WANTED)); do ln -sf stoker $(call binary,$$name); done
	$(foreach page,$(WANTED_MANUALS),install -m 644 $(page) $(call manual,$(page)) &&) true
	for link in $(LINKS); do ln -sf $${link#*:} $(call binary,$${link%:*}) && \
	  ln -sf $${link#*:}.8 $(DESTDIR)$(MANDIR)/man8/$${link%:*}.8; done
uninstall:                  ## remove what install has installed
	$(suites_are_known)rm -f $(foreach page,$(WANTED_MANUALS),$(call manual,$(page))) $(foreach name,$(WANTED),$(call binary,$(name))) $(call binary,stoker)
	for link in $(LINKS); do rm -f $(call binary,$${link%:*}) $(DESTDIR)$(MANDIR)/man8/$${link%:*}.8; done
dist:                       ## pack the committed sources into stoker-VERSION.tar.gz
	git archive --prefix=stoker-$(VERSION)/ -o stoker-$(VERSION).tar.gz HEAD
clean:                      ## remove what was built
	rm -rf build build-* compile_commands.json stoker-*.tar.gz
help:                       ## print this list
	@sed -n 's/^\([a-z._-]*\):.*  *## /\1	/p' Makefile | expand -t 24

-include $(shell find $B $T -path '*/debian' -prune -o -name '*.d' -print 2>/dev/null)

.DELETE_ON_ERROR:
.PHONY: all test-programs debian faults storm check check-unit check-integration demo asan coverage fuzz bench lint lint-O0 format install uninstall \
        dist clean help alone static multicall $(RUNS) $(LINTS)
