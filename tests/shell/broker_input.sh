#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The devcap authors
# Bad input, as people type it: what is wrong, where, and what to do; nothing left behind.
# shellcheck disable=SC2016 # messages have backticks in them
set -uo pipefail
# shellcheck source=tests/shell/lib
. "$(dirname "$0")/lib"

test_a_guest_that_is_not_there() {
	try devcap run "$work/none.wasm" --grant "$temp"
	expect 127 "$work/none.wasm: not found"
}

test_a_guest_that_is_no_component() {
	echo hello >"$work/text.wasm"
	try devcap run "$work/text.wasm" --grant "$temp"
	expect 126 "$work/text.wasm: not WebAssembly"
	: >"$work/empty.wasm"
	try devcap run "$work/empty.wasm" --grant "$temp"
	expect 126 "$work/empty.wasm: empty"
	printf '\0asm\1\0\0\0' >"$work/module.wasm"
	try devcap run "$work/module.wasm" --grant "$temp"
	expect 126 "a core module, not a component; make it one"
	head -c 20000 "$thermometer" >"$work/cut.wasm"
	try devcap run "$work/cut.wasm" --grant "$temp"
	expect 126 "$work/cut.wasm: "
	try devcap run "$work" --grant "$temp"
	expect 126 "$work: not a regular file"
	mkfifo "$work/pipe.wasm"
	try devcap run "$work/pipe.wasm" --grant "$temp"
	expect 126 "not a regular file"
}

test_an_import_that_nobody_offers() {
	# (component (type (func)) (import "warp-drive" (func (type 0))))
	printf '\0asm\x0d\0\1\0\x07\5\1\x40\0\1\0\x0a\x0f\1\0\x0awarp-drive\1\0' >"$work/warp.wasm"
	try devcap run "$work/warp.wasm" --grant "$temp"
	expect 126 warp-drive
}

test_a_component_whose_grant_is_missing() {
	try devcap run "$thermometer"
	expect 126 "--grant temp="
	try devcap run "$thermometer" --grant "other=i2c:sim@0x48,read" --grant "more=i2c:sim@0x49,read"
	expect 126 temp
}

test_an_impossible_address() {
	clear_bus
	try devcap run "$thermometer" --grant temp=i2c:sim@0x88,read
	expect 125 'devcap: --grant temp=i2c:sim@0x88,read: column 14: address 0x88 is not a 7-bit address (0x08 to 0x77)'
	try devcap exec --grant temp=i2c:sim@48,read -- true
	expect 125 'column 14: write the address in hexadecimal'
	try devcap exec --grant temp=i2c:sim@0x48,reed -- true
	expect 125 'column 19: unknown option `reed`; known are read, write'
	try devcap exec --grant temp=i2c:sim@0x48 -- true
	expect 125 'grants nothing: add read, write or quick'
	expect_messages 0
}

test_an_unknown_adapter() {
	try devcap exec --grant temp=i2c:warp@0x48,read -- true
	expect 125 'adapter `warp` not found; `devcap list` shows the adapters of this machine'
	try devcap exec --grant temp=i2c:77@0x48,read -- true
	expect 125 'there is no i2c-77; `devcap list` shows'
	try devcap exec --grant temp=i2c:/etc/passwd@0x48,read -- true
	expect 125 'adapter `/etc/passwd` not found'
}

test_a_daemon_that_is_not_running() {
	local command
	for command in ps events "revoke --all" "exec --grant $temp -- true" "run $thermometer --grant $temp"; do
		# shellcheck disable=SC2086
		DEVCAP_SOCKET=$work/none.sock try devcap $command
		expect 125 "devcap: $work/none.sock: devcapd is not running; start it with \`systemctl start devcapd\`, or \`devcapd\` as root"
	done
}

test_words_that_are_not_known() {
	try devcap
	expect 125 'Usage: devcap COMMAND'
	try devcap frob
	expect 125 'frob: no such command; `devcap --help` lists them'
	try devcap ps --frob
	expect 125 'ps: unknown option --frob; `devcap ps --help`'
	try devcap list here
	expect 125 'list: unexpected argument here'
	try devcap run
	expect 125 'run: which guest?'
	try devcap exec --grant "$temp"
	expect 125 'exec: which program?'
	try devcap exec --grant
	expect 125 'a value is missing after --grant'
	try devcap revoke
	expect 125 'one of ID, NAME or --all'
	try devcap revoke -- -5
	expect 125 'neither an id nor a grant'
	try devcap run "$thermometer" 5 --grant "$temp"
	expect 125 "the guest's own go behind"
	try devcap run "$thermometer" --grant "$temp" --name 'a b'
	expect 125 '--name a b: a name is a letter'
	try devcapd --frob
	expect 125 'unknown option'
}

test_help_is_no_error() {
	local command
	for command in '' list run exec ps revoke events compile; do
		# shellcheck disable=SC2086
		try devcap $command --help
		expect 0
		expect_out "Usage: devcap ${command:-COMMAND}"
	done
	try devcap --version
	expect 0
	expect_out 'devcap 0.'
	try devcapd --help
	expect 0
	expect_out 'Usage: devcapd'
}

test_two_grants_of_one_name() {
	try devcap exec --grant "$temp" --grant temp=i2c:sim@0x49,read -- true
	expect 125 'two grants named `temp`'
}

test_a_program_that_is_not_there() {
	try devcap exec --grant "$temp" -- "$work/none"
	expect 127 "$work/none: not found"
	echo hello >"$work/plain"
	try devcap exec --grant "$temp" -- "$work/plain"
	expect 126 "$work/plain: Permission denied"
	try devcap exec --grant "$temp" --user nosuchuser -- true
	expect 125 '--user nosuchuser: no such user'
}

test_an_address_that_a_kernel_driver_has() {
	local bus
	bus=$(devcap list | sed -n 's/^i2c-\([0-9]*\) *sim .*/\1/p')
	echo dummy 0x33 >"/sys/bus/i2c/devices/i2c-$bus/new_device"
	try devcap exec --grant a=i2c:sim@0x33,read -- true
	if [ -e "/sys/bus/i2c/devices/$bus-0033/driver" ]; then
		expect 125 "address 0x33 of \`sim\` (i2c-$bus) is taken by the kernel driver dummy (device $bus-0033, \`dummy\`)"
	fi
	echo 0x33 >"/sys/bus/i2c/devices/i2c-$bus/delete_device"
}

all_tests
