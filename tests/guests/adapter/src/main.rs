// SPDX-FileCopyrightText: 2026 The devcap authors
// SPDX-License-Identifier: MIT
//! Writes an adapter from WASI preview 1, which Debian's C library speaks, to WASI 0.2.
//! A part of the guests' build; no part of the product.

use std::io::{self, Write};
use wasi_preview1_component_adapter_provider as provider;

fn main() -> io::Result<()> {
    let adapter = match std::env::args().nth(1).as_deref() {
        Some("command") => provider::WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER,
        Some("reactor") => provider::WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER,
        _ => {
            return Err(io::Error::other(
                "usage: devcap-adapter command|reactor >ADAPTER",
            ));
        }
    };

    io::stdout().write_all(adapter)
}
