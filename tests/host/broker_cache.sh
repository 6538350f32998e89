#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The devcap authors
# The cache of compiled components: what is loaded is what was stored, or it is made anew.
# shellcheck disable=SC2317 # the tests are called by their names
set -uo pipefail
build=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" "$work/cache" "$work/home"
cp "$build/devcap" "$build/devcap-compile" "$work/bin"
# The smallest component there is.
printf '\0asm\x0d\0\1\0' >"$work/empty.wasm"
chmod -R a+rX "$work"
export XDG_CACHE_HOME=$work/cache HOME=$work/home
kept=$work/cache/devcap/components

# Root's cache is the system's; this test has one of its own, so it is somebody else.
as=()
if [ "$(id -u)" = 0 ]; then
	chown -R 65534:65534 "$work"
	as=(setpriv --reuid 65534 --regid 65534 --clear-groups)
fi
devcap() { "${as[@]}" "$work/bin/devcap" "$@"; }
fail() {
	echo "# $*"
	failed=1
}
code() { (cd "$kept" && echo *.cwasm); }
mark() { (cd "$kept" && stat -c '%n %i %Y' -- *); }
intact() {
	local file
	for file in "$kept"/*.cwasm; do
		[ "$(sha256sum <"$file")" = "$(basename "$file" .cwasm)  -" ] || return 1
	done
}

test_a_component_is_kept_by_its_digest() {
	devcap compile "$work/empty.wasm" || fail "exit code $?"
	[ "$(find "$kept" -type f | wc -l)" = 2 ] || fail "kept: $(ls -A "$kept")"
	intact || fail "the name is not the digest"
	[ "$(stat -c %a "$kept")" = 700 ] || fail "mode $(stat -c %a "$kept")"
}
test_what_is_kept_is_not_made_again() {
	local before
	before=$(mark)
	devcap compile "$work/empty.wasm" || fail "exit code $?"
	[ "$(mark)" = "$before" ] || fail "it was made again"
}
test_a_flipped_bit_is_found_and_mended() {
	printf '\xff' | dd of="$kept/$(code)" bs=1 seek=100 conv=notrunc status=none
	intact && fail "nothing was flipped"
	devcap compile "$work/empty.wasm" || fail "exit code $?"
	intact || fail "it was not mended"
}
test_cut_code_is_found_and_mended() {
	truncate -s 100 "$kept/$(code)"
	devcap compile "$work/empty.wasm" || fail "exit code $?"
	intact || fail "it was not mended"
}
test_lost_code_is_made_anew() {
	rm "$kept/$(code)"
	devcap compile "$work/empty.wasm" || fail "exit code $?"
	intact || fail "it was not made"
}
test_a_foreign_index_leads_nowhere() {
	echo ../../../empty.wasm >"$(echo "$kept"/*.index)"
	devcap compile "$work/empty.wasm" || fail "exit code $?"
	grep -qxE '[0-9a-f]{64}' "$kept"/*.index || fail "index: $(cat "$kept"/*.index)"
}
test_another_compiler_has_other_code() {
	command -v objcopy >/dev/null || return
	objcopy --remove-section .note.gnu.build-id "$build/devcap-compile" "$work/bin/devcap-compile"
	devcap compile "$work/empty.wasm" || fail "exit code $?"
	[ "$(echo "$kept"/*.index | wc -w)" = 2 ] || fail "kept: $(ls "$kept")"
	cp "$build/devcap-compile" "$work/bin/devcap-compile"
}
test_a_cache_that_others_can_write_is_not_used() {
	local before
	rm -f "$kept"/*
	chmod 777 "$kept"
	before=$(mark 2>/dev/null)
	devcap compile "$work/empty.wasm" || fail "exit code $?"
	[ "$(mark 2>/dev/null)" = "$before" ] || fail "it was used"
	chmod 700 "$kept"
}
test_without_a_cache_it_works_all_the_same() {
	XDG_CACHE_HOME='' HOME='' devcap compile "$work/empty.wasm" || fail "exit code $?"
}
test_what_is_refused_leaves_nothing() {
	local status=0
	echo hello >"$work/home/text.wasm"
	rm -f "$kept"/*
	devcap compile "$work/home/text.wasm" 2>"$work/err" || status=$?
	[ "$status" = 126 ] || fail "exit code $status"
	grep -q 'text.wasm: not WebAssembly' "$work/err" || fail "$(<"$work/err")"
	[ -z "$(ls -A "$kept")" ] || fail "left: $(ls -A "$kept")"
	devcap compile "$work/home/text.wasm" -o "$work/home/out.cwasm" 2>/dev/null
	[ -z "$(find "$work/home" -name 'out*')" ] || fail "left: $(ls "$work/home")"
}
test_code_is_written_where_it_is_wanted() {
	devcap compile "$work/empty.wasm" -o "$work/home/out.cwasm" || fail "exit code $?"
	[ -s "$work/home/out.cwasm" ] || fail "nothing was written"
}
test_many_at_once_do_not_disturb_each_other() {
	rm -f "$kept"/*
	for _ in 1 2 3 4 5 6; do devcap compile "$work/empty.wasm" || echo "exit code $?" >>"$work/home/bad" & done
	wait
	[ ! -e "$work/home/bad" ] || fail "$(<"$work/home/bad")"
	intact || fail "damaged"
	[ "$(find "$kept" -type f | wc -l)" = 2 ] || fail "kept: $(ls -A "$kept")"
}

mapfile -t tests < <(sed -n 's/^test_\([a-z0-9_]*\)() .*/\1/p' "$0")
echo "TAP version 13"
echo "1..${#tests[@]}"
number=0 any=0
for name in "${tests[@]}"; do
	failed=''
	"test_$name"
	number=$((number + 1))
	[ -z "$failed" ] || any=1
	echo "${failed:+not }ok $number $name"
done
exit $any
