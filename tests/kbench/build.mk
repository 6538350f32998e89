# SPDX-License-Identifier: GPL-2.0-only
# SPDX-FileCopyrightText: 2026 The devcap authors
all: $(BUILD)/tests/kbench

$(BUILD)/obj/tests/kbench/%.o: CFLAGS += -iquote tests/lib

$(BUILD)/tests/kbench: $(BUILD)/obj/tests/kbench/kbench.o $(BUILD)/obj/tests/lib/ledger.o \
		       $(BUILD)/obj/tests/lib/sim.o
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDHARDENING) -o $@ $^
