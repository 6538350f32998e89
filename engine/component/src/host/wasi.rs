// SPDX-FileCopyrightText: 2026 The devcap authors
// SPDX-License-Identifier: MIT
//! WASI 0.2 around the hardware: stdio, clocks, random, arguments, exit. Files and sockets
//! can be imported, for toolchains do so unasked, but there are none.

use crate::host::stdin::Stdin;
use crate::state::State;
use wasmtime::component::{HasData, Linker, ResourceTable};
use wasmtime_wasi::cli::{WasiCli, WasiCliView};
use wasmtime_wasi::clocks::{WasiClocks, WasiClocksView};
use wasmtime_wasi::filesystem::{WasiFilesystem, WasiFilesystemView};
use wasmtime_wasi::p2::bindings::{cli, clocks, filesystem, random, sockets};
use wasmtime_wasi::random::WasiRandom;
use wasmtime_wasi::sockets::{WasiSockets, WasiSocketsView};
use wasmtime_wasi::{WasiCtx, WasiView};
use wasmtime_wasi_io::bindings::wasi::io;

pub fn context(name: &str, arguments: &[String]) -> WasiCtx {
    let mut builder = WasiCtx::builder();

    builder
        .stdin(Stdin::default())
        .stdout(std::io::stdout())
        .stderr(std::io::stderr())
        .allow_blocking_current_thread(true)
        .allow_tcp(false)
        .allow_udp(false)
        .arg(name)
        .args(arguments);
    builder.build()
}

struct Table;

impl HasData for Table {
    type Data<'a> = &'a mut ResourceTable;
}

/// Links the interface `name` (package and interface, without a version), if it is ours.
/// The linker matches any 0.2.x with what wasmtime-wasi defines.
pub fn link(linker: &mut Linker<State>, name: &str) -> wasmtime::Result<bool> {
    let l = linker;

    match name {
        "wasi:cli/environment" => cli::environment::add_to_linker::<_, WasiCli>(l, State::cli),
        "wasi:cli/exit" => cli::exit::add_to_linker::<_, WasiCli>(l, State::cli),
        "wasi:cli/stdin" => cli::stdin::add_to_linker::<_, WasiCli>(l, State::cli),
        "wasi:cli/stdout" => cli::stdout::add_to_linker::<_, WasiCli>(l, State::cli),
        "wasi:cli/stderr" => cli::stderr::add_to_linker::<_, WasiCli>(l, State::cli),
        "wasi:cli/terminal-input" => {
            cli::terminal_input::add_to_linker::<_, WasiCli>(l, State::cli)
        }
        "wasi:cli/terminal-output" => {
            cli::terminal_output::add_to_linker::<_, WasiCli>(l, State::cli)
        }
        "wasi:cli/terminal-stdin" => {
            cli::terminal_stdin::add_to_linker::<_, WasiCli>(l, State::cli)
        }
        "wasi:cli/terminal-stdout" => {
            cli::terminal_stdout::add_to_linker::<_, WasiCli>(l, State::cli)
        }
        "wasi:cli/terminal-stderr" => {
            cli::terminal_stderr::add_to_linker::<_, WasiCli>(l, State::cli)
        }
        "wasi:clocks/monotonic-clock" => {
            clocks::monotonic_clock::add_to_linker::<_, WasiClocks>(l, State::clocks)
        }
        "wasi:clocks/wall-clock" => {
            clocks::wall_clock::add_to_linker::<_, WasiClocks>(l, State::clocks)
        }
        "wasi:filesystem/preopens" => {
            filesystem::preopens::add_to_linker::<_, WasiFilesystem>(l, State::filesystem)
        }
        "wasi:filesystem/types" => {
            filesystem::types::add_to_linker::<_, WasiFilesystem>(l, State::filesystem)
        }
        "wasi:io/error" => io::error::add_to_linker::<_, Table>(l, |s| s.ctx().table),
        "wasi:io/poll" => io::poll::add_to_linker::<_, Table>(l, |s| s.ctx().table),
        "wasi:io/streams" => io::streams::add_to_linker::<_, Table>(l, |s| s.ctx().table),
        "wasi:random/random" => {
            random::random::add_to_linker::<_, WasiRandom>(l, |s| s.wasi.random())
        }
        "wasi:random/insecure" => {
            random::insecure::add_to_linker::<_, WasiRandom>(l, |s| s.wasi.random())
        }
        "wasi:random/insecure-seed" => {
            random::insecure_seed::add_to_linker::<_, WasiRandom>(l, |s| s.wasi.random())
        }
        "wasi:sockets/instance-network" => {
            sockets::instance_network::add_to_linker::<_, WasiSockets>(l, State::sockets)
        }
        "wasi:sockets/ip-name-lookup" => {
            sockets::ip_name_lookup::add_to_linker::<_, WasiSockets>(l, State::sockets)
        }
        "wasi:sockets/network" => sockets::network::add_to_linker::<_, WasiSockets>(
            l,
            &sockets::network::LinkOptions::default(),
            State::sockets,
        ),
        "wasi:sockets/tcp" => sockets::tcp::add_to_linker::<_, WasiSockets>(l, State::sockets),
        "wasi:sockets/tcp-create-socket" => {
            sockets::tcp_create_socket::add_to_linker::<_, WasiSockets>(l, State::sockets)
        }
        "wasi:sockets/udp" => sockets::udp::add_to_linker::<_, WasiSockets>(l, State::sockets),
        "wasi:sockets/udp-create-socket" => {
            sockets::udp_create_socket::add_to_linker::<_, WasiSockets>(l, State::sockets)
        }
        _ => return Ok(false),
    }?;
    Ok(true)
}
