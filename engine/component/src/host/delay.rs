// SPDX-FileCopyrightText: 2026 The devcap authors
// SPDX-License-Identifier: MIT
//! wasi:i2c/delay@0.2.0-draft. Sleeps in the kernel: nothing else could run meanwhile.

use crate::bind::Kind;
use crate::state::State;
use std::{io, mem};
use wasmtime::StoreContextMut;
use wasmtime::component::{Linker, Resource};

pub const NAME: &str = "wasi:i2c/delay@0.2.0-draft";

/// A handle that stands for no device: every guest that asks gets one.
pub struct Delay;

fn delay_ns(
    _: StoreContextMut<'_, State>,
    (_, nanoseconds): (Resource<Delay>, u32),
) -> wasmtime::Result<()> {
    // SAFETY: zeroes are a timespec.
    let mut end: libc::timespec = unsafe { mem::zeroed() };

    // SAFETY: `end` is a timespec; CLOCK_MONOTONIC always exists.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut end) };
    let sum = end.tv_nsec + i64::from(nanoseconds);
    end.tv_sec += sum / 1_000_000_000;
    end.tv_nsec = sum % 1_000_000_000;

    loop {
        // SAFETY: `end` is a timespec; with an absolute time no rest is written.
        let error = unsafe {
            libc::clock_nanosleep(
                libc::CLOCK_MONOTONIC,
                libc::TIMER_ABSTIME,
                &raw const end,
                std::ptr::null_mut(),
            )
        };

        match error {
            0 => return Ok(()),
            libc::EINTR => {}
            _ => return Err(io::Error::from_raw_os_error(error).into()),
        }
    }
}

pub fn link(linker: &mut Linker<State>, name: &str) -> wasmtime::Result<()> {
    let mut instance = linker.instance(name)?;

    instance.resource("delay", Kind::Delay.resource(), |_, _| Ok(()))?;
    instance.func_wrap("[method]delay.delay-ns", delay_ns)
}
