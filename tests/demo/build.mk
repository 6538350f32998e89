# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The devcap authors
all: $(BUILD)/tests/poke

$(BUILD)/tests/poke: $(BUILD)/obj/tests/demo/poke.o
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDHARDENING) -o $@ $^
