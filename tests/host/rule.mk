# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The devcap authors
#
# kmod/rule.c without a kernel, under ASan and UBSan (objects by broker.mk's rule).
# Tests run in the order of their objects: the table of reasons met comes last.
RULE_TEST_OBJECTS := $(addprefix $(BUILD)/obj-asan/,$(addprefix tests/host/rule,.o _wire.o _narrow.o \
	_judge.o _random.o) tests/host/tap.o tests/lib/ledger.o kmod/rule.o kmod/reason.o)

all: $(BUILD)/tests/host/rule

$(BUILD)/tests/host/rule: $(RULE_TEST_OBJECTS)
	@mkdir -p $(@D)
	@echo "  LD      $@"
	$(Q)$(CC) -fsanitize=address,undefined -o $@ $^
