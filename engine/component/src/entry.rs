// SPDX-FileCopyrightText: 2026 The devcap authors
// SPDX-License-Identifier: MIT
//! What is called of a guest: wasi:cli/run, or the export that the operator invokes, with
//! its arguments. Everything is decided here before the guest's first instruction.

use crate::bind::{Binder, Handle, Kinds, list};
use crate::bus::Config;
use crate::failure::{Failure, Result, Status};
use crate::host::{delay, i2c};
use crate::state::State;
use wasmtime::component::types::{ComponentFunc, ComponentItem};
use wasmtime::component::{Component, ComponentExportIndex, Instance, Resource, ResourceAny};
use wasmtime::component::{Type, Val};
use wasmtime::{Engine, Store};

pub enum Argument {
    Value(Val),
    Handle(Handle),
}

pub enum Entry {
    /// wasi:cli/run
    Command(ComponentExportIndex),
    Invoke {
        export: ComponentExportIndex,
        arguments: Vec<Argument>,
        results: usize,
    },
}

/// One exported function and where it is.
struct Export {
    interface: Option<String>,
    function: String,
    ty: ComponentFunc,
}

impl Export {
    fn name(&self) -> String {
        match &self.interface {
            Some(interface) => format!("{interface}#{}", self.function),
            None => self.function.clone(),
        }
    }
}

fn exports(engine: &Engine, component: &Component) -> Vec<Export> {
    let mut exports = Vec::new();

    for (name, export) in component.component_type().exports(engine) {
        match export.ty {
            ComponentItem::ComponentFunc(ty) => {
                exports.push(Export { interface: None, function: name.to_owned(), ty });
            }
            ComponentItem::ComponentInstance(instance) => {
                for (function, export) in instance.exports(engine) {
                    if let ComponentItem::ComponentFunc(ty) = export.ty {
                        exports.push(Export {
                            interface: Some(name.to_owned()),
                            function: function.to_owned(),
                            ty,
                        });
                    }
                }
            }
            _ => {}
        }
    }
    exports
}

fn index(component: &Component, export: &Export) -> Result<ComponentExportIndex> {
    let interface = match &export.interface {
        Some(name) => Some(
            component
                .get_export_index(None, name)
                .ok_or_else(|| Failure::own(format!("export `{name}` vanished")))?,
        ),
        None => None,
    };

    component
        .get_export_index(interface.as_ref(), &export.function)
        .ok_or_else(|| Failure::own(format!("export `{}` vanished", export.name())))
}

fn signature(export: &Export) -> String {
    let parameters: Vec<_> = export
        .ty
        .params()
        .map(|(name, ty)| match ty {
            Type::Own(_) | Type::Borrow(_) => format!("{name} (takes a grant)"),
            _ => name.to_owned(),
        })
        .collect();

    format!("{}({})", export.name(), parameters.join(", "))
}

fn arguments(
    export: &Export,
    values: &[String],
    kinds: &Kinds,
    binder: &mut Binder,
    unbound: &mut Vec<String>,
) -> Result<Vec<Argument>> {
    let mut arguments = Vec::new();
    let mut values = values.iter();

    for (name, ty) in export.ty.params() {
        match kinds.handle(&ty) {
            Ok(Some(kind)) => match binder.bind(name, kind) {
                Some(handle) => arguments.push(Argument::Handle(handle)),
                None => unbound.push(name.to_owned()),
            },
            Ok(None) => {
                let Some(text) = values.next() else {
                    return Err(Failure::own(format!(
                        "`{}` needs an argument for `{name}`",
                        signature(export)
                    )));
                };
                let value = Val::from_wave(&ty, text).map_err(|error| {
                    Failure::own(format!(
                        "argument `{text}` for `{name}` of `{}`: {error:#}",
                        export.name()
                    ))
                })?;

                arguments.push(Argument::Value(value));
            }
            Err(()) => {
                return Err(Failure::refused(format!(
                    "`{}` takes a handle as `{name}` that nobody supplies",
                    signature(export)
                )));
            }
        }
    }
    if let Some(text) = values.next() {
        return Err(Failure::own(format!(
            "argument `{text}` is one too many for `{}`",
            signature(export)
        )));
    }
    Ok(arguments)
}

impl Entry {
    pub fn find(
        engine: &Engine,
        component: &Component,
        config: &Config,
        kinds: &Kinds,
        binder: &mut Binder,
        unbound: &mut Vec<String>,
    ) -> Result<Self> {
        let exports = exports(engine, component);
        let names = || list(&exports.iter().map(Export::name).collect::<Vec<_>>());

        let Some(invoke) = config.invoke() else {
            let is_run = |export: &&Export| {
                let interface = export.interface.as_deref().unwrap_or_default();

                interface.starts_with("wasi:cli/run@0.2.") && export.function == "run"
            };
            let Some(export) = exports.iter().find(is_run) else {
                let names = names();

                return Err(Failure::refused(format!(
                    "not a program: it exports no wasi:cli/run@0.2; choose one of its exports \
                     with --invoke: {names}"
                )));
            };

            return index(component, export).map(Self::Command);
        };
        let matching: Vec<_> = exports
            .iter()
            .filter(|export| export.name() == invoke || export.function == invoke)
            .collect();
        let export = match matching[..] {
            [export] => export,
            [] => {
                return Err(Failure::refused(format!(
                    "exports no `{invoke}`; exports: {}",
                    names()
                )));
            }
            [..] => {
                let names = list(&matching.iter().map(|e| e.name()).collect::<Vec<_>>());

                return Err(Failure::own(format!("--invoke {invoke}: which of {names}?")));
            }
        };
        let arguments = arguments(export, &config.values(), kinds, binder, unbound)?;

        Ok(Self::Invoke {
            export: index(component, export)?,
            arguments,
            results: export.ty.results().len(),
        })
    }

    /// Runs the guest to its end. An error of an invoked export is printed as any result.
    pub async fn call(
        self,
        store: &mut Store<State>,
        instance: &Instance,
        print: impl FnOnce(&Val) -> Result<()>,
    ) -> Result<()> {
        match self {
            Self::Command(run) => {
                let run = instance
                    .get_typed_func::<(), (std::result::Result<(), ()>,)>(&mut *store, &run)?;

                match run.call_async(store, ()).await.map_err(ended)? {
                    (Ok(()),) => Ok(()),
                    (Err(()),) => Err(Failure::new(Status::GuestFailed, "")),
                }
            }
            Self::Invoke { export, arguments, results } => {
                let Some(function) = instance.get_func(&mut *store, export) else {
                    return Err(Failure::own("the invoked export is no function"));
                };
                let arguments = lowered(arguments, store)?;
                let mut results = vec![Val::Bool(false); results];

                function.call_async(store, &arguments, &mut results).await.map_err(ended)?;
                let Some(result) = results.first() else { return Ok(()) };

                print(result)?;
                match result {
                    Val::Result(Err(_)) => Err(Failure::new(Status::GuestFailed, "")),
                    _ => Ok(()),
                }
            }
        }
    }
}

fn lowered(arguments: Vec<Argument>, store: &mut Store<State>) -> Result<Vec<Val>> {
    let mut values = Vec::with_capacity(arguments.len());

    for argument in arguments {
        values.push(match argument {
            Argument::Value(value) => value,
            Argument::Handle(Handle::I2c(grant)) => Val::Resource(ResourceAny::try_from_resource(
                Resource::<i2c::I2c>::new_own(grant),
                &mut *store,
            )?),
            Argument::Handle(Handle::Delay) => Val::Resource(ResourceAny::try_from_resource(
                Resource::<delay::Delay>::new_own(0),
                &mut *store,
            )?),
        });
    }
    Ok(values)
}

/// Why a call of the guest didn't come back.
pub fn ended(error: wasmtime::Error) -> Failure {
    match error.downcast_ref::<wasmtime_wasi::I32Exit>() {
        Some(exit) => Failure::exit(exit.0),
        None => Failure::new(
            Status::Trapped,
            format!("the guest trapped: {}\n{error}", error.root_cause()),
        ),
    }
}
