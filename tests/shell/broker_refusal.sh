#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The devcap authors
# What is refused: it touches no bus, and the event stream says why. Who is refused.
# shellcheck disable=SC2016 # messages have backticks in them
set -uo pipefail
# shellcheck source=tests/shell/lib
. "$(dirname "$0")/lib"

test_a_write_without_the_right() {
	clear_bus
	try devcap exec --grant "$temp" -- poke 0x48 0x01 0xff
	expect 1
	expect_out 'Permission denied'
	expect_messages 0
	until_true has_event 'temp i2c-[0-9]*@0x48 of poke by pid [0-9]*: write of 2 bytes: the rule has no right to write'
}

test_another_address() {
	clear_bus
	try devcap exec --grant "$temp" -- poke 0x49 0x00
	expect 1
	expect_out 'Permission denied'
	expect_messages 0
	until_true has_event 'at 0x49: the rule is for another address'
}

test_another_register() {
	clear_bus
	try devcap exec --grant rom=i2c:sim@0x50,read,regs=0x00-0x0f -- poke 0x50 0x0f
	expect 1
	expect_out 'Permission denied'
	expect_messages 0
	until_true has_event 'registers 0x0f to 0x10: the read reaches a register'
	try devcap exec --grant rom=i2c:sim@0x50,read,regs=0x00-0x10 -- poke 0x50 0x0f
	expect 0
	expect_messages 2
}

test_a_register_that_may_only_be_read() {
	clear_bus
	try devcap exec --grant chip=i2c:sim@0x20,read,write,read-regs=0x00-0xff,write-regs=0x10 -- poke 0x20 0x11 0x05
	expect 1
	expect_out 'Permission denied'
	expect_messages 0
	try devcap exec --grant chip=i2c:sim@0x20,read,write,read-regs=0x00-0xff,write-regs=0x10 -- poke 0x20 0x10 0x05
	expect 0
	expect_messages 1
}

test_events_for_programs() {
	try devcap exec --grant "$temp" --name json -- poke 0x48 0x01 0xff
	until_true bash -c "devcap events --json | grep '\"guest\":\"json\"' | grep '\"type\":\"refused\"' | grep -q '\"reason\":\"write\"'"
}

test_events_are_followed() {
	devcap events --follow >"$work/events" &
	try devcap exec --grant "$temp" --name follower -- poke 0x48 0x01 0xff
	until_true grep -q 'refused .*follower' "$work/events"
	until_true grep -q 'quiet .*follower' "$work/events"
	kill %%
	wait
}

# The daemon's socket as somebody else sees it; the command must be readable to him.
as() {
	local groups=$1
	shift
	cp "$(command -v devcap)" "$work/devcap"
	chmod 755 "$work/devcap"
	setpriv --reuid 65534 --regid 65534 "$groups" "$work/devcap" "$@"
}
member=--groups=$(getent group devcap | cut -d: -f3)

test_strangers_can_not_even_connect() {
	try as --clear-groups exec --grant "$temp" -- true
	expect 125 'permission denied; only root and the group devcap may talk to devcapd'
	try as --clear-groups ps
	expect 125 'permission denied'
}

test_members_of_the_group_see_but_get_nothing() {
	try as "$member" ps
	expect 0
	try as "$member" events
	expect 0
	clear_bus
	try as "$member" exec --grant "$temp" -- true
	expect 125 'only root may do that until a policy file exists (you are user 65534)'
	try as "$member" revoke --all
	expect 1 'revoke: only root may do that until a policy file exists'
	expect_messages 0
}

test_a_module_that_is_not_loaded() {
	local module daemon
	if [ "${DEVCAP_LAB:-}" = uml-debug ]; then
		skip "KASAN in user-mode Linux reports the second load of any module"
		return
	fi
	module=$(dirname "$(command -v devcap)")/modules/$(uname -r)/devcap.ko
	for daemon in $(pgrep -x devcapd); do kill "$daemon"; done
	until_true rmmod devcap
	try devcapd
	expect 125 'devcapd: /dev/devcap: the kernel module devcap is not loaded; `modprobe devcap`'
	try devcap ps
	expect 125 'devcapd is not running'
	insmod "$module" || fail "insmod $module"
	# Not of this shell's jobs: it is the lab's daemon from now on.
	setsid devcapd </dev/null >/dev/null 2>&1 &
	disown
	until_true devcap ps
}

all_tests
