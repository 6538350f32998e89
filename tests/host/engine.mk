# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The devcap authors
#
# Host tests of the engine: what they need and where they run from.
ENGINE_DOUBLE_O := $(filter-out %/i2c.o,$(ENGINE_O)) $(BUILD)/obj/tests/host/engine_double.o

all: $(addprefix $(BUILD)/tests/host/,engine engine_i2c) $(BUILD)/tests/engine-start

$(BUILD)/tests/engine-double: $(ENGINE_DOUBLE_O) $(ENGINE_LIB)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(HARDENING) $(LDFLAGS) $(LDHARDENING) -static-libgcc \
		-Wl,--gc-sections -o $@ $(ENGINE_DOUBLE_O) $(ENGINE_LIB) -lm

$(BUILD)/tests/host/engine: tests/host/engine.sh $(BUILD)/tests/engine-double \
		$(BUILD)/devcap-engine $(BUILD)/devcap-compile
	@mkdir -p $(@D)
	$(Q)install -m 755 $< $@

$(BUILD)/tests/host/engine_i2c: $(BUILD)/obj/tests/host/engine_i2c.o $(BUILD)/obj/engine/i2c.o
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) $(LDHARDENING) -Wl,--wrap=ioctl -o $@ $^

# Static, for it is its own empty program.
$(BUILD)/tests/engine-start: $(BUILD)/obj/tests/host/engine_start.o
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) -static-pie -o $@ $^

# The unit tests in engine/component, built like the shipped staticlib; not by `make` alone,
# for they take a minute to build.
$(BUILD)/tests/engine-rust: $(ENGINE_RUST)
	@echo "  CARGO   engine-rust"
	@mkdir -p $(@D)
	$(Q)bin=$$($(CARGO) test --release --locked -q --no-run --message-format=json \
		--config engine/component/cargo-config.toml \
		--manifest-path engine/component/Cargo.toml \
		--target-dir $(CACHE)/target-engine | \
		sed -n 's/.*"executable":"\([^"]*\)".*/\1/p') && install -m 755 $$bin $@

$(BUILD)/tests/host/engine_rust: tests/host/engine_rust.sh $(BUILD)/tests/engine-rust
	@mkdir -p $(@D)
	$(Q)install -m 755 $< $@
