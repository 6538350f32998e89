# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The devcap authors
#
#   make                    everything in user space, into build/
#   make modules KDIR=DIR   the modules for one kernel, into build/modules/RELEASE/
#   make check              formatters, linters, licences
#   make install            the product, under DESTDIR and PREFIX
#
# Each folder has its own build.mk; objects stay out of the source tree.
MAKEFLAGS += --no-builtin-rules
SHELL := /bin/bash

BUILD ?= build
CACHE ?= $(if $(XDG_CACHE_HOME),$(XDG_CACHE_HOME),$(HOME)/.cache)/devcap
KDIR ?= /lib/modules/$(shell uname -r)/build
PREFIX ?= /usr
LIBEXECDIR ?= $(PREFIX)/libexec/devcap
VERSION := 0.1.0

Q := $(if $(V),,@)
CFLAGS ?= -O2 -g
CFLAGS += -std=gnu11 -Wall -Wextra -Wno-unused-parameter -D_GNU_SOURCE -Ikmod -Ikmod/uapi \
	  -DDEVCAP_VERSION='"$(VERSION)"' -DDEVCAP_LIBEXECDIR='"$(LIBEXECDIR)"'
HARDENING := -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE
LDHARDENING := -pie -Wl,-z,relro,-z,now

all:
.PHONY: all modules check clean install
.DELETE_ON_ERROR:

-include scripts/versions
include $(wildcard engine/build.mk broker/build.mk tests/build.mk)

# Objects of C files anywhere in the tree: build/obj/PATH.o
$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(HARDENING) -MMD -MP -c -o $@ $<

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)

# External modules are built where their sources are, so each kernel gets a tree
# of links to them.
MODULE_DIRS := $(patsubst %/Kbuild,%,$(wildcard kmod/Kbuild tests/*/Kbuild))
MODULE_SOURCES := $(foreach d,$(MODULE_DIRS),$(shell find $(d) -type f 2>/dev/null))
modules:
	$(Q)release=$$(sed -n "s/^.define UTS_RELEASE \"\(.*\)\"/\1/p" $(KDIR)/include/generated/utsrelease.h) && \
	tree=$(BUILD)/modules/$$release/tree && \
	for f in $(MODULE_SOURCES); do \
		mkdir -p $$tree/$$(dirname $$f); \
		[ -L $$tree/$$f ] || ln -sf $(CURDIR)/$$f $$tree/$$f; \
	done && find $$tree -xtype l -delete && \
	printf 'obj-m += %s\n' $(patsubst %,%/,$(MODULE_DIRS)) > $$tree/Kbuild && \
	$(MAKE) -C $(KDIR) M=$(CURDIR)/$$tree $(if $(V),,--no-print-directory) modules >$$tree/log 2>&1 || \
		{ grep -E 'error|warning|\*\*\*' $$tree/log | head -40 >&2; \
		  echo "make modules: all of it is in $$tree/log" >&2; exit 1; }; \
	grep -E 'warning:|error:' $$tree/log || true; \
	for ko in $$(find $$tree -name '*.ko'); do cp -u $$ko $(BUILD)/modules/$$release/; done

# What a package would hold. The module is built and installed by the kernel's own
# means: see README.
install: all
	install -D -m 755 -t $(DESTDIR)$(PREFIX)/bin $(BUILD)/devcap
	install -D -m 755 -t $(DESTDIR)$(PREFIX)/sbin $(BUILD)/devcapd
	install -D -m 755 -t $(DESTDIR)$(LIBEXECDIR) $(BUILD)/devcap-engine $(BUILD)/devcap-compile
	install -D -m 644 -t $(DESTDIR)$(LIBEXECDIR)/guests $(BUILD)/guests/bench-i2c.wasm
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/include/linux kmod/uapi/devcap.h
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/devcap/wit wit/i2c/*.wit
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/lib/udev/rules.d udev/60-devcap.rules
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/lib/systemd/system udev/devcapd.service udev/devcapd.socket
	install -D -m 644 udev/devcap-modules.conf $(DESTDIR)$(PREFIX)/lib/modules-load.d/devcap.conf
	install -D -m 644 udev/devcap-sysusers.conf $(DESTDIR)$(PREFIX)/lib/sysusers.d/devcap.conf

clean:
	rm -rf $(BUILD)

# What a reviewer would find first. Each part prints only what is wrong.
CHECKPATCH = $(CACHE)/kernels/source-6.12/scripts/checkpatch.pl
KERNEL_C := $(wildcard kmod/*.[ch] kmod/uapi/*.h tests/sim/*.[ch] tests/kbench/repeat.c)
# trace.h is written in its macros' own shape; user space has no BIT(); compat.h
# is where version conditions belong.
CHECKPATCH_FLAGS := --no-tree --strict --no-summary --terse --max-line-length=100 --show-types \
	--ignore FILE_PATH_CHANGES,CONSTANT_COMPARISON,EMBEDDED_FILENAME,UNCOMMENTED_DEFINITION \
	--ignore ARRAY_SIZE,BIT_MACRO,LINE_SPACING,LINUX_VERSION_CODE
.PHONY: check
check:
	$(Q)reuse lint >/dev/null || reuse lint
	$(Q)perl $(CHECKPATCH) $(CHECKPATCH_FLAGS) -f $(filter-out kmod/trace.h,$(KERNEL_C))
	$(Q)shellcheck -x scripts/common scripts/demo scripts/kernel scripts/lab scripts/setup scripts/test \
		tests/demo/show $(filter-out %.config %.awk,$(wildcard tests/shell/*.sh tests/lab/*))
	$(Q)for crate in engine/component engine/compile; do \
		cargo fmt --check --manifest-path $$crate/Cargo.toml || exit 1; done
	$(Q)for kernel in stock 6.12; do \
		$(MAKE) --no-print-directory modules KDIR=$(CACHE)/kernels/$$kernel/build || exit 1; done
