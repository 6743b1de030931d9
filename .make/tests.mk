# SPDX-License-Identifier: ISC
# Tests, lint and benches; included by the Makefile.

# Tests may use all of C++, so the C++ compiler links them; the code under test may not. There
# is one program for all unit tests, and one for each file of integration tests and each fuzz
# target, so that these run in parallel. The objects of tests, which take longest to compile,
# are shared by all platforms and sanitizers. The library comes first, so that its instances
# of inline functions are the ones under test. Gold links them in a third of the time.
T          ?= $(if $(FLAVOUR),$(B:%$(FLAVOUR)=%),$B)
UNIT        = $(patsubst %.cc,$T/%.o,$(wildcard tests/unit/*.cc tests/unit/*/*.cc)) $T/tests/harness/catch.o
WHOLE       = $(patsubst tests/integration/%_test.cc,%,$(wildcard tests/integration/*/*_test.cc))
INTEGRATION = $(notdir $(WHOLE))
HARNESS     = $(patsubst %.cc,$T/%.o,$(wildcard tests/harness/*.cc))
FUZZ        = $(patsubst tests/fuzz/%_fuzz.cc,%,$(wildcard tests/fuzz/*_fuzz.cc))
GOLD       := $(if $(shell command -v ld.gold),-fuse-ld=gold)
LINK        = $(call SAY,LD ,$@)$(Q)mkdir -p $(@D) && $(CXX) $(GOLD) $(CXXFLAGS) $(LDFLAGS) -pthread -o $@ \
              -Wl,--whole-archive $B/libstoker.a -Wl,--no-whole-archive $(filter %.o,$^)

TESTCXX    := $(or $(shell command -v clang++),$(CXX))
TESTCOMPILE = $(TESTCXX) -std=c++20 -O0 $(WARNINGS) -Wno-sign-conversion $(DEFINES) $(PRECOMPILED) -Itests/harness -Itests/fuzz $(CPPFLAGS)
$T/tests/%.o: tests/%.cc .make/tests.mk | $T/catch/tests.hh.gch
	$(call SAY,CXX,$<)
	@mkdir -p $(@D)
	$(Q)$(TESTCOMPILE) -MMD -MP -c -o $@ $<
# Catch2 is most of what the compiler reads in a test: a precompiled header halves the time, and
# that of Clang, which reads only what is used of it, does so again.
$T/tests/%_test.o: PRECOMPILED = -include $T/catch/tests.hh
$T/catch/tests.hh.gch: PRECOMPILED = $(if $(findstring clang,$(TESTCXX)),-fpch-instantiate-templates)
$T/catch/tests.hh.gch: tests/harness/catch.hh .make/tests.mk | $T/catch2
	$(call SAY,CXX,$<)
	@mkdir -p $(@D)
	$(Q)printf '#include %s\n' '"catch.hh"' $(HEADERS:%='<%>') '<csignal>' '<filesystem>' '<map>' >$(@:.gch=)
	$(Q)$(TESTCOMPILE) -w -x c++-header -o $@ $(@:.gch=)
$B/fuzz/%.o: TESTCXX = $(CXX)
$B/fuzz/%.o: tests/fuzz/%.cc .make/tests.mk
	$(call SAY,CXX,$<)
	@mkdir -p $(@D)
	$(Q)$(TESTCOMPILE) $(CXXFLAGS) -MMD -MP -c -o $@ $<
HAS_CATCH = echo '\#include "catch.hh"' | $(CXX) -std=c++20 -Itests/harness -xc++ -E -o /dev/null -
$T/catch2:
	@$(HAS_CATCH) 2>/dev/null || .make/need compile
	@$(HAS_CATCH) 2>/dev/null || { echo "without Catch2 nothing can be tested" >&2; exit 1; }
	@mkdir -p $T && touch $@

$B/tests/unit/unit: $(UNIT) $B/libstoker.a
	$(LINK)
define integration
$B/tests/integration/$(notdir $1)_test: $T/tests/integration/$1_test.o $(HARNESS) $B/libstoker.a
	$$(LINK)
endef
$(foreach test,$(WHOLE),$(eval $(call integration,$(test))))
$B/tests/fuzz/%: $B/fuzz/%_fuzz.o $B/fuzz/driver.o $B/libstoker.a
	$(LINK)
$B/libfuzzer/%: $B/fuzz/%_fuzz.o $B/libstoker.a
	$(LINK) -fsanitize=fuzzer
.SECONDARY:

RESULTS = $B/tests/results
RUN     = @tests/harness/run $(RESULTS)
run-unit: $B/tests/unit/unit
	$(RUN) unit $<
# LD_PRELOAD and valgrind's heap checks need shared programs.
SHARED = $(ALONE:%=$B/shared/%)
$(INTEGRATION:%=run-%): run-%: $B/tests/integration/%_test all $(SHARED)
	$(RUN) $* $<
$(FUZZ:%=sweep-%): sweep-%: $B/tests/fuzz/%
	$(RUN) sweep-$* $<
# The programs with a wrapper that can make any system call fail; see tests/faults/seam.cc.
SEAMS = openat fcntl syscall read write pipe2 renameat unlinkat mkdirat mkfifoat fstatat fstat stat \
        socket socketpair bind listen setsockopt sendmsg recvmsg recv rename fchmodat \
        fchdir flock readlinkat waitpid ppoll inotify_add_watch inotify_init1 _ZN6stoker5spawnERKNS_6RecipeE
$B/faults/%: $B/tests/faults/seam.o $B/libstoker.a all
	$(call SAY,LD ,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CXXFLAGS) $(SEAMS:%=-Wl,--wrap=%) -o $@ $B/src/$(if $(filter svscan,$*),scan,$*)/$*.o $B/tests/faults/seam.o $B/libstoker.a $(LDFLAGS)
run-faults: $B/faults/supervise $B/faults/svscan
FAULTS_EVERY ?= 1
faults: $B/tests/integration/faults_test $B/faults/supervise $B/faults/svscan  ## let every system call fail once, with every reason
	STOKER_BIN=$(abspath $B)/bin FAULTS_EVERY=$(FAULTS_EVERY) $<
STEPS ?= 100000
storm: $B/tests/integration/upheaval_test $B/tests/integration/socket_storm_test all  ## kill, stop, replace and upgrade at random, for STEPS steps
	UPHEAVAL_STEPS=$(STEPS) $<
	STOKER_BIN=$(abspath $B)/bin UPHEAVAL_STEPS=$(STEPS) $B/tests/integration/socket_storm_test
# For the test of a root directory with nothing else in it. The C library's warnings about static
# linking do not apply there.
$B/multicall/stoker-static: $B/src/stoker.o $(SMALLS:src/%.cc=$B/main/%.o) $B/libstoker.a
	@$(if $(findstring -fsanitize,$(LDFLAGS)),:,$(CC) $(CXXFLAGS) $(SMALL) $(LDFLAGS) -static -o $@ $^ 2>/dev/null || :)
run-multicall run-appliance run-appliance_group: multicall $B/multicall/stoker-static
# Debian's packages with service directories and clients, unpacked but not installed.
export STOKER_DEBIAN ?= $(abspath $T)/debian
debian:                     ## fetch the Debian packages that some tests use
	@tests/harness/debian $(STOKER_DEBIAN) || true
$(filter run-debian_%,$(INTEGRATION:%=run-%)): | debian
# An image of such packages, installed, with Stoker in place of systemd.
image: $B/multicall/stoker $B/bin/stoker-import
	@tests/harness/image $(STOKER_DEBIAN) $^ || true
run-systemd_image: multicall | image
# Packages of what is built, to be installed on a machine of their own.
$B/packages/done: $(NAMES:%=$B/bin/%) .make/deb $(wildcard examples/packaging/debian/* man/*) | all
	$(call SAY,DEB,$(@D))
	$(Q)! command -v dh >/dev/null || .make/deb $(@D) $(VERSION) $(abspath $B) >/dev/null
	@touch $@
run-package: $B/packages/done
# The tarball of static programs is made twice by the lint.
static-multicall: | $(if $(ALONE),alone)
	@$(MAKE) --no-print-directory LIBC=static B=$B-static multicall
# For the machine that boots.
KERNEL = $T/kernel/vmlinuz
$(KERNEL):
	@tests/harness/kernel $@ || true
run-appliance run-appliance_group: | $(KERNEL)
RUNS = run-unit $(INTEGRATION:%=run-%) $(FUZZ:%=sweep-%)

# The packages that the tests use (.make/packages) are installed first: what the compiler needs
# before the Makefile looks for it, the rest while it compiles.
check:                      ## run all tests: unit, integration and a short fuzz sweep
	@.make/need compile
	@$(MAKE) --no-print-directory run-all
check-integration:          ## run the tests with real programs (one of them: make run-sv)
	@.make/need compile
	@$(MAKE) --no-print-directory run-integration
check-unit: run-unit        ## run the tests that start no process
	@tests/harness/tally $(RESULTS) unit
test-programs:              ## build all that `make check` runs, and install what it uses
	@.make/need compile
	@$(MAKE) --no-print-directory build-all
packages:
	@.make/need rest
run-all: packages $(RUNS)
	@tests/harness/tally $(RESULTS) unit $(INTEGRATION) $(FUZZ:%=sweep-%)
run-integration: packages $(INTEGRATION:%=run-%)
	@tests/harness/tally $(RESULTS) $(INTEGRATION)
build-all: packages $B/tests/unit/unit $(INTEGRATION:%=$B/tests/integration/%_test) $(FUZZ:%=$B/tests/fuzz/%) \
  all $(SHARED) multicall debian image $(KERNEL) $B/packages/done \
  $(if $(HAS_MUSL),static-multicall)
check-bare:                 ## run the tests in a minimal Debian system that has never seen the project
	@tests/harness/bare

SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover
asan:                       ## run all tests under the address and undefined sanitizers
	$(MAKE) check B=$B-asan T=$T CC=$(CXX) CXXFLAGS="-O1 -g1 -D_GLIBCXX_ASSERTIONS $(SANITIZE)" LDFLAGS="$(SANITIZE)" LIBC=shared
coverage:                   ## run all tests, then print the coverage of each source file
	$(MAKE) check B=$B-coverage T=$T CXXFLAGS="-O0 --coverage -fprofile-update=atomic -D_exit=exit" LIBC=shared
	@tests/harness/coverage $B-coverage
FUZZ_SECONDS ?= 60
fuzz:                       ## run every fuzz target under libFuzzer for FUZZ_SECONDS each
	-$(MAKE) $(FUZZ:%=$B-fuzz/libfuzzer/%) B=$B-fuzz CXX=clang++ \
	  CXXFLAGS="-O1 -g -fsanitize=fuzzer-no-link $(SANITIZE)" LDFLAGS="$(SANITIZE)"
	$(MAKE) $(FUZZ:%=$B/tests/fuzz/%)
	@tests/fuzz/run $B $B-fuzz $(FUZZ_SECONDS) $(FUZZ)
bench: all                  ## measure beside the peers that are installed, and print a table
	@PATH="$(abspath $B)/bin:$$PATH" tests/bench/run

CODE  = $(wildcard src/*.cc src/*.hh $(addsuffix /*.cc,src/* tests/* tests/*/*) $(addsuffix /*.hh,src/* tests/* tests/*/*))
LINTS = $(notdir $(wildcard tests/lint/check-*))
TIDY  = $(patsubst src/%/,$B/tidy/%,$(wildcard src/*/))
lint:                       ## check style, layers, imports, man pages and sizes
	@.make/need compile
	@$(MAKE) --no-print-directory lint-all
lint-all: packages $(LINTS) $(TIDY) lint-O0
	@echo "lint: clean"
$(LINTS): all $(SHARED)
	@tests/lint/$@ $B "$(MAINS)"
# Only changed files are checked again: those with a new object file.
define tidy
$B/tidy/$1: $(patsubst %.cc,$B/%.o,$(wildcard src/$1/*.cc)) .clang-tidy
	@tests/lint/tidy $$(if $$(filter %.o,$$?),$$(patsubst $B/%.o,%.cc,$$(filter %.o,$$?)),src/$1/*.cc)
	@mkdir -p $$(@D) && touch $$@
endef
$(foreach room,$(notdir $(TIDY)),$(eval $(call tidy,$(room))))
# Without optimisation, since that can hide a forbidden symbol. What the compiler keeps for
# link-time optimisation tells of two different types with one name, which is undefined behaviour.
LTO = $(if $(findstring clang,$(CXX)),,-flto -ffat-lto-objects)
lint-O0:
	@$(MAKE) --no-print-directory -s all $(if $(LTO),whole-program) B=$B-O0 CXXFLAGS="-O0 -Werror $(LTO)" \
	  LDFLAGS="-s $(if $(LTO),-fno-lto)" LIBC=shared
whole-program: $B/whole-program
$B/whole-program: $(SOURCES:%.cc=$B/%.o)
	$(call SAY,LD ,$@)
	$(Q)nice $(CXX) $(CXXFLAGS) -flto-partition=one -Wodr -Werror=odr -Wl,--allow-multiple-definition -o $@ $^
compile_commands.json: Makefile  ## write the compile commands for editors and tools
	@printf '%s\n' $(filter %.cc,$(CODE)) | awk 'BEGIN { print "[" } { printf "%s{\"directory\": \"$(CURDIR)\", \
	  \"file\": \"%s\", \"command\": \"$(COMPILE) -Itests/harness -Itests/fuzz -c %s\"}\n", c, $$0, $$0; c = "," } \
	  END { print "]" }' >$@

# Whoever asks for one test only gets no packages for that.
ifneq ($(filter run-all run-integration build-all lint-all,$(MAKECMDGOALS)),)
$(RUNS) $(LINTS) $(TIDY) $(KERNEL) $B/packages/done debian image: | packages
endif
