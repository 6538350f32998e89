// SPDX-FileCopyrightText: 2026 The devcap authors
// SPDX-License-Identifier: MIT
//! The component host of devcap-engine, behind component.h. It holds no policy and opens
//! nothing; hardware is reached through the C tables alone.

mod bind;
mod bus;
mod code;
mod config;
mod entry;
mod failure;
mod host;
mod link;
mod print;
mod scratch;
mod state;

use bind::{Binder, Kinds};
use bus::Config;
use entry::Entry;
use failure::{Failure, Result};
use state::State;
use std::ffi::c_int;
use std::io::Write;
use tokio::runtime::Runtime;
use wasmtime::component::{Instance, InstancePre};
use wasmtime::{Engine, Store};

/// One guest. Fields are dropped in this order.
pub struct Component {
    config: &'static Config,
    running: Option<(Store<State>, Instance)>,
    linked: Option<(InstancePre<State>, Entry)>,
    entry: Option<Entry>,
    component: wasmtime::component::Component,
    engine: Engine,
    runtime: Runtime,
}

impl Component {
    fn load(config: &'static Config) -> Result<Self> {
        let engine = code::engine()?;
        let component = code::load(&engine, config)?;
        // One thread: wasmtime-wasi would start a pool where no runtime is entered.
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::own(format!("event loop: {error}")))?;

        Ok(Self { config, running: None, linked: None, entry: None, component, engine, runtime })
    }

    fn link(&mut self) -> Result<()> {
        let (engine, component) = (&self.engine, &self.component);
        let kinds = Kinds::of(&component.component_type(), engine);
        let (mut binder, mut unbound) = (Binder::new(self.config)?, Vec::new());
        let linker = link::link(engine, component, &kinds, &mut binder, &mut unbound)?;
        let entry = Entry::find(engine, component, self.config, &kinds, &mut binder, &mut unbound)?;

        binder.finish(&unbound)?;
        self.linked = Some((link::check(&linker, component)?, entry));
        Ok(())
    }

    fn instantiate(&mut self) -> Result<()> {
        let Some((pre, entry)) = self.linked.take() else {
            return Err(Failure::own("instantiated before it was linked"));
        };
        let config = self.config;
        let wasi = host::wasi::context(&config.name(), &config.arguments());
        let mut store = Store::new(&self.engine, State::new(config.host(), config.grants(), wasi));
        let instance =
            self.runtime.block_on(pre.instantiate_async(&mut store)).map_err(entry::ended)?;

        self.entry = Some(entry);
        self.running = Some((store, instance));
        Ok(())
    }

    fn run(&mut self) -> Result<()> {
        let (Some(entry), Some((store, instance))) = (self.entry.take(), &mut self.running) else {
            return Err(Failure::own("run before it was instantiated"));
        };
        let json = self.config.json;

        let result =
            self.runtime.block_on(entry.call(store, instance, |value| print::print(value, json)));

        // What the guest wrote without a newline; it has ended, so an error is nobody's.
        let _ = std::io::stdout().flush();
        result
    }
}

fn status(config: &Config, result: Result<()>) -> c_int {
    let Err(failure) = result else { return 0 };

    if !failure.message.is_empty() {
        config.host().say(&format!("{}: {}", config.name(), failure.message));
    }
    failure.status
}

/// # Safety
/// `config` and all that it points to stay as they are until component_free(); `component`
/// may be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn component_load(
    config: *const Config,
    component: *mut *mut Component,
) -> c_int {
    // SAFETY: the caller's promise.
    let config: &'static Config = unsafe { &*config };

    match Component::load(config) {
        Ok(loaded) => {
            // SAFETY: the caller's promise.
            unsafe { *component = Box::into_raw(Box::new(loaded)) };
            0
        }
        Err(failure) => status(config, Err(failure)),
    }
}

/// # Safety
/// `component` is what component_load() gave.
unsafe fn step(component: *mut Component, step: fn(&mut Component) -> Result<()>) -> c_int {
    // SAFETY: the caller's promise; one thread, so there is no other reference.
    let component = unsafe { &mut *component };
    let result = step(component);

    status(component.config, result)
}

/// # Safety
/// `component` is what component_load() gave.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn component_link(component: *mut Component) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { step(component, Component::link) }
}

/// # Safety
/// `component` is what component_load() gave.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn component_instantiate(component: *mut Component) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { step(component, Component::instantiate) }
}

/// # Safety
/// `component` is what component_load() gave.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn component_run(component: *mut Component) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { step(component, Component::run) }
}

/// # Safety
/// `component` is what component_load() gave, or NULL; nobody uses it any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn component_free(component: *mut Component) {
    if !component.is_null() {
        // SAFETY: the caller's promise.
        drop(unsafe { Box::from_raw(component) });
    }
}
