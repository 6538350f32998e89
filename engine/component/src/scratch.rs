// SPDX-FileCopyrightText: 2026 The devcap authors
// SPDX-License-Identifier: MIT
//! Room for the bytes that one transfer reads, made once: the driver fills it, and it is
//! copied into guest memory from here. Never in use by two calls at a time.

use crate::bus::{I2C_MESSAGE_MAX, I2C_MESSAGES_MAX};
use std::ptr::NonNull;
use std::slice;

struct Room {
    bytes: [[u8; I2C_MESSAGE_MAX]; I2C_MESSAGES_MAX],
}

/// Lives until the process ends, so that what the host functions answer may be 'static: a
/// view is copied into guest memory right after the host function returned, before any
/// other call can be made, for the guest can't call out while it makes room for a result.
pub struct Scratch {
    room: NonNull<Room>,
    views: NonNull<[&'static [u8]; I2C_MESSAGES_MAX]>,
}

// SAFETY: one thread (component.h); Send is asked for by traits of wasmtime-wasi.
unsafe impl Send for Scratch {}

impl Scratch {
    pub fn new() -> Self {
        let layout = std::alloc::Layout::new::<Room>();
        // SAFETY: the layout is not empty, and zeroes are a Room. Untouched pages cost nothing.
        let room = NonNull::new(unsafe { std::alloc::alloc_zeroed(layout) }.cast::<Room>());
        let Some(room) = room else { std::alloc::handle_alloc_error(layout) };

        let views: [&'static [u8]; I2C_MESSAGES_MAX] = [&[]; I2C_MESSAGES_MAX];

        Self { room, views: NonNull::from(Box::leak(Box::new(views))) }
    }

    fn start(&self, message: usize) -> *mut u8 {
        assert!(message < I2C_MESSAGES_MAX);
        // SAFETY: the message lies within the room.
        unsafe { (&raw mut (*self.room.as_ptr()).bytes[message]).cast() }
    }

    /// Room for the bytes of one message. Each message of a transfer has its own.
    #[allow(clippy::mut_from_ref)]
    pub fn room(&self, message: usize, size: usize) -> &mut [u8] {
        assert!(size <= I2C_MESSAGE_MAX);
        // SAFETY: within the room; callers take each message once per transfer, and a view
        // of an earlier transfer is gone by now (see above).
        unsafe { slice::from_raw_parts_mut(self.start(message), size) }
    }

    /// What was read into room().
    pub fn view(&self, message: usize, size: usize) -> &'static [u8] {
        assert!(size <= I2C_MESSAGE_MAX);
        // SAFETY: within the room, which is never freed, and not written to while the view
        // is in use (see above).
        unsafe { slice::from_raw_parts(self.start(message), size) }
    }

    pub fn views(&self, reads: impl Iterator<Item = (usize, usize)>) -> &'static [&'static [u8]] {
        // SAFETY: as view(); nothing else has a reference to the array.
        let views = unsafe { &mut *self.views.as_ptr() };
        let mut count = 0;

        for (message, size) in reads {
            views[count] = self.view(message, size);
            count += 1;
        }
        &views[..count]
    }
}
