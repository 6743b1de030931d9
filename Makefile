# SPDX-License-Identifier: ISC
# Stoker. `make help` lists the targets; tests/README.md tells how to work on it.
-include config.mk

# Every program is one file with a main(), named after the program: folder/program.
# This list is the table of contents, and what `install` and the lint go by.
PROGRAMS = supervise/supervise scan/svscan log/svlogd \
           control/sv control/svc control/svstat control/svok control/svup control/svwait

PREFIX   ?= /usr/local
BINDIR   ?= $(PREFIX)/bin
MANDIR   ?= $(PREFIX)/share/man
PLATFORM ?= linux
B        ?= $(if $(filter linux,$(PLATFORM)),build,build-$(PLATFORM))

CXXFLAGS ?= -Os
WARNINGS  = -Wall -Wextra -Wshadow -Wconversion -Wold-style-cast -Wswitch-enum -Wno-missing-field-initializers
LANGUAGE  = -std=c++20 -fno-exceptions -fno-rtti -fno-threadsafe-statics
SECTIONS  = -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables
DEFINES   = -D_GNU_SOURCE -Isrc

# What only one platform has sits in files named *_PLATFORM.cc.
OTHERS    = $(filter-out $(PLATFORM),linux posix)
SOURCES   = $(sort $(filter-out %_$(OTHERS).cc,$(wildcard src/*/*.cc)))
# Programs whose source is not there yet are left out.
MAINS     = $(wildcard $(PROGRAMS:%=src/%.cc))
NAMES     = $(notdir $(MAINS:.cc=))
LIBOBJS   = $(patsubst %.cc,$B/%.o,$(filter-out $(PROGRAMS:%=src/%.cc),$(SOURCES)))

all: $(NAMES:%=$B/bin/%)    ## build every program into build/bin/

$B/%.o: %.cc Makefile
	@mkdir -p $(@D)
	$(CXX) $(LANGUAGE) $(WARNINGS) $(SECTIONS) $(DEFINES) $(CPPFLAGS) $(CXXFLAGS) -MMD -MP -c -o $@ $<

$B/libstoker.a: $(LIBOBJS)
	@rm -f $@
	$(AR) rcs $@ $^

# Linked by the C compiler on purpose: anything that needs libstdc++ at run time
# (new, std::string, exceptions) is a link error, not a new dependency.
define program
$B/bin/$(notdir $1): $B/src/$1.o $B/libstoker.a
	@mkdir -p $$(@D)
	$$(CC) $$(CXXFLAGS) -Wl,--gc-sections $$(LDFLAGS) -o $$@ $$^
endef
$(foreach p,$(MAINS:src/%.cc=%),$(eval $(call program,$p)))

clean:                      ## remove what was built
	rm -rf build build-*

-include $(shell find $B -name '*.d' 2>/dev/null)

.DELETE_ON_ERROR:
.PHONY: all clean
