#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The devcap authors
# The component host's own unit tests, as TAP.
set -euo pipefail

"$(dirname "$0")/../engine-rust" | awk '
	/^test .* \.\.\. / { printf "%sok %d - %s\n", $NF == "ok" ? "" : "not ", ++n, $2; bad += $NF != "ok" }
	END { printf "1..%d\n", n; exit !n || bad }'
