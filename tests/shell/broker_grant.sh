#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The devcap authors
# devcap run and exec: the holder gets what it was granted, and nothing else.
# shellcheck disable=SC2016 # messages have backticks in them
set -uo pipefail
# shellcheck source=tests/shell/lib
. "$(dirname "$0")/lib"

test_a_guest_reads_its_thermometer() {
	echo temperature 0x48 21500 >$sim/control
	try devcap run "$thermometer" --grant "$temp"
	expect 0
	expect_out '21.5'
}

test_an_export_is_invoked() {
	echo temperature 0x48 -3500 >$sim/control
	try devcap run "$guests/get-temperature.wasm" --grant "$temp" --invoke get-temperature
	expect 0
	expect_out '-3.5'
	try devcap run "$guests/get-temperature.wasm" --grant "$temp" --invoke get-temperature --json
	expect 0
	expect_out '-3.5'
}

test_a_native_program_takes_descriptors_by_name() {
	try devcap exec --grant "$temp" --grant rom=i2c:sim@0x50,read -- \
		bash -c 'echo $LISTEN_FDS $LISTEN_FDNAMES; [ $LISTEN_PID = $$ ] && echo mine; readlink /proc/$$/fd/3 /proc/$$/fd/4'
	expect 0
	expect_out $'2 temp:rom\nmine\nanon_inode:[devcap]\nanon_inode:[devcap]'
}

test_no_other_descriptor_leaks() {
	try bash -c "exec 7</etc/passwd 9</dev/null 33</etc/passwd; exec devcap exec --grant $temp -- bash -c 'for n in \$(seq 0 99); do [ ! -e /proc/\$\$/fd/\$n ] || echo \$n; done'"
	expect 0
	[ "$out" = $'0\n1\n2\n3' ] || fail "open are: $out"
}

test_closed_standard_descriptors_get_no_capability() {
	devcap exec --grant "$temp" -- bash -c "readlink /proc/\$\$/fd/0 /proc/\$\$/fd/3 >$work/found" <&- >&-
	out=$(<"$work/found")
	expect_out $'/dev/null\nanon_inode:[devcap]'
}

test_exec_stays_the_callers_user_unless_told() {
	try devcap exec --grant "$temp" -- id -u
	expect 0
	expect_out 0
	try devcap exec --grant "$temp" --user nobody -- id -u
	expect 0
	expect_out 65534
}

test_exit_codes_pass_through() {
	try devcap exec --grant "$temp" -- sh -c 'exit 42'
	expect 42
	try devcap exec --grant "$temp" -- false
	expect 1
}

engine_of() { devcap ps | awk -v grant="$1" '$2 == grant { print $4 }'; }

test_the_engine_has_no_right_of_root() {
	local pid open
	devcap run "$thermometer" --grant "$temp" -- --watch 100 >"$work/watch" 2>&1 &
	until_true grep -q C "$work/watch"
	pid=$(engine_of temp)
	out=$(tr -s '\t ' ' ' <"/proc/$pid/status")
	expect_out 'CapPrm: 0000000000000000'
	expect_out 'CapEff: 0000000000000000'
	expect_out 'CapBnd: 0000000000000000'
	expect_out 'CapAmb: 0000000000000000'
	expect_out 'NoNewPrivs: 1'
	expect_no_out 'Uid: 0'
	expect_no_out 'Gid: 0'
	expect_out $'Groups: \n'
	out=$(tr '\0' '\n' <"/proc/$pid/environ")
	expect_no_out PATH=
	open=$(find "/proc/$pid/fd" -lname '*devcap*' | wc -l)
	[ "$open" = 1 ] || fail "$open capabilities, not 1"
	[ -z "$(find "/proc/$pid/fd" -lname '/dev/i2c*' -o -lname '/dev/devcap')" ] || fail "a node leaked"
	kill "$pid"
	wait
}

test_the_daemon_keeps_no_node_and_no_capability() {
	local pid
	devcap exec --grant "$temp" -- sleep 60 &
	until_true lives temp
	for pid in $(pgrep -x devcapd); do
		[ -z "$(find "/proc/$pid/fd" -lname '/dev/i2c*' -o -lname '*\[devcap\]*')" ] ||
			fail "devcapd holds $(ls -l "/proc/$pid/fd")"
	done
	kill %%
	wait
}

test_all_or_nothing() {
	try devcap exec --grant "$temp" --grant rom=i2c:warp@0x50,read -- true
	expect 125 'adapter `warp` not found'
	nothing_left || fail "something is left: $(devcap ps)"
}

test_a_killed_holder_leaves_nothing() {
	devcap exec --grant "$temp" --grant rom=i2c:sim@0x50,read,write -- sleep 60 &
	until_true lives rom
	kill -9 $!
	{ wait; } 2>/dev/null
	expect_clean
}

test_two_guests_may_share_a_chip() {
	devcap exec --grant "$temp" -- sleep 60 &
	until_true lives temp
	try devcap run "$thermometer" --grant "$temp"
	expect 0
	kill %%
	wait
}

test_another_ledger_may_not() {
	local second=$work/second.sock
	devcapd --socket "$second" 2>"$work/log" &
	until_true test -S "$second"
	devcap exec --grant "$temp" -- sleep 60 &
	until_true lives temp
	DEVCAP_SOCKET=$second try devcap exec --grant "$temp" -- true
	expect 125 'address 0x48 of `sim`'
	expect 125 'is held by another ledger'
	# shellcheck disable=SC2046
	kill $(jobs -p)
	wait
	[ ! -e "$second" ] || fail "the daemon left its socket"
}

test_ps_tells_all_of_a_capability() {
	devcap exec --grant "$temp,lease=1h,ops=100" --name worker -- bash -c 'poke 0x48 0; poke 0x48 9; sleep 60' >/dev/null 2>&1 &
	until_true lives temp
	until_true bash -c "devcap ps | grep temp | grep -q ' 1 *1 '"
	try devcap ps
	expect_out worker
	expect_out '@0x48'
	expect_out 99\ ops
	try devcap ps --json
	expect 0
	expect_out '"guest": "worker"'
	expect_out '"refusals": 1'
	expect_out '"operations_left": 99'
	expect_out '"adapter": "sim"'
	try devcap list
	expect_out 'held by devcap'
	try devcap list --json
	expect_out '"devcap": true'
	devcap revoke --all >/dev/null
	kill %%
	wait
}

test_a_passed_socket_is_used() {
	local passed=$work/passed.sock
	if ! command -v systemd-socket-activate >/dev/null; then
		skip "no systemd-socket-activate on this machine"
		return
	fi
	systemd-socket-activate --seqpacket -l "$passed" devcapd 2>"$work/log" &
	until_true test -S "$passed"
	DEVCAP_SOCKET=$passed try devcap exec --grant "$temp" -- poke 0x48 0
	expect 0
	kill %%
	wait
}

test_list_probes_nothing() {
	clear_bus
	try devcap list
	expect 0
	expect_out sim
	try devcap list --json
	expect_messages 0
}

all_tests
