# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The devcap authors
#
# Host tests of the broker, with its own sources under ASan and UBSan. The server's run
# against a ledger in memory (fake_ledger.c): no module, no root needed.
BROKER_TESTS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/host/broker_*.c))
BROKER_SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=undefined
BROKER_TEST_LIBS := -lsystemd -ljansson -lcrypto

all: $(BROKER_TESTS)

$(BUILD)/obj-asan/%.o: %.c
	@mkdir -p $(@D)
	$(Q)$(CC) -Ibroker -Itests/host $(filter-out -O2,$(CFLAGS)) -O1 $(BROKER_SANITIZE) -MMD -MP \
		-c -o $@ $<

-include $(shell find $(BUILD)/obj-asan -name '*.d' 2>/dev/null)

BROKER_TEST_COMMON := $(addprefix $(BUILD)/obj-asan/,tests/host/tap.o broker/error.o broker/spec.o broker/message.o \
	broker/adapter.o broker/history.o broker/report.o broker/field.o broker/launch.o kmod/rule.o kmod/reason.o)
BROKER_TEST_SERVER := $(addprefix $(BUILD)/obj-asan/,broker/server.o broker/client.o \
	broker/request.o broker/mint.o broker/guest.o tests/host/fake_ledger.o)

$(BUILD)/tests/host/broker_server: $(BROKER_TEST_SERVER)
$(BUILD)/tests/host/broker_server: BROKER_LINK := -Wl,--wrap=adapter_open,--wrap=getsockopt
$(BROKER_TESTS): $(BUILD)/tests/host/%: $(BUILD)/obj-asan/tests/host/%.o $(BROKER_TEST_COMMON)
	@mkdir -p $(@D)
	@echo "  LD      $@"
	$(Q)$(CC) $(BROKER_SANITIZE) $(BROKER_LINK) -o $@ $^ $(BROKER_TEST_LIBS)

all: $(BUILD)/tests/host/broker_cache
$(BUILD)/tests/host/broker_cache: tests/host/broker_cache.sh $(BUILD)/devcap $(BUILD)/devcap-compile
	@mkdir -p $(@D)
	$(Q)install -m 755 $< $@

all: $(BUILD)/tests/host/broker_unit
$(BUILD)/tests/host/broker_unit: tests/host/broker_unit.sh $(BUILD)/devcapd
	@mkdir -p $(@D)
	$(Q)install -m 755 $< $@
