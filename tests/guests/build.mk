# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The devcap authors
#
# Guests in C: bindings from wit/guests, a core module, and a component of it with the
# adapter that its kind needs: program, library, or none where it prints nothing.
GUESTS_PROGRAMS := thermometer bench-i2c
GUESTS_BARE := exercise get-temperature
GUESTS := $(GUESTS_PROGRAMS) $(GUESTS_BARE)

GUEST_CC ?= clang-19
GUEST_CFLAGS := --target=wasm32-wasi -std=gnu11 -O2 -Wall -Wextra -Wl,--strip-debug
GUEST_TOOLS := $(CACHE)/tools/bin
GUEST_DIR := $(BUILD)/obj/tests/guests
GUEST_WIT := $(wildcard wit/guests/*.wit wit/guests/deps/*.wit wit/i2c/*.wit)

all: $(GUESTS:%=$(BUILD)/guests/%.wasm)

# What wit-bindgen names after a world has underscores.
guest_c = $(GUEST_DIR)/$(1)/$(subst -,_,$(1))

$(GUEST_TOOLS)/wit-bindgen $(GUEST_TOOLS)/wasm-tools:
	@echo "$@ is missing: scripts/setup builds it" >&2; exit 1

define guest_bindings
$(call guest_c,$(1)).c: $(GUEST_WIT) | $(GUEST_TOOLS)/wit-bindgen
	@mkdir -p $$(@D)
	$$(Q)$$(GUEST_TOOLS)/wit-bindgen c wit/guests --world $(1) --out-dir $$(@D) >$$(@D)/log 2>&1 || \
		{ cat $$(@D)/log; exit 1; }

$(GUEST_DIR)/$(1)/core.wasm: tests/guests/$(1).c tests/guests/lm75.h $(call guest_c,$(1)).c
	@echo "  GUEST   $(1)"
	$$(Q)$$(GUEST_CC) $$(GUEST_CFLAGS) $(2) -I$(GUEST_DIR)/$(1) -o $$@ tests/guests/$(1).c \
		$(call guest_c,$(1)).c $(call guest_c,$(1))_component_type.o
endef
$(foreach g,$(GUESTS_PROGRAMS),$(eval $(call guest_bindings,$(g),)))
$(foreach g,$(GUESTS_BARE),$(eval $(call guest_bindings,$(g),-mexec-model=reactor)))

$(GUEST_DIR)/command.wasm: tests/guests/adapter/src/main.rs tests/guests/adapter/Cargo.lock
	@mkdir -p $(@D)
	$(Q)$(CARGO) run -q --locked --manifest-path tests/guests/adapter/Cargo.toml \
		--target-dir $(CACHE)/target-adapter -- command >$@

$(GUESTS_PROGRAMS:%=$(BUILD)/guests/%.wasm): $(BUILD)/guests/%.wasm: $(GUEST_DIR)/%/core.wasm \
		$(GUEST_DIR)/command.wasm
	@mkdir -p $(@D)
	$(Q)$(GUEST_TOOLS)/wasm-tools component new $< --adapt wasi_snapshot_preview1=$(GUEST_DIR)/command.wasm -o $@

$(GUESTS_BARE:%=$(BUILD)/guests/%.wasm): $(BUILD)/guests/%.wasm: $(GUEST_DIR)/%/core.wasm
	@mkdir -p $(@D)
	$(Q)$(GUEST_TOOLS)/wasm-tools component new $< -o $@
