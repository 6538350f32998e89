// SPDX-FileCopyrightText: 2026 The devcap authors
// SPDX-License-Identifier: MIT
//! Reads what a component imports and fills one linker with exactly that. Refuses what
//! nobody offers before anything of the guest runs.

use crate::bind::{Binder, Handle, Kinds, list};
use crate::failure::{Failure, Result};
use crate::host::{delay, i2c, wasi};
use crate::state::State;
use wasmtime::Engine;
use wasmtime::component::types::{ComponentFunc, ComponentItem};
use wasmtime::component::{Component, InstancePre, Linker, Resource};

const OFFERED: &str = "wasi:i2c/i2c@0.2.0-draft, wasi:i2c/delay@0.2.0-draft, functions without \
     parameters that return an own i2c or delay, and WASI 0.2: wasi:cli, wasi:clocks, wasi:io, \
     wasi:random, and wasi:filesystem and wasi:sockets, both empty";

/// Prereleases match to the letter, WASI's releases any 0.2.x.
fn link_interface(linker: &mut Linker<State>, name: &str) -> wasmtime::Result<bool> {
    match name {
        i2c::NAME => i2c::link(linker, name).map(|()| true),
        delay::NAME => delay::link(linker, name).map(|()| true),
        _ => match name.split_once('@') {
            Some((interface, version)) if is_compatible(version) => wasi::link(linker, interface),
            _ => Ok(false),
        },
    }
}

fn is_compatible(version: &str) -> bool {
    version.strip_prefix("0.2.").is_some_and(|patch| patch.parse::<u32>().is_ok())
}

/// An imported function that supplies a handle.
fn link_function(linker: &mut Linker<State>, name: &str, handle: Handle) -> wasmtime::Result<()> {
    match handle {
        Handle::I2c(grant) => linker
            .root()
            .func_wrap(name, move |_, (): ()| Ok((Resource::<i2c::I2c>::new_own(grant),))),
        Handle::Delay => {
            linker.root().func_wrap(name, |_, (): ()| Ok((Resource::<delay::Delay>::new_own(0),)))
        }
    }
}

/// The kind of handle that a function without parameters answers.
fn supplies(ty: &ComponentFunc, kinds: &Kinds) -> Option<crate::bind::Kind> {
    let mut results = ty.results();

    if ty.params().len() != 0 || results.len() != 1 {
        return None;
    }
    match results.next()? {
        borrow @ wasmtime::component::Type::Own(_) => kinds.handle(&borrow).ok().flatten(),
        _ => None,
    }
}

pub fn link(
    engine: &Engine,
    component: &Component,
    kinds: &Kinds,
    binder: &mut Binder,
    unbound: &mut Vec<String>,
) -> Result<Linker<State>> {
    let mut linker = Linker::new(engine);
    let mut refused = Vec::new();
    let ty = component.component_type();

    for (name, import) in ty.imports(engine) {
        let is_offered = match import.ty {
            ComponentItem::ComponentInstance(_) => link_interface(&mut linker, name)?,
            ComponentItem::ComponentFunc(ty) => match supplies(&ty, kinds) {
                Some(kind) => {
                    match binder.bind(name, kind) {
                        Some(handle) => link_function(&mut linker, name, handle)?,
                        None => unbound.push(name.to_owned()),
                    }
                    true
                }
                None => false,
            },
            // A world that uses a type of an interface imports it a second time.
            ComponentItem::Resource(ty) => match kinds.of_resource(&ty) {
                Some(kind) => {
                    linker.root().resource(name, kind.resource(), |_, _| Ok(()))?;
                    true
                }
                None => false,
            },
            ComponentItem::Type(_) => true,
            _ => false,
        };

        if !is_offered {
            refused.push(name.to_owned());
        }
    }
    if !refused.is_empty() {
        return Err(Failure::refused(format!(
            "imports {}, which nobody offers here; offered: {OFFERED}",
            list(&refused)
        )));
    }
    Ok(linker)
}

pub fn check(linker: &Linker<State>, component: &Component) -> Result<InstancePre<State>> {
    linker.instantiate_pre(component).map_err(|error| {
        Failure::refused(format!("its imports differ from what is offered: {error:#}"))
    })
}
