// SPDX-FileCopyrightText: 2026 The devcap authors
// SPDX-License-Identifier: MIT
//! The compile step: a component on standard input, compiled code for devcap-engine on
//! standard output. Opens nothing, and writes nothing unless all of it was accepted.

#[path = "../../component/src/config.rs"]
mod config;

use std::io::{self, Read, Write};
use std::process::ExitCode;
use wasmtime::{Engine, Precompiled};

/// More than any guest for hardware: what is larger is refused before it is looked at.
const SIZE_MAX: usize = 256 << 20;

const REFUSED: u8 = 1;
const FAILED: u8 = 125;

type Error = (u8, String);

fn refused(message: impl Into<String>) -> Error {
    (REFUSED, message.into())
}

fn failed(what: &str, error: impl std::fmt::Display) -> Error {
    (FAILED, format!("{what}: {error}"))
}

/// What the first bytes say: a preamble is magic, a version and a layer of 16 bits each.
fn check(bytes: &[u8]) -> Result<(), Error> {
    match bytes {
        [] => Err(refused("empty: a component was expected on standard input")),
        [b'\0', b'a', b's', b'm', 0x0d, 0, 1, 0, ..] => Ok(()),
        [b'\0', b'a', b's', b'm', 1, 0, 0, 0, ..] => {
            Err(refused("a core module, not a component; make it one: `wasm-tools component new`"))
        }
        [b'\0', b'a', b's', b'm', version, _, layer, _, ..] => Err(refused(format!(
            "WebAssembly of version {version}, layer {layer}, which is not known here"
        ))),
        [b'\0', b'a', b's', b'm', ..] => Err(refused("truncated: it ends within its preamble")),
        [b'(', ..] => Err(refused("text, not binary; make it binary: `wasm-tools parse`")),
        _ if Engine::detect_precompiled(bytes) == Some(Precompiled::Component) => {
            Err(refused("compiled already: give the component that it was made of"))
        }
        _ => Err(refused("not WebAssembly: a component was expected")),
    }
}

fn compile(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    check(bytes)?;

    let engine = config::config()
        .and_then(|config| Engine::new(&config))
        .map_err(|error| failed("engine", format!("{error:#}")))?;

    engine.precompile_component(bytes).map_err(|error| {
        let error = format!("{error:#}");
        let is_cut = error.contains("unexpected end") || error.contains("out of bounds");
        let kind = if is_cut { "truncated or damaged" } else { "not a valid component" };

        refused(format!("{kind}: {error}"))
    })
}

fn run() -> Result<(), Error> {
    let mut bytes = Vec::new();

    if std::env::args_os().len() > 1 {
        return Err((FAILED, "usage: devcap-compile <COMPONENT >CODE".into()));
    }
    io::stdin()
        .lock()
        .take(SIZE_MAX as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| failed("standard input", error))?;
    if bytes.len() > SIZE_MAX {
        return Err(refused(format!("larger than {} MiB", SIZE_MAX >> 20)));
    }

    let code = compile(&bytes)?;
    let mut out = io::stdout().lock();

    out.write_all(&code)
        .and_then(|()| out.flush())
        .map_err(|error| failed("standard output", error))
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err((status, message)) => {
            eprintln!("devcap-compile: {message}");
            ExitCode::from(status)
        }
    }
}
