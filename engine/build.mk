# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The devcap authors
#
# devcap-engine (C and the component host's staticlib) and devcap-compile. Two cargo
# invocations: cargo unifies features, and the engine must not get a compiler.
ENGINE_C := $(addprefix engine/,grants.c i2c.c main.c options.c timing.c)
ENGINE_O := $(ENGINE_C:%.c=$(BUILD)/obj/%.o)
ENGINE_LIB := $(CACHE)/target-engine/release/libdevcap_component.a
COMPILE_BIN := $(CACHE)/target-compile/release/devcap-compile
CARGO ?= cargo
# A user's flags would replace those of the shipped build.
CARGO_BUILD = env -u RUSTFLAGS -u CARGO_ENCODED_RUSTFLAGS $(CARGO) build --release --locked $(if $(V),-v,-q)

ENGINE_RUST := $(wildcard engine/component/src/*.rs engine/component/src/*/*.rs) \
	       engine/component/Cargo.toml engine/component/Cargo.lock \
	       engine/component/cargo-config.toml
COMPILE_RUST := $(wildcard engine/compile/src/*.rs) engine/component/src/config.rs \
		engine/compile/Cargo.toml engine/compile/Cargo.lock

all: $(BUILD)/devcap-engine $(BUILD)/devcap-compile

# Both take minutes from an empty cache.
$(ENGINE_LIB): $(ENGINE_RUST)
	@echo "  CARGO   $(@F)"
	$(Q)$(CARGO_BUILD) --config engine/component/cargo-config.toml \
		--manifest-path engine/component/Cargo.toml \
		--target-dir $(CACHE)/target-engine
	@touch $@

$(COMPILE_BIN): $(COMPILE_RUST)
	@echo "  CARGO   $(@F)"
	$(Q)$(CARGO_BUILD) --manifest-path engine/compile/Cargo.toml \
		--target-dir $(CACHE)/target-compile
	@touch $@

# Static, for the dynamic loader alone takes longer than all else that happens between
# execve and main. The linker warns of getaddrinfo, which guests can't reach.
$(BUILD)/devcap-engine: $(ENGINE_O) $(ENGINE_LIB)
	@echo "  LD      $@"
	$(Q)$(CC) $(CFLAGS) $(HARDENING) $(LDFLAGS) -static-pie -Wl,-z,relro,-z,now \
		-Wl,-z,pack-relative-relocs -Wl,--gc-sections -Wl,-O1 -Wl,--no-warnings -s \
		-o $@ $(ENGINE_O) $(ENGINE_LIB) -lm

$(BUILD)/devcap-compile: $(COMPILE_BIN)
	@mkdir -p $(@D)
	$(Q)install -m 755 $< $@
