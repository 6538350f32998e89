// SPDX-FileCopyrightText: 2026 The devcap authors
// SPDX-License-Identifier: MIT
//! What the store holds for one guest. Holds no descriptor: a grant is a number here.

use crate::bus::Host;
use crate::scratch::Scratch;
use std::cell::RefCell;
use std::io;
use wasmtime::component::ResourceTable;
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

pub struct State {
    pub host: Host,
    pub scratch: Scratch,
    pub wasi: WasiCtx,
    pub table: ResourceTable,
    grants: Vec<String>,
    /// Grant and errno of the causes that were told.
    told: RefCell<Vec<(u32, i32)>>,
}

impl State {
    pub fn new(host: Host, grants: Vec<String>, wasi: WasiCtx) -> Self {
        let (scratch, table) = (Scratch::new(), ResourceTable::new());

        Self { host, scratch, wasi, table, grants, told: RefCell::default() }
    }

    /// Tells the operator why a transfer failed that the guest can't be told about in its
    /// dialect; each cause once, so that a guest that tries again floods no log.
    pub fn say_cause_once(&self, grant: u32, errno: i32, cause: &str) {
        let mut told = self.told.borrow_mut();

        if told.contains(&(grant, errno)) {
            return;
        }
        told.push((grant, errno));

        let name = self.grants.get(grant as usize).map_or("?", String::as_str);
        let error = io::Error::from_raw_os_error(errno);

        if cause.is_empty() {
            self.host.say(&format!("{name}: {error}"));
        } else {
            self.host.say(&format!("{name}: {cause}"));
        }
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}
