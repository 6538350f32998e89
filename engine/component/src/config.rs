// SPDX-FileCopyrightText: 2026 The devcap authors
// SPDX-License-Identifier: MIT
//! The one wasmtime configuration, shared by the compile step and the engine: code is
//! refused where the two differ. Never asks what this machine can do.

use wasmtime::{Config, Inlining};

/// A baseline target, so that compiled code runs on every machine of the architecture.
#[cfg(target_arch = "x86_64")]
pub const TARGET: &str = "x86_64-unknown-linux-gnu";
#[cfg(target_arch = "aarch64")]
pub const TARGET: &str = "aarch64-unknown-linux-gnu";

pub fn config() -> wasmtime::Result<Config> {
    let mut config = Config::new();

    config.target(TARGET)?;
    config.wasm_component_model(true);
    // Only WASI 0.3 needs it; it makes every call between host and guest dearer.
    config.concurrency_support(false);
    // Backtraces come from frame pointers; nothing unwinds through guest code.
    config.native_unwind_info(false);
    // The small modules that toolchains put between a guest and its imports cost calls.
    config.compiler_inlining(Inlining::InterModule);
    // A guest's data is small: copied at once, it costs less than an image of it.
    config.memory_init_cow(false);
    Ok(config)
}
