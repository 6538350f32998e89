// SPDX-FileCopyrightText: 2026 The devcap authors
// SPDX-License-Identifier: MIT
//! What guests may import: one file per package or bus. A host function reaches hardware
//! through the tables of component.h alone.

pub mod delay;
pub mod i2c;
mod lower;
pub mod stdin;
pub mod wasi;
