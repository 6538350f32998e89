// SPDX-FileCopyrightText: 2026 The devcap authors
// SPDX-License-Identifier: MIT
//! component.h, seen from Rust: the C structs and safe ways to use them. Nothing here
//! decides anything; a change here is a change there.

use std::ffi::{CStr, CString, c_char, c_void};
use std::marker::PhantomData;
use std::{ptr, slice};

pub const I2C_MESSAGES_MAX: usize = 42;
pub const I2C_MESSAGE_MAX: usize = 8192;

/// One message of an I2C transfer; borrows its bytes.
#[repr(C)]
pub struct Message<'a> {
    data: *mut u8,
    size: u32,
    read: u32,
    bytes: PhantomData<&'a mut [u8]>,
}

impl<'a> Message<'a> {
    pub const EMPTY: Self = Self { data: ptr::null_mut(), size: 0, read: 0, bytes: PhantomData };

    /// A message that writes `data`, which the driver only reads.
    pub fn write(data: &'a [u8]) -> Self {
        debug_assert!(data.len() <= I2C_MESSAGE_MAX);
        Self {
            data: data.as_ptr().cast_mut(),
            size: data.len() as u32,
            read: 0,
            bytes: PhantomData,
        }
    }

    pub fn read(data: &'a mut [u8]) -> Self {
        debug_assert!(data.len() <= I2C_MESSAGE_MAX);
        Self { data: data.as_mut_ptr(), size: data.len() as u32, read: 1, bytes: PhantomData }
    }
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Host {
    context: *mut c_void,
    say: unsafe extern "C" fn(*mut c_void, *const c_char),
    i2c_transfer: unsafe extern "C" fn(*mut c_void, u32, u16, *mut c_void, u32) -> i32,
}

// SAFETY: component.h promises one thread; Send is asked for by traits of wasmtime-wasi that
// would allow more than one.
unsafe impl Send for Host {}
// SAFETY: as above.
unsafe impl Sync for Host {}

impl Host {
    pub fn say(&self, message: &str) {
        let Ok(message) = CString::new(message.replace('\0', " ")) else { return };

        // SAFETY: the callback and its context come together (component.h).
        unsafe { (self.say)(self.context, message.as_ptr()) }
    }

    /// Answers 0 or a negative errno.
    #[inline]
    pub fn i2c_transfer(&self, grant: u32, address: u16, messages: &mut [Message]) -> i32 {
        let (first, count) = (messages.as_mut_ptr(), messages.len() as u32);

        // SAFETY: the messages and the bytes they point to are borrowed until the call
        // returns, and the driver keeps no pointer (component.h).
        unsafe { (self.i2c_transfer)(self.context, grant, address, first.cast(), count) }
    }
}

#[repr(C)]
pub struct Binding {
    import: *const c_char,
    grant: *const c_char,
}

#[repr(C)]
pub struct Config {
    host: *const Host,
    code: *const u8,
    code_size: usize,
    name: *const c_char,
    invoke: *const c_char,
    pub json: bool,
    grants: *const *const c_char,
    grant_count: usize,
    bindings: *const Binding,
    binding_count: usize,
    values: *const *const c_char,
    value_count: usize,
    arguments: *const *const c_char,
    argument_count: usize,
}

/// A C string of the configuration, as text; what is not UTF-8 is replaced.
///
/// SAFETY: `text` is NULL or a C string that stays as it is for as long as `'a`.
unsafe fn text<'a>(text: *const c_char) -> Option<std::borrow::Cow<'a, str>> {
    if text.is_null() {
        return None;
    }
    // SAFETY: the caller's promise.
    Some(unsafe { CStr::from_ptr(text) }.to_string_lossy())
}

/// SAFETY: `first` points to `count` items that stay as they are for as long as `'a`.
unsafe fn items<'a, T>(first: *const T, count: usize) -> &'a [T] {
    if count == 0 {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { slice::from_raw_parts(first, count) }
}

/// SAFETY: as items(), and each item is a C string.
unsafe fn texts(first: *const *const c_char, count: usize) -> Vec<String> {
    // SAFETY: the caller's promise.
    unsafe { items(first, count) }
        .iter()
        // SAFETY: the caller's promise.
        .map(|&item| unsafe { text(item) }.unwrap_or_default().into_owned())
        .collect()
}

/// All of it stays as it is until component_free() (component.h): the contract of every method.
impl Config {
    pub fn host(&self) -> Host {
        // SAFETY: the contract above.
        unsafe { *self.host }
    }

    pub fn code(&self) -> &'static [u8] {
        // SAFETY: the contract above.
        unsafe { items(self.code, self.code_size) }
    }

    pub fn name(&self) -> String {
        // SAFETY: the contract above.
        unsafe { text(self.name) }.unwrap_or_default().into_owned()
    }

    pub fn invoke(&self) -> Option<String> {
        // SAFETY: the contract above.
        unsafe { text(self.invoke) }.map(|name| name.into_owned())
    }

    pub fn grants(&self) -> Vec<String> {
        // SAFETY: the contract above.
        unsafe { texts(self.grants, self.grant_count) }
    }

    /// Import (or parameter) and grant.
    pub fn bindings(&self) -> Vec<(String, String)> {
        // SAFETY: the contract above.
        unsafe { items(self.bindings, self.binding_count) }
            .iter()
            // SAFETY: the contract above.
            .map(|binding| unsafe {
                (
                    text(binding.import).unwrap_or_default().into_owned(),
                    text(binding.grant).unwrap_or_default().into_owned(),
                )
            })
            .collect()
    }

    pub fn values(&self) -> Vec<String> {
        // SAFETY: the contract above.
        unsafe { texts(self.values, self.value_count) }
    }

    pub fn arguments(&self) -> Vec<String> {
        // SAFETY: the contract above.
        unsafe { texts(self.arguments, self.argument_count) }
    }
}
