// SPDX-FileCopyrightText: 2026 The devcap authors
// SPDX-License-Identifier: MIT
//! wasi:i2c/i2c@0.2.0-draft: typed host functions over the I2C driver. Never allocates on
//! the way of the data, and never decides what a guest may do: the capability does.

use crate::bind::Kind;
use crate::bus::{I2C_MESSAGE_MAX, I2C_MESSAGES_MAX, Message};
use crate::host::lower::Bytes;
use crate::state::State;
use std::mem::MaybeUninit;
use wasmtime::StoreContextMut;
use wasmtime::component::{ComponentType, Lift, Linker, Lower, Resource, WasmList};

pub const NAME: &str = "wasi:i2c/i2c@0.2.0-draft";

/// A guest's handle. Its representation is the index of the grant: nothing is looked up,
/// nothing is to be freed, and a handle that is dropped leaves others of its grant alive.
pub struct I2c;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ComponentType, Lift, Lower)]
#[component(enum)]
#[repr(u8)]
pub enum Source {
    #[component(name = "address")]
    Address,
    #[component(name = "data")]
    Data,
    #[component(name = "unknown")]
    Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ComponentType, Lift, Lower)]
#[component(variant)]
pub enum ErrorCode {
    #[component(name = "bus")]
    Bus,
    #[component(name = "arbitration-loss")]
    ArbitrationLoss,
    #[component(name = "no-acknowledge")]
    NoAcknowledge(Source),
    #[component(name = "overrun")]
    Overrun,
    #[component(name = "other")]
    Other,
}

#[derive(ComponentType, Lift)]
#[component(variant)]
enum Operation {
    #[component(name = "read")]
    Read(u64),
    #[component(name = "write")]
    Write(WasmList<u8>),
}

type Answer<T> = wasmtime::Result<(Result<T, ErrorCode>,)>;

/// What each errno of a transfer is in this dialect, which has no error for a refusal or a
/// device that is gone: those are `other`, and the operator is told the cause, once.
/// Drivers answer as Documentation/i2c/fault-codes.rst says. EIO is vague there; the kernel's
/// bit-banging algorithm answers it for data that was not acknowledged. EREMOTEIO is common for
/// a missing acknowledge whose phase the adapter can't tell.
const ERRORS: &[(i32, ErrorCode, &str)] = &[
    (libc::ENXIO, ErrorCode::NoAcknowledge(Source::Address), ""),
    (libc::EREMOTEIO, ErrorCode::NoAcknowledge(Source::Unknown), ""),
    (libc::EIO, ErrorCode::NoAcknowledge(Source::Data), ""),
    (libc::EPROTO, ErrorCode::Bus, ""),
    (libc::EAGAIN, ErrorCode::ArbitrationLoss, ""),
    (libc::EOVERFLOW, ErrorCode::Overrun, ""),
    (libc::ETIMEDOUT, ErrorCode::Other, "the transfer timed out"),
    (libc::ENODEV, ErrorCode::Other, "the device is gone: unplugged, revoked, or its lease ended"),
    (libc::ESHUTDOWN, ErrorCode::Other, "the device is gone: its adapter was shut down"),
    (libc::EACCES, ErrorCode::Other, "its rule refuses this; `devcap events` tells the reason"),
    (libc::EDQUOT, ErrorCode::Other, "its budget of operations is spent"),
    (libc::EOPNOTSUPP, ErrorCode::Other, "the adapter speaks SMBus, which has no such transfer"),
    (libc::EMSGSIZE, ErrorCode::Other, "more than 8192 bytes in a message"),
    (libc::E2BIG, ErrorCode::Other, "more than 42 messages in a transaction"),
    (libc::EADDRNOTAVAIL, ErrorCode::Other, "not an I2C address: 10 bits at most"),
    (libc::ENOTTY, ErrorCode::Other, "its descriptor is no I2C device"),
];

#[cold]
fn failed(state: &State, grant: u32, errno: i32) -> ErrorCode {
    let known = ERRORS.iter().find(|(of, ..)| *of == errno);
    let (code, cause) = known.map_or((ErrorCode::Other, ""), |(_, code, cause)| (*code, *cause));

    if code == ErrorCode::Other {
        state.say_cause_once(grant, errno, cause);
    }
    code
}

fn transfer(
    state: &State,
    grant: u32,
    address: u16,
    messages: &mut [Message],
) -> Result<(), ErrorCode> {
    if address > 0x3ff {
        return Err(failed(state, grant, libc::EADDRNOTAVAIL));
    }
    match state.host.i2c_transfer(grant, address, messages) {
        0 => Ok(()),
        error => Err(failed(state, grant, -error)),
    }
}

fn checked_size(state: &State, grant: u32, size: u64) -> Result<usize, ErrorCode> {
    if size > I2C_MESSAGE_MAX as u64 {
        return Err(failed(state, grant, libc::EMSGSIZE));
    }
    Ok(size as usize)
}

/// Outgoing bytes, in the guest's memory.
fn outgoing<'a>(
    cx: &'a StoreContextMut<'_, State>,
    grant: u32,
    data: &WasmList<u8>,
) -> Result<&'a [u8], ErrorCode> {
    checked_size(cx.data(), grant, data.len() as u64)?;
    Ok(data.as_le_slice(cx))
}

fn read(
    cx: StoreContextMut<'_, State>,
    (i2c, address, size): (Resource<I2c>, u16, u64),
) -> wasmtime::Result<(Bytes<ErrorCode>,)> {
    let (state, grant) = (cx.data(), i2c.rep());
    let answer = checked_size(state, grant, size).and_then(|size| {
        let room = state.scratch.room(0, size);

        transfer(state, grant, address, &mut [Message::read(room)])?;
        Ok(state.scratch.view(0, size))
    });

    Ok((Bytes(answer),))
}

fn write(
    cx: StoreContextMut<'_, State>,
    (i2c, address, data): (Resource<I2c>, u16, WasmList<u8>),
) -> Answer<()> {
    let grant = i2c.rep();
    let answer = outgoing(&cx, grant, &data)
        .and_then(|data| transfer(cx.data(), grant, address, &mut [Message::write(data)]));

    Ok((answer,))
}

fn write_read(
    cx: StoreContextMut<'_, State>,
    (i2c, address, data, size): (Resource<I2c>, u16, WasmList<u8>, u64),
) -> wasmtime::Result<(Bytes<ErrorCode>,)> {
    let (state, grant) = (cx.data(), i2c.rep());
    let answer = outgoing(&cx, grant, &data).and_then(|data| {
        let size = checked_size(state, grant, size)?;
        let room = state.scratch.room(0, size);

        transfer(state, grant, address, &mut [Message::write(data), Message::read(room)])?;
        Ok(state.scratch.view(0, size))
    });

    Ok((Bytes(answer),))
}

/// Answers what was read: one list for each read, in the order of the operations.
fn transaction(
    mut cx: StoreContextMut<'_, State>,
    (i2c, address, operations): (Resource<I2c>, u16, WasmList<Operation>),
) -> Answer<&'static [&'static [u8]]> {
    let (grant, count) = (i2c.rep(), operations.len());
    let mut sizes = [0; I2C_MESSAGES_MAX];
    let mut data: [MaybeUninit<WasmList<u8>>; I2C_MESSAGES_MAX] =
        [const { MaybeUninit::uninit() }; I2C_MESSAGES_MAX];
    let mut is_read = [false; I2C_MESSAGES_MAX];

    if count > I2C_MESSAGES_MAX {
        return Ok((Err(failed(cx.data(), grant, libc::E2BIG)),));
    }
    for index in 0..count {
        let Some(operation) = operations.get(&mut cx, index) else { break };
        let size = match operation? {
            Operation::Read(size) => {
                is_read[index] = true;
                size
            }
            Operation::Write(list) => data[index].write(list).len() as u64,
        };

        match checked_size(cx.data(), grant, size) {
            Ok(size) => sizes[index] = size,
            Err(error) => return Ok((Err(error),)),
        }
    }

    let state = cx.data();
    let mut messages = [const { Message::EMPTY }; I2C_MESSAGES_MAX];

    for index in 0..count {
        messages[index] = if is_read[index] {
            Message::read(state.scratch.room(index, sizes[index]))
        } else {
            // SAFETY: each operation that is no read has written its list above.
            let list = unsafe { data[index].assume_init_ref() };

            Message::write(list.as_le_slice(&cx))
        };
    }
    if count > 0
        && let Err(error) = transfer(state, grant, address, &mut messages[..count])
    {
        return Ok((Err(error),));
    }
    Ok((Ok(state.scratch.views((0..count).filter(|&i| is_read[i]).map(|i| (i, sizes[i])))),))
}

pub fn link(linker: &mut Linker<State>, name: &str) -> wasmtime::Result<()> {
    let mut instance = linker.instance(name)?;

    instance.resource("i2c", Kind::I2c.resource(), |_, _| Ok(()))?;
    instance.func_wrap("[method]i2c.transaction", transaction)?;
    instance.func_wrap("[method]i2c.read", read)?;
    instance.func_wrap("[method]i2c.write", write)?;
    instance.func_wrap("[method]i2c.write-read", write_read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_errno_stands_once_in_the_table() {
        for (index, (errno, ..)) in ERRORS.iter().enumerate() {
            assert!(ERRORS[index + 1..].iter().all(|(other, ..)| other != errno), "{errno}");
        }
    }

    #[test]
    fn only_other_has_a_cause_to_tell() {
        for (errno, code, cause) in ERRORS {
            assert_eq!(*code == ErrorCode::Other, !cause.is_empty(), "{errno}");
        }
    }
}
