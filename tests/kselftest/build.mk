# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The devcap authors
#
# One program for each file here, named after a law. The harness is the kernel's own and
# stays outside the tree: from the source that scripts/kernel unpacked, or Debian's package.
KSELFTEST_INCLUDE ?= $(CACHE)/kselftest
KSELFTEST_HEADERS := kselftest_harness.h kselftest.h
KSELFTEST_SOURCE := $(CACHE)/kernels/source-6.12
KSELFTEST_TARBALL := /usr/src/linux-source-6.12.tar.xz
KSELFTESTS := $(patsubst tests/kselftest/%.c,%,$(wildcard tests/kselftest/*.c))
KSELFTEST_OBJECTS := $(KSELFTESTS:%=$(BUILD)/obj/tests/kselftest/%.o)
KSELFTEST_LIB := $(addprefix $(BUILD)/obj/tests/lib/,ledger.o operation.o sim.o stall.o)

all: $(KSELFTESTS:%=$(BUILD)/tests/kselftest/%)

$(KSELFTEST_INCLUDE)/kselftest_harness.h:
	@echo "  FETCH   kselftest_harness.h (unpacking the kernel's source: half a minute)"
	$(Q)mkdir -p $(@D); new=$$(mktemp -d $(@D)/XXXXXX); trap 'rm -rf $$new' EXIT; \
	tarball=$(KSELFTEST_TARBALL); \
	if [ -e $(KSELFTEST_SOURCE)/.complete ]; then \
		cp $(KSELFTEST_HEADERS:%=$(KSELFTEST_SOURCE)/tools/testing/selftests/%) $$new; \
	else \
		[ -e $$tarball ] || { (cd $$new && apt-get -qq download linux-source-6.12 && \
			dpkg-deb -x linux-source-*.deb .) && tarball=$$new$$tarball; } && \
		tar -xf $$tarball -C $$new --strip-components=4 \
			$(KSELFTEST_HEADERS:%=linux-source-6.12/tools/testing/selftests/%); \
	fi && mv $(KSELFTEST_HEADERS:%=$$new/%) $(@D)

# The harness's EXPECT is a loop that gcc thinks may go round again.
$(KSELFTEST_OBJECTS): CFLAGS += -Wno-missing-field-initializers -Wno-array-bounds \
	-Wno-format-overflow -isystem $(KSELFTEST_INCLUDE)
$(KSELFTEST_OBJECTS): | $(KSELFTEST_INCLUDE)/kselftest_harness.h

$(BUILD)/tests/kselftest/libi2c: KSELFTEST_LIBS := -li2c
$(BUILD)/tests/kselftest/same_abi: $(addprefix $(BUILD)/obj/tests/lib/,twin.o twin_file.o)
$(KSELFTESTS:%=$(BUILD)/tests/kselftest/%): $(BUILD)/tests/kselftest/%: \
		$(BUILD)/obj/tests/kselftest/%.o $(KSELFTEST_LIB)
	@mkdir -p $(@D)
	@echo "  LD      $@"
	$(Q)$(CC) $(LDHARDENING) -pthread -o $@ $^ $(KSELFTEST_LIBS)
