// SPDX-FileCopyrightText: 2026 The devcap authors
// SPDX-License-Identifier: MIT
//! Which handle takes which grant: by the operator's word, by name, or because there is but
//! one. Never guesses: what stays open is an error that lists both sides.

use crate::bus::Config;
use crate::failure::{Failure, Result};
use crate::host::{delay, i2c};
use wasmtime::Engine;
use wasmtime::component::types::{Component, ComponentItem};
use wasmtime::component::{ResourceType, Type};

/// What a handle of the guest stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handle {
    I2c(u32),
    Delay,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    I2c,
    Delay,
}

impl Kind {
    /// What the linker is told.
    pub fn resource(self) -> ResourceType {
        match self {
            Self::I2c => ResourceType::host::<i2c::I2c>(),
            Self::Delay => ResourceType::host::<delay::Delay>(),
        }
    }
}

/// The resource types that stand for hardware, as this component imports them.
pub struct Kinds(Vec<(ResourceType, Kind)>);

impl Kinds {
    pub fn of(ty: &Component, engine: &Engine) -> Self {
        let mut kinds = Vec::new();

        for (interface, resource, kind) in
            [(i2c::NAME, "i2c", Kind::I2c), (delay::NAME, "delay", Kind::Delay)]
        {
            let Some(import) = ty.get_import(engine, interface) else { continue };
            let ComponentItem::ComponentInstance(instance) = import.ty else { continue };
            let Some(export) = instance.get_export(engine, resource) else { continue };

            if let ComponentItem::Resource(ty) = export.ty {
                kinds.push((ty, kind));
            }
        }
        Self(kinds)
    }

    /// The kind of a resource; None where nobody supplies it.
    pub fn of_resource(&self, ty: &ResourceType) -> Option<Kind> {
        self.0.iter().find(|(of, _)| of == ty).map(|(_, kind)| *kind)
    }

    /// None: not a handle. An error: a handle that nobody supplies.
    pub fn handle(&self, ty: &Type) -> std::result::Result<Option<Kind>, ()> {
        let (Type::Own(resource) | Type::Borrow(resource)) = ty else { return Ok(None) };

        self.of_resource(resource).map(Some).ok_or(())
    }
}

/// Decides bindings, and remembers which of the operator's were of use.
pub struct Binder {
    grants: Vec<String>,
    bindings: Vec<(String, String)>,
    used: Vec<bool>,
    /// Names that take a grant, for messages.
    names: Vec<String>,
}

impl Binder {
    pub fn new(config: &Config) -> Result<Self> {
        let (grants, bindings) = (config.grants(), config.bindings());

        for (index, (import, grant)) in bindings.iter().enumerate() {
            if !grants.contains(grant) {
                let grants = list(&grants);

                return Err(Failure::own(format!(
                    "--bind {import}={grant}: no grant `{grant}`; grants: {grants}"
                )));
            }
            if bindings[..index].iter().any(|(other, _)| other == import) {
                return Err(Failure::own(format!("--bind {import}: given twice")));
            }
        }
        Ok(Self { used: vec![false; bindings.len()], grants, bindings, names: Vec::new() })
    }

    pub fn bind(&mut self, name: &str, kind: Kind) -> Option<Handle> {
        if kind == Kind::Delay {
            return Some(Handle::Delay);
        }
        self.names.push(name.to_owned());

        let by_word = self.bindings.iter().position(|(import, _)| import == name);
        let grant = if let Some(index) = by_word {
            self.used[index] = true;
            self.bindings[index].1.as_str()
        } else if self.grants.len() == 1 {
            self.grants[0].as_str()
        } else {
            name
        };
        let index = self.grants.iter().position(|of| of == grant)?;

        Some(Handle::I2c(index as u32))
    }

    /// Says what is unbound, or which binding of the operator's binds nothing.
    pub fn finish(self, unbound: &[String]) -> Result<()> {
        let (names, grants) = (list(&self.names), list(&self.grants));

        if let [first, ..] = unbound {
            let way_out = if self.grants.is_empty() {
                format!("give one with --grant {first}=SPEC")
            } else {
                format!("say which with --bind {first}=GRANT")
            };
            let unbound = list(unbound);

            return Err(Failure::refused(format!(
                "no grant for {unbound}: the component takes {names}; grants: {grants}; {way_out}"
            )));
        }
        for (index, (import, grant)) in self.bindings.iter().enumerate() {
            if !self.used[index] {
                return Err(Failure::own(format!(
                    "--bind {import}={grant}: nothing takes a grant as `{import}`; the component \
                     takes {names}"
                )));
            }
        }
        Ok(())
    }
}

/// Names for a message.
pub fn list(names: &[String]) -> String {
    if names.is_empty() {
        return "none".into();
    }
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
