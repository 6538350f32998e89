#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The devcap authors
# What systemd and udev make of the files in udev/, as far as they tell without running them.
set -uo pipefail
build=$(cd "$(dirname "$0")/../.." && pwd)
udev=$build/../udev
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number=0 any=0
result() { # STATUS NAME
	number=$((number + 1))
	if [ "$1" = 0 ]; then
		echo "ok $number $2"
	else
		sed 's/^/# /' "$work/said"
		echo "not ok $number $2"
		any=1
	fi
}

echo "TAP version 13"
if ! command -v systemd-analyze >/dev/null || ! command -v systemd-sysusers >/dev/null; then
	echo "1..0 # SKIP no systemd here"
	exit
fi
echo "1..4"
sed "s|/usr/bin/devcapd|$build/devcapd|" "$udev/devcapd.service" >"$work/devcapd.service"
cp "$udev/devcapd.socket" "$work"
SYSTEMD_UNIT_PATH=$work: systemd-analyze verify "$work/devcapd.service" "$work/devcapd.socket" >"$work/said" 2>&1
status=$?
[ ! -s "$work/said" ] || status=1
result $status units_are_understood_to_the_last_word
systemd-analyze security --offline=true --threshold=15 "$work/devcapd.service" >"$work/said" 2>&1
status=$?
sed -i '$!d' "$work/said"
result $status the_daemon_is_exposed_no_more_than_1_5
systemd-sysusers --dry-run "$udev/devcap-sysusers.conf" >"$work/said" 2>&1
result $? users_and_groups_can_be_made
# SystemCallFilter=~execve would keep systemd from starting the daemon at all.
grep -E '^SystemCallFilter=~.*\<execve\>' "$udev/devcapd.service" >"$work/said"
[ $? = 1 ]
result $? the_filter_lets_the_daemon_start
exit $any
