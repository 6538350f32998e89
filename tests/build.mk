# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The devcap authors
include $(wildcard tests/*/*.mk)
