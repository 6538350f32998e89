#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The devcap authors
# Revocation, leases, budgets, and the daemon's own end.
# shellcheck disable=SC2016 # messages have backticks in them
set -uo pipefail
# shellcheck source=tests/shell/lib
. "$(dirname "$0")/lib"

# watch_guest: a guest that reads all the time, as the background job $guest.
watch_guest() {
	devcap run "$thermometer" --grant "$temp$1" -- --watch 50 >"$work/watch" 2>&1 &
	guest=$!
	until_true grep -q C "$work/watch"
}

# The guest ended by itself, having seen its device go.
expect_guest_gone() {
	status=0
	wait "$guest" || status=$?
	err=$(<"$work/watch")
	expect 3 gone
}

test_revoke_under_a_running_guest() {
	watch_guest ''
	try devcap revoke temp
	expect 0
	expect_out 'revoked 1 capability'
	clear_bus
	expect_guest_gone
	expect_messages 0
}

test_revoke_by_id() {
	watch_guest ''
	try devcap revoke "$(devcap ps | awk '$2 == "temp" { print $1 }')"
	expect 0
	expect_guest_gone
}

test_revoke_of_what_is_not_there() {
	try devcap revoke 999999
	expect 1 'capability 999999 not found; `devcap ps` shows those that live'
	try devcap revoke temp
	expect 1 'capability `temp` not found'
	try devcap revoke --all
	expect 0
	expect_out 'revoked 0 capabilities'
}

test_revoke_all() {
	devcap exec --grant "$temp" -- sleep 60 &
	devcap exec --grant rom=i2c:sim@0x50,read -- sleep 60 &
	until_true lives temp
	until_true lives rom
	try devcap revoke --all
	expect 0
	expect_out 'revoked 2 capabilities'
	nothing_left || fail "still there: $(devcap ps; devcap list)"
	# shellcheck disable=SC2046
	kill $(jobs -p)
	wait
}

test_a_dead_descriptor_that_is_kept_open_holds_no_claim() {
	devcap exec --grant "$temp" -- sleep 60 &
	until_true lives temp
	try devcap revoke temp
	expect 0
	try devcap run "$thermometer" --grant "$temp"
	expect 0
	kill %%
	wait
}

# A transfer that stays on the wire until `fault none`.
hold_the_bus() {
	clear_bus
	echo fault stretch >$sim/control
	devcap exec --grant "$temp" -- poke 0x48 0 >"$work/poke" 2>&1 &
	until_true grep -qv '^0$' $sim/count
}

test_revoke_waits_for_the_transfer_and_the_daemon_does_not() {
	hold_the_bus
	devcap revoke temp >"$work/revoke" &
	# The daemon answers others while the transfer is on the wire.
	until_true bash -c 'devcap ps | grep -q dying'
	sleep 0.3
	[ ! -s "$work/revoke" ] || fail "revoke returned while the transfer was on the wire"
	echo fault none >$sim/control
	wait
	grep -q 'revoked 1' "$work/revoke" || fail "revoke said $(<"$work/revoke")"
	nothing_left || fail "left: $(devcap ps; devcap list)"
}

test_nowait_does_not_wait() {
	hold_the_bus
	try devcap revoke temp --nowait
	expect 0
	expect_out 'revoked 1'
	try devcap ps
	expect_out 'dying (revoked)'
	echo fault none >$sim/control
	wait
}

test_a_second_revoke_waits_too() {
	hold_the_bus
	devcap revoke temp --nowait >/dev/null
	devcap revoke temp >"$work/revoke" &
	sleep 0.5
	[ ! -s "$work/revoke" ] || fail "it returned while the transfer was on the wire"
	echo fault none >$sim/control
	wait
	grep -q 'revoked 1' "$work/revoke" || fail "revoke said $(<"$work/revoke")"
}

test_a_lease_ends_by_itself() {
	# Long enough for a guest to start where time is emulated.
	watch_guest ',lease=5s'
	expect_guest_gone
	until_true has_event 'its lease ended'
}

test_a_budget_ends() {
	try devcap exec --grant "$temp,ops=2" -- bash -c 'poke 0x48 0 && poke 0x48 0 && poke 0x48 0'
	expect 1
	expect_out 'Disk quota exceeded'
	until_true has_event 'the budget of operations is spent'
}

test_an_unplugged_adapter_is_gone_and_comes_back() {
	watch_guest ''
	echo adapter remove >$sim/control
	expect_guest_gone
	until_true has_event 'its device went away'
	echo adapter add >$sim/control
	try devcap run "$thermometer" --grant "$temp"
	expect 0
}

test_capabilities_die_with_the_daemon() {
	local second=$work/second.sock daemon
	devcapd --socket "$second" 2>"$work/log" &
	daemon=$!
	until_true test -S "$second"
	DEVCAP_SOCKET=$second devcap run "$thermometer" --grant "$temp" -- --watch 50 >"$work/watch" 2>&1 &
	guest=$!
	until_true grep -q C "$work/watch"
	kill "$daemon"
	expect_guest_gone
	wait "$daemon" || fail "devcapd exited with $?"
	[ ! -e "$second" ] || fail "it left its socket"
	try devcap run "$thermometer" --grant "$temp"
	expect 0
}

test_capabilities_die_with_a_killed_daemon() {
	local second=$work/second.sock daemon
	devcapd --socket "$second" 2>"$work/log" &
	daemon=$!
	until_true test -S "$second"
	DEVCAP_SOCKET=$second devcap run "$thermometer" --grant "$temp" -- --watch 50 >"$work/watch" 2>&1 &
	guest=$!
	until_true grep -q C "$work/watch"
	kill -9 "$daemon"
	{ wait "$daemon"; } 2>/dev/null
	expect_guest_gone
	DEVCAP_SOCKET=$second try devcap ps
	expect 125 'devcapd is not running'
	# The socket that it left is no obstacle to the next one.
	devcapd --socket "$second" 2>"$work/log" &
	daemon=$!
	until_true env DEVCAP_SOCKET="$second" devcap ps
	kill "$daemon"
	wait "$daemon"
}

test_a_second_daemon_on_the_same_socket_is_refused() {
	try devcapd
	expect 125 'another devcapd answers there'
	try devcap ps
	expect 0
}

all_tests
