// SPDX-FileCopyrightText: 2026 The devcap authors
// SPDX-License-Identifier: MIT
//! Compiled code: from a mapping that the caller made to a component that can run. Never
//! writable and executable at once, and never code that another build compiled.

use crate::bus::Config;
use crate::failure::{Failure, Result};
use std::io;
use std::ptr::NonNull;
use std::sync::Arc;
use wasmtime::component::Component;
use wasmtime::{CustomCodeMemory, Engine, Precompiled};

/// Makes the text of a private read-only mapping executable, in place.
struct Pages;

impl CustomCodeMemory for Pages {
    fn required_alignment(&self) -> usize {
        // SAFETY: sysconf has no preconditions.
        let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };

        usize::try_from(size).unwrap_or(4096)
    }

    fn publish_executable(&self, text: *const u8, size: usize) -> wasmtime::Result<()> {
        protect(text, size, libc::PROT_READ | libc::PROT_EXEC)
    }

    fn unpublish_executable(&self, text: *const u8, size: usize) -> wasmtime::Result<()> {
        protect(text, size, libc::PROT_READ)
    }
}

fn protect(text: *const u8, size: usize, protection: libc::c_int) -> wasmtime::Result<()> {
    // SAFETY: wasmtime passes a page-aligned piece of the mapping that load() was given,
    // which lives as long as the component; the bytes stay as they are.
    let result = unsafe { libc::mprotect(text.cast_mut().cast(), size, protection) };

    if result != 0 {
        return Err(io::Error::last_os_error().into());
    }
    Ok(())
}

pub fn engine() -> wasmtime::Result<Engine> {
    let mut config = crate::config::config()?;

    config.with_custom_code_memory(Some(Arc::new(Pages)));
    Engine::new(&config)
}

pub fn load(engine: &Engine, config: &Config) -> Result<Component> {
    let code = config.code();

    if code.starts_with(b"\0asm") {
        return Err(Failure::refused("not compiled: `devcap compile` makes what the engine loads"));
    }
    if Engine::detect_precompiled(code) != Some(Precompiled::Component) {
        return Err(Failure::refused(
            "not a compiled component: `devcap compile` makes what the engine loads",
        ));
    }
    // SAFETY: the caller's contract (component.h): the mapping is private, outlives the
    // component, and holds the compile step's own output.
    unsafe { Component::deserialize_raw(engine, NonNull::from(code)) }.map_err(|error| {
        Failure::refused(format!(
            "compiled for another engine or damaged: compile it again ({error:#})"
        ))
    })
}
