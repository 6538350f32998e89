#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The devcap authors
# shellcheck disable=SC2016,SC2086
# The engine and the compile step from outside: bindings, results, bad input, and what is
# in the binaries. The bus is a double (engine_double.c); the real way is tested in the lab.
set -euo pipefail
shopt -s lastpipe

build=$(cd "$(dirname "$0")/../.." && pwd)
tools=${XDG_CACHE_HOME:-$HOME/.cache}/devcap/tools/bin
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
engine=$build/tests/engine-double
count=0 failed=0

report() { # NAME STATUS
	count=$((count + 1))
	if [ "$2" = 0 ]; then
		echo "ok $count - $1"
	else
		failed=$((failed + 1))
		echo "not ok $count - $1"
		sed 's/^/# /' "$tmp/out" "$tmp/err"
	fi
}

# Runs the engine on a guest: CODE "GRANT…" ARGS…; descriptors from 3 on are the grants'.
run() {
	local code=$1 names=$2 fd=3
	shift 2
	status=0
	(
		for _ in $names; do
			eval "exec $fd</dev/null"
			fd=$((fd + 1))
		done
		exec 99<"$code"
		LISTEN_FDS=$((fd - 3)) LISTEN_FDNAMES=${names// /:} \
			exec "$engine" --component-fd=99 --name=guest "$@"
	) >"$tmp/out" 2>"$tmp/err" </dev/null || status=$?
}

# Expects of the last run: NAME STATUS STDOUT STDERR-PATTERN (a regular expression)
expect() {
	local ok=1
	[ "$status" = "$2" ] && [ "$(cat "$tmp/out")" = "$3" ] &&
		grep -qE -- "${4:-^}" <(cat "$tmp/err"; echo) && ok=0
	[ $ok = 0 ] || echo "# exit status $status, expected $2" >>"$tmp/err"
	report "$1" $ok
}

compile() { # WASM CODE
	status=0
	"$build/devcap-compile" <"$1" >"$2" 2>"$tmp/err" || status=$?
	: >"$tmp/out"
}

for guest in thermometer get-temperature exercise bench-i2c; do
	compile "$build/guests/$guest.wasm" "$tmp/$guest"
	expect "$guest compiles" 0 "" '^$'
done

echo "# bindings"
run "$tmp/thermometer" temp
expect "an import takes the grant of its name" 0 "3.5 °C" '^$'
run "$tmp/thermometer" other
expect "one grant is implied" 0 "3.5 °C" '^$'
run "$tmp/thermometer" "other temp"
expect "of several, the one of its name" 0 "4.5 °C" '^$'
run "$tmp/thermometer" "temp other" --bind=temp=other
expect "--bind beats the name" 0 "4.5 °C" '^$'
run "$tmp/thermometer" "one two"
expect "an unbound import lists both sides" 126 "" 'takes `temp`; grants: `one`, `two`; .*--bind temp=GRANT'
run "$tmp/thermometer" ""
expect "no grant at all says how to give one" 126 "" 'grants: none; .*--grant temp=SPEC'
run "$tmp/thermometer" "one two" --bind=temp=three
expect "--bind to no grant lists the grants" 125 "" 'no grant `three`; grants: `one`, `two`'
run "$tmp/thermometer" temp --bind=tmp=temp
expect "--bind of no import lists the imports" 125 "" 'nothing takes a grant as `tmp`; .*`temp`'
run "$tmp/exercise" "right left" --invoke=both
expect "parameters take the grants of their names" 0 "[ok(4.5), ok(3.5)]" '^$'
run "$tmp/exercise" one --invoke=both
expect "one grant may be taken twice" 0 "[ok(3.5), ok(3.5)]" '^$'
run "$tmp/exercise" "left one" --invoke=both
expect "an unbound parameter is told alone" 126 "" 'no grant for `right`'

echo "# results"
run "$tmp/get-temperature" temp --invoke=get-temperature
expect "WAVE of a result" 0 "ok(3.5)" '^$'
run "$tmp/get-temperature" temp --invoke=get-temperature --json
expect "JSON of a result" 0 '{"ok":3.5}' '^$'
run "$tmp/exercise" temp --invoke=read-temperature '--arg="room"' '--arg=some("by the door")'
expect "WAVE of every kind" 0 'ok({label: "room", degrees: 3.5, raw: [3, 128], unit: celsius, condition: {cold}, note: some("by the door"), where: (72, 0)})' '^$'
run "$tmp/exercise" temp --invoke=read-temperature '--arg="a\"b"' --arg=none --json
expect "JSON of every kind" 0 '{"ok":{"label":"a\"b","degrees":3.5,"raw":[3,128],"unit":"celsius","condition":["cold"],"note":null,"where":[72,0]}}' '^$'
run "$tmp/exercise" temp '--invoke=devcap:guests/every-kind@0.1.0#both'
expect "an export is named with its interface" 0 "[ok(3.5), ok(3.5)]" '^$'
run "$tmp/exercise" temp --invoke=transact
expect "a transaction answers one list for each read" 0 "ok([[3, 128], [3, 128]])" '^$'
DOUBLE_LOG=1 run "$tmp/exercise" temp --invoke=write --arg=0x31 '--arg=[1, 2, 255]'
expect "a write reaches the bus as it is" 125 "" 'argument `0x31`'
DOUBLE_LOG=1 run "$tmp/exercise" temp --invoke=write --arg=49 '--arg=[1, 2, 255]'
expect "written bytes reach the bus as they are" 0 "ok" '^0x31 W 3 01 02 ff$'
run "$tmp/exercise" temp --invoke=rest --arg=1000000
expect "a delay needs no grant, and no result prints nothing" 0 "" '^$'

echo "# limits and errors of the dialect"
run "$tmp/exercise" temp --invoke=read --arg=72 --arg=8192
expect "8192 bytes are read" 0 "ok(8192)" '^$'
run "$tmp/exercise" temp --invoke=read --arg=72 --arg=8193
expect "8193 bytes are \`other\`" 1 "err(other)" 'temp: more than 8192 bytes'
run "$tmp/exercise" temp --invoke=read --arg=72 --arg=18446744073709551615
expect "all bytes there are, too" 1 "err(other)" 'temp: more than 8192 bytes'
run "$tmp/exercise" temp --invoke=transact-many --arg=42
expect "42 operations are one transaction" 0 "ok(42)" '^$'
run "$tmp/exercise" temp --invoke=transact-many --arg=43
expect "43 operations are \`other\`" 1 "err(other)" 'temp: more than 42 messages'
run "$tmp/exercise" temp --invoke=transact-many --arg=0
expect "no operation is no transfer" 0 "ok(0)" '^$'
run "$tmp/exercise" temp --invoke=read --arg=1024 --arg=1
expect "an address of 11 bits is \`other\`" 1 "err(other)" 'temp: not an I2C address'

# errno, what the guest sees, what the operator is told
while read -r name errno answer cause; do
	DOUBLE_ERRNO=$errno run "$tmp/get-temperature" temp --invoke=get-temperature
	expect "$name is $answer" 1 "err($answer)" "$cause"
done <<'END'
ENXIO 6 no-acknowledge(address) ^$
EIO 5 no-acknowledge(data) ^$
EREMOTEIO 121 no-acknowledge(unknown) ^$
EAGAIN 11 arbitration-loss ^$
EPROTO 71 bus ^$
EOVERFLOW 75 overrun ^$
ENODEV 19 other temp: the device is gone
EACCES 13 other temp: its rule refuses
EDQUOT 122 other temp: its budget
ETIMEDOUT 110 other temp: the transfer timed out
EOPNOTSUPP 95 other temp: the adapter speaks SMBus
EINVAL 22 other temp: Invalid argument
END
DOUBLE_ERRNO=19 run "$tmp/exercise" "left right" --invoke=both
expect "a cause is told for each grant" 0 "[err(other), err(other)]" '^devcap: right: '
DOUBLE_ERRNO=19 run "$tmp/exercise" one --invoke=both
[ "$(wc -l <"$tmp/err")" = 1 ] && status=0 || status=1
report "a cause is told once" $status

echo "# programs"
run "$tmp/thermometer" temp -- --no-such-option
expect "a program's exit code is passed on" 2 "" '^usage: thermometer'
DOUBLE_ERRNO=19 run "$tmp/thermometer" temp -- --watch 10
expect "a sensor that never was is an error" 1 "" '^devcap: temp: the device is gone'
run "$tmp/exercise" temp --invoke=trap
expect "a trap is 134 and tells why" 134 "" 'the guest trapped: wasm trap: wasm `unreachable`'
expect "and where" 134 "" '^ *0: .*exports_exercise_trap'
status=0
printf '3\nclock 2\n' | (exec 3</dev/null 99<"$tmp/bench-i2c"; LISTEN_FDS=1 LISTEN_FDNAMES=temp \
	"$engine" --component-fd=99) >"$tmp/out" 2>"$tmp/err" || status=$?
[ "$(stat -c %s "$tmp/out")" = 40 ] || status=1
report "a guest reads a pipe, and answers five samples" $status
for kind in "a regular file" /dev/null; do
	[ "$kind" = /dev/null ] && input=/dev/null size=0 || input=$tmp/lines size=16
	echo 2 >"$tmp/lines"
	status=0
	(exec 3</dev/null 99<"$tmp/bench-i2c"; LISTEN_FDS=1 LISTEN_FDNAMES=temp \
		"$engine" --component-fd=99 <"$input") >"$tmp/out" 2>"$tmp/err" || status=$?
	[ "$(stat -c %s "$tmp/out")" = $size ] || status=1
	report "a guest reads $kind to its end" $status
done

echo "# bad input"
run "$build/guests/thermometer.wasm" temp
expect "what was not compiled is refused" 126 "" 'not compiled: `devcap compile`'
echo hello >"$tmp/text"
run "$tmp/text" temp
expect "what is not compiled code is refused" 126 "" 'not a compiled component'
head -c 20000 "$tmp/thermometer" >"$tmp/cut"
run "$tmp/cut" temp
expect "truncated code is refused" 126 "" 'guest: '
run "$tmp/get-temperature" temp
expect "a library needs --invoke, and its exports are listed" 126 "" '--invoke: `get-temperature`'
run "$tmp/get-temperature" temp --invoke=nothing
expect "an unknown export lists the others" 126 "" 'exports no `nothing`; exports: `get-temperature`'
run "$tmp/exercise" temp --invoke=read --arg=72
expect "a missing argument is named" 125 "" 'needs an argument for `size`'
run "$tmp/exercise" temp --invoke=read --arg=72 --arg=1 --arg=2
expect "one argument too many is shown" 125 "" 'argument `2` is one too many'
run "$tmp/exercise" temp --invoke=read --arg=72 --arg=many
expect "an argument that is no value is shown" 125 "" 'argument `many` for `size`'
run "$tmp/thermometer" "temp temp"
expect "two grants of one name are refused" 125 "" 'two grants are named `temp`'
run "$tmp/thermometer" temp --no-such-option
expect "bad usage shows the usage" 125 "" 'usage: devcap-engine'
status=0
LISTEN_FDS=1 LISTEN_FDNAMES=temp "$engine" --component-fd=99 3</dev/null >"$tmp/out" 2>"$tmp/err" || status=$?
expect "a descriptor that is not open is refused" 125 "" '--component-fd=99: not an open file'
status=0
LISTEN_PID=1 LISTEN_FDS=1 LISTEN_FDNAMES=temp "$engine" --component-fd=99 \
	99<"$tmp/thermometer" >"$tmp/out" 2>"$tmp/err" || status=$?
expect "descriptors that are another process's are not taken" 126 "" 'grants: none'
status=0
LISTEN_FDS=2 LISTEN_FDNAMES=temp:gone "$engine" --component-fd=99 3</dev/null 4<&- \
	99<"$tmp/thermometer" >"$tmp/out" 2>"$tmp/err" || status=$?
expect "a grant whose descriptor is not open is refused" 125 "" 'grant `gone`: descriptor 4 is not open'

echo '(component (import "acme:laser/beam@1.0.0" (instance (export "fire" (func)))))' >"$tmp/wat"
"$tools/wasm-tools" parse "$tmp/wat" -o "$tmp/wasm"
compile "$tmp/wasm" "$tmp/laser"
run "$tmp/laser" temp
expect "an import that nobody offers is named, and what is offered" 126 "" \
	'`acme:laser/beam@1.0.0`, which nobody offers here; offered: wasi:i2c/i2c@0.2.0-draft'
echo '(component (import "wasi:cli/exit@0.3.0" (instance (export "exit" (func)))))' >"$tmp/wat"
"$tools/wasm-tools" parse "$tmp/wat" -o "$tmp/wasm"
compile "$tmp/wasm" "$tmp/future"
run "$tmp/future" temp
expect "WASI of another version is named" 126 "" '`wasi:cli/exit@0.3.0`, which nobody offers'
echo '(component (import "wasi:cli/exit@0.2.0" (instance $e (export "exit" (func (param "status" u64)))))
	(alias export $e "exit" (func $f)) (core func (canon lower (func $f))))' >"$tmp/wat"
"$tools/wasm-tools" parse "$tmp/wat" -o "$tmp/wasm"
compile "$tmp/wasm" "$tmp/other"
run "$tmp/other" temp --invoke=x
expect "an import of another type is refused" 126 "" 'guest: '

echo "# the compile step"
printf '' >"$tmp/wasm"
compile "$tmp/wasm" "$tmp/code"
expect "nothing is not a component" 1 "" 'empty'
compile "$tmp/text" "$tmp/code"
expect "text is not a component" 1 "" 'not WebAssembly'
echo '(module)' >"$tmp/wat"
"$tools/wasm-tools" parse "$tmp/wat" -o "$tmp/wasm"
compile "$tmp/wasm" "$tmp/code"
expect "a core module is told the way" 1 "" 'core module.*wasm-tools component new'
head -c 30000 "$build/guests/thermometer.wasm" >"$tmp/wasm"
compile "$tmp/wasm" "$tmp/code"
expect "a truncated component is told" 1 "" 'truncated or damaged'
[ ! -s "$tmp/code" ] && status=0 || status=1
report "what was refused wrote nothing" $status
head -c 6 "$build/guests/thermometer.wasm" >"$tmp/wasm"
compile "$tmp/wasm" "$tmp/code"
expect "a truncated preamble is told" 1 "" 'truncated'
compile "$tmp/thermometer" "$tmp/code"
expect "compiled code is told" 1 "" 'compiled already'
compile "$build/guests/thermometer.wasm" "$tmp/again"
cmp -s "$tmp/thermometer" "$tmp/again" && status=0 || status=1
report "compiling is reproducible" $status

echo "# binaries"
compilers() { strings -a "$1" | grep -cE 'cranelift[-_]codegen|regalloc2' || true; }
[ "$(compilers "$build/devcap-engine")" = 0 ] && status=0 || status=1
report "devcap-engine holds no compiler" $status
[ "$(compilers "$build/devcap-compile")" -gt 10 ] && status=0 || status=1
report "and the same look finds the one in devcap-compile" $status
[ "$(stat -c %s "$build/devcap-engine")" -le $((4 * 1000 * 1000)) ] && status=0 || status=1
report "devcap-engine is at most 4 MB" $status

echo "1..$count"
[ "$failed" = 0 ]
