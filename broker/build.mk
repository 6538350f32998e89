# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The devcap authors
#
# devcapd and the devcap command. jansson: the protocol and --json; libsystemd: event
# loop, readiness, watchdog, socket activation; libcrypto: SHA-256 of components.
DEVCAPD_C := $(addprefix broker/,devcapd.c server.c client.c request.c mint.c guest.c \
	history.c ledger.c report.c field.c adapter.c spec.c message.c error.c) kmod/rule.c kmod/reason.c
DEVCAP_C := $(addprefix broker/,devcap.c $(notdir $(wildcard broker/command_*.c broker/bench*.c)) \
	cache.c digest.c launch.c grants.c connection.c report.c field.c adapter.c spec.c message.c \
	error.c) kmod/rule.c kmod/reason.c
DEVCAPD_O := $(DEVCAPD_C:%.c=$(BUILD)/obj/%.o)
DEVCAP_O := $(DEVCAP_C:%.c=$(BUILD)/obj/%.o)
DEVCAP_LIBS := -lm

all: $(BUILD)/devcapd $(BUILD)/devcap

$(BUILD)/devcapd: $(DEVCAPD_O)
	@echo "  LD      $@"
	$(Q)$(CC) $(CFLAGS) $(HARDENING) $(LDFLAGS) $(LDHARDENING) -o $@ $^ -lsystemd -ljansson

$(BUILD)/devcap: $(DEVCAP_O)
	@echo "  LD      $@"
	$(Q)$(CC) $(CFLAGS) $(HARDENING) $(LDFLAGS) $(LDHARDENING) -o $@ $^ -ljansson -lcrypto \
		$(DEVCAP_LIBS)
