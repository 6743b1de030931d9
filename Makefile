# SPDX-License-Identifier: ISC
# Stoker. `make help` lists the targets; tests/README.md describes how to work on it.
-include config.mk

# Uses all cores by default (make -j1 for one).
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 1)
endif

# Every program is one file with a main(), named after the program: folder/program.
# This list is the table of contents, and what `install` and the lint go by.
PROGRAMS = supervise/supervise scan/svscan scan/svscanboot logger/svlogd logger/multilog filter/tai64n \
           filter/tai64nlocal svlog/svlog filter/svout filter/syslogtap \
           sv/sv client/svc client/svstat client/svok client/svup client/svwait probe/probe \
           chain/chpst chain/setuidgid chain/envuidgid chain/envdir chain/softlimit chain/setlock \
           chain/pgrphack chain/fghack chain/setuser chain/envini filter/readproctitle timer/timer await/await \
           jail/jail accept/accept init/stoker-init init/stoker-halt init/runit init/utmpset init/runsvchdir \
           systemd/stoker-systemctl systemd/stoker-journalctl $(LARGE)
# Tools for workstations, which contain what they need of the C++ library. They are not among the
# static programs, nor in the one for all.
LARGE = $(if $(filter static,$(LIBC)),,import/stoker-import)

# What `make install` adds for users of other suites: more names for programs, and programs
# that are installed only then. COMPAT lists the suites, separated by commas:
# `runit,daemontools`, `all` or `none`.
# `all` does not include `init` and `systemd`: on any machine but an appliance, `reboot`,
# `systemctl` and the like belong to another init. So they are not in build/bin either, which
# developers have in PATH, but in build/init-bin.
SUITES           = runit daemontools ipsvd ucspi s6
LINKS_runit      = runsv:supervise runsvdir:svscan runit-init:runit
LINKS_ipsvd      = tcpsvd:accept
LINKS_ucspi      = tcpserver:accept
LINKS_s6         = s6-ipcserver:accept
LINKS_init       = poweroff:stoker-halt reboot:stoker-halt halt:stoker-halt
LINKS_systemd    = systemctl:stoker-systemctl journalctl:stoker-journalctl
OF_MACHINE       = $(LINKS_init) $(LINKS_systemd)
ONLY_daemontools = svscanboot
ONLY_systemd     = stoker-systemctl stoker-journalctl
COMPAT          ?= runit

VERSION  := $(shell sed -n 's,.*version\[\] = "\(.*\)".*,\1,p' src/base/version.hh)
PREFIX   ?= /usr/local
BINDIR   ?= $(PREFIX)/bin
DATADIR  ?= $(PREFIX)/share
MANDIR   ?= $(DATADIR)/man
PLATFORM ?= linux
# LIBC=shared: link with the system's C library; static: link statically; auto: some statically.
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
# With musl if it is installed; see .make/static.
ifeq ($(LIBC),static)
include $B/static.mk
$B/static.mk: .make/static .make/musl.hh
	@mkdir -p $(@D) && .make/static $(@D) $(CXX) $(CC) >$@
SECTIONS += -fno-pie -DSTATIC_PROGRAM
SMALL    += -static -no-pie -Wl,-z,norelro
endif

# Code for one platform is in files named *_PLATFORM.cc.
OTHERS    = $(filter-out $(PLATFORM),linux posix)
SOURCES   = $(sort $(filter-out %_$(OTHERS).cc $(if $(LARGE),,src/import/%),$(wildcard src/*/*.cc)))
# Programs without a source file are left out.
MAINS     = $(wildcard $(PROGRAMS:%=src/%.cc))
NAMES     = $(notdir $(MAINS:.cc=))
LIBOBJS   = $(patsubst %.cc,$B/%.o,$(filter-out $(PROGRAMS:%=src/%.cc),$(SOURCES)))
SMALLS    = $(filter-out $(LARGE:%=src/%.cc),$(MAINS))
UNFIT     = $(LARGE:%=src/%.cc) src/chain/% src/jail/% src/accept/% src/timer/% src/await/% src/filter/readproctitle.cc src/svlog/svlog.cc src/init/utmpset.cc \
            src/systemd/stoker-journalctl.cc
ALONE     = $(if $(HAS_MUSL),$(notdir $(basename $(filter-out $(UNFIT),$(MAINS)))))
HERE      = $(foreach name,$(NAMES),$(filter %:$(name),$1))
ALL_LINKS = $(foreach suite,$(SUITES) init systemd,$(LINKS_$(suite)))
NAME_OF   = $(firstword $(subst :, ,$1))
ALIASES   = $(foreach link,$(call HERE,$(ALL_LINKS)),$B/$(if $(filter $(link),$(OF_MACHINE)),init-)bin/$(call NAME_OF,$(link)))

# One short line for each file: `  CXX  supervise/policy.cc`. V=1 shows the commands instead, and
# -s nothing.
LOUD   = $(filter-out 0,$(V))
QUIET := $(findstring s,$(filter-out --%,$(firstword -$(MAKEFLAGS))))
Q      = $(if $(LOUD),,@)
SAY    = $(if $(LOUD)$(QUIET),,$(info $(space) $1  $2))
space := $(empty) $(empty)

# What to do next, once all that was asked for is done.
SAY_LAST = $(if $(QUIET)$(filter-out 0,$(MAKELEVEL)),,@printf '%s\n' $($1))
BUILT    = "Built in $B/bin. Next: make demo shows what they do, sudo make install installs them."
all: $(NAMES:%=$B/bin/%) $(ALIASES)  ## build every program into build/bin/
	$(if $(filter all,$(or $(MAKECMDGOALS),all)),$(call SAY_LAST,BUILT))

# Most of a file is the standard library's headers. Read once for all, they take half the time.
HEADERS = algorithm array chrono optional span string_view
COMMON  = $(if $(findstring clang,$(CXX)),,$B/common/std.hh)
$B/%.o: %.cc Makefile | $(COMMON:=.gch)
	$(call SAY,CXX,$(<:src/%=%))
	@mkdir -p $(@D)
	$(Q)$(COMPILE) $(addprefix -include ,$(or $(COMMON),$(PRELUDE))) -MMD -MP -c -o $@ $<
$B/common/std.hh.gch: Makefile
	@mkdir -p $(@D)
	$(Q)printf '#include <%s>\n' $(HEADERS) >$(@:.gch=)
	$(Q)$(COMPILE) $(PRELUDE:%=-include %) -x c++-header -o $@ $(@:.gch=)

$B/libstoker.a: $(LIBOBJS)
	$(call SAY,AR ,$@)
	@rm -f $@
	$(Q)$(AR) rcs $@ $^

# Linked by the C compiler on purpose: code that needs libstdc++ at run time (new,
# std::string, exceptions) is a link error, not a new dependency.
LINKED = $(call SAY,LD ,$@)$(Q)mkdir -p $(@D) && $(CC) $(CXXFLAGS) $(SMALL) $(LDFLAGS) -o $@ $^
define program
$B/$(if $(filter $(notdir $1),$(ALONE)),shared,bin)/$(notdir $1): $B/src/$1.o $B/libstoker.a
	$$(LINKED)
endef
$(foreach p,$(MAINS:src/%.cc=%),$(eval $(call program,$p)))
$(LARGE:import/%=$B/bin/%): CC = $(CXX) -static-libstdc++ -static-libgcc

# With musl-gcc, long-running and frequently used programs are linked statically: they start
# faster and take less memory. Not those that look up users, since the system's C library
# supports more than /etc/passwd; not svlog and journalctl, which need its regular expressions, and not
# utmpset, which needs its format of utmp.
$(ALONE:%=$B/bin/%): $B/bin/%: $B-static/bin/%
	@mkdir -p $(@D) && ln -f $< $@
$(ALONE:%=$B-static/bin/%): alone ;
alone:
	@$(MAKE) --no-print-directory LIBC=static B=$B-static $(ALONE:%=$B-static/bin/%)

$(ALIASES): | $(NAMES:%=$B/bin/%)
	$(call SAY,LN ,$@)
	@mkdir -p $(@D)
	$(Q)ln -sf $(if $(findstring init-bin/,$@),../bin/)$(patsubst $(@F):%,%,$(filter $(@F):%,$(ALL_LINKS))) $@

static:                     ## build every program without shared libraries into build-static/bin/
	@$(MAKE) --no-print-directory all LIBC=static

# All programs in one executable, which selects one by argv[0].
OBJCOPY ?= objcopy
COMMA    = ,
CALLED   = $(foreach name,$(notdir $(SMALLS:.cc=)) $(notdir $(ALIASES)),$B/multicall/$(name))
multicall: $(CALLED)        ## build one program with links for all names into build/multicall/
$(CALLED): | $B/multicall/stoker
	$(call SAY,LN ,$@)
	$(Q)ln -sf stoker $@
$B/multicall/stoker: $B/src/stoker.o $(SMALLS:src/%.cc=$B/main/%.o) $B/libstoker.a
	$(LINKED)
$B/main/%.o: $B/src/%.o
	@mkdir -p $(@D)
	$(Q)$(OBJCOPY) --redefine-sym main=$(call mainname,$(notdir $*)) $< $@
mainname = $(subst -,_,$1)_main
$B/src/stoker.o: private DEFINES += -D'PROGRAMS(X)=$(foreach name,$(notdir $(SMALLS:.cc=)),X($(name),$(call mainname,$(name))))' \
  -D'LINKS(X)=$(foreach link,$(call HERE,$(ALL_LINKS)),X($(call NAME_OF,$(link)),$(call mainname,$(lastword $(subst :, ,$(link))))))'

demo: all                   ## show what it does, in a temporary directory
	@PATH="$(abspath $B)/bin:$$PATH" tests/demo
format:                     ## lay out all source files with clang-format
	clang-format -i $(CODE)

include .make/tests.mk
include .make/release.mk

MANUALS  = $(wildcard man/*.[1-8])
ASKED    = $(filter-out none,$(subst $(COMMA), ,$(COMPAT)))
UNKNOWN  = $(filter-out all init systemd $(SUITES),$(ASKED))
CHOSEN   = $(filter init systemd,$(ASKED)) $(if $(filter all,$(ASKED)),$(SUITES),$(filter-out init systemd,$(ASKED)))
LINKS    = $(call HERE,$(foreach suite,$(CHOSEN),$(LINKS_$(suite))))
LEFT_OUT = $(foreach suite,$(filter-out $(CHOSEN),$(SUITES) systemd),$(ONLY_$(suite)))
WANTED   = $(filter-out $(LEFT_OUT),$(NAMES))
WANTED_MANUALS = $(filter-out $(LEFT_OUT:%=man/%.8),$(MANUALS))
suites_are_known = $(if $(UNKNOWN),$(error COMPAT: there is no $(UNKNOWN), only: $(SUITES), init, systemd, all, none))
binary   = $(DESTDIR)$(BINDIR)/$1
manual   = $(DESTDIR)$(MANDIR)/man$(subst .,,$(suffix $1))/$(notdir $1)
LARGE_HERE = $(LARGE:import/%=$B/bin/%)
# Shells load what completes a program's words from a file with the program's name.
COMPLETED   = sv svlog svscan
COMPLETIONS = $(foreach name,$(COMPLETED),stoker.bash:bash-completion/completions/$(name) stoker.fish:fish/vendor_completions.d/$(name).fish) \
              _stoker:zsh/site-functions/_stoker
completion  = $(DESTDIR)$(DATADIR)/$(lastword $(subst :, ,$1))
install: $(if $(MULTICALL),multicall $(LARGE_HERE),all)  ## install programs, links, manuals and completions (PREFIX DESTDIR BINDIR DATADIR MANDIR COMPAT MULTICALL)
	$(suites_are_known)$(Q)mkdir -p $(call binary) $(sort $(dir $(foreach page,$(MANUALS),$(call manual,$(page)))))
	$(call SAY,INSTALL,$(call binary))
	$(Q)install -m 755 $(if $(MULTICALL),$B/multicall/stoker $(LARGE_HERE),$(WANTED:%=$B/bin/%)) $(call binary)
	$(Q)for name in $(if $(MULTICALL),$(filter-out $(notdir $(LARGE)),$(WANTED))); do ln -sf stoker $(call binary,$$name); done
	$(call SAY,INSTALL,$(DESTDIR)$(MANDIR))
	$(Q)$(foreach page,$(WANTED_MANUALS),install -m 644 $(page) $(call manual,$(page)) &&) true
	$(Q)mkdir -p $(sort $(foreach file,$(COMPLETIONS),$(dir $(call completion,$(file)))))
	$(Q)$(foreach file,$(COMPLETIONS),install -m 644 src/sv/completion/$(firstword $(subst :, ,$(file))) $(call completion,$(file)) &&) true
	$(Q)for link in $(LINKS); do ln -sf $${link#*:} $(call binary,$${link%:*}) && \
	  ln -sf $${link#*:}.8 $(DESTDIR)$(MANDIR)/man8/$${link%:*}.8; done
	$(call SAY_LAST,INSTALLED)
INSTALLED = "Installed $(words $(WANTED)) programs$(if $(strip $(LINKS)), and $(words $(LINKS)) names of other suites,) in $(DESTDIR)$(BINDIR)," \
  "with manuals in $(DESTDIR)$(MANDIR) and completions for bash, fish and zsh in $(DESTDIR)$(DATADIR)." \
  "Next: man stoker, to make a service; sv upgrade, for a tree that runs already."
uninstall:                  ## remove what install has installed
	$(suites_are_known)$(Q)rm -f $(foreach page,$(WANTED_MANUALS),$(call manual,$(page))) $(foreach name,$(WANTED),$(call binary,$(name))) $(call binary,stoker) $(foreach file,$(COMPLETIONS),$(call completion,$(file)))
	$(Q)for link in $(LINKS); do rm -f $(call binary,$${link%:*}) $(DESTDIR)$(MANDIR)/man8/$${link%:*}.8; done
clean:                      ## remove what was built
	rm -rf build build-* compile_commands.json stoker-*.tar.gz
help:                       ## print this list
	@sed -n 's/^\([a-z._-]*\):.*  *## /\1	/p' Makefile .make/tests.mk .make/release.mk | expand -t 24

-include $(shell find $B $B-odr $T \( -path '*/debian' -o -path '*/deb' \) -prune -o -name '*.d' -type f -print 2>/dev/null)

.DELETE_ON_ERROR:
.PHONY: all test-programs debian image packages faults storm check check-unit check-integration check-bare run-all run-integration build-all demo \
        asan coverage fuzz bench lint lint-all lint-O0 whole-program format install uninstall dist deb clean help alone static static-multicall multicall $(RUNS) $(LINTS)
