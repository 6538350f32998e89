// SPDX-FileCopyrightText: 2026 The devcap authors
// SPDX-License-Identifier: MIT
//! Why a step ended, as the exit status and the message that go with it (component.h).

use std::borrow::Cow;

#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    GuestFailed = 1,
    Failed = 125,
    Refused = 126,
    Trapped = 134,
}

#[derive(Debug)]
pub struct Failure {
    pub status: i32,
    /// Empty where the guest has said what there was to say.
    pub message: Cow<'static, str>,
}

pub type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    pub fn new(status: Status, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status: status as i32, message: message.into() }
    }

    /// Our own failure, or bad usage.
    pub fn own(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Status::Failed, message)
    }

    /// This component can't be run.
    pub fn refused(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Status::Refused, message)
    }

    /// The guest ended by itself, with this exit code.
    pub fn exit(code: i32) -> Self {
        Self { status: code, message: Cow::Borrowed("") }
    }
}

impl From<wasmtime::Error> for Failure {
    fn from(error: wasmtime::Error) -> Self {
        Self::own(format!("{error:#}"))
    }
}
