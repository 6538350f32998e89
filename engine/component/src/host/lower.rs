// SPDX-FileCopyrightText: 2026 The devcap authors
// SPDX-License-Identifier: MIT
//! A `result<list<u8>, E>` written into guest memory with one look at that memory: the
//! general way looks six times, a tenth of a short read's whole call. Decides nothing.

use std::mem::MaybeUninit;
use wasmtime::Result;
use wasmtime::component::__internal::{
    CanonicalAbiInfo, InstanceType, InterfaceType, LowerContext,
};
use wasmtime::component::{ComponentType, Lower};

/// What was read, or the dialect's error.
pub struct Bytes<E>(pub std::result::Result<&'static [u8], E>);

type Plain<E> = std::result::Result<&'static [u8], E>;

// Where the canonical ABI has the members of `result<list<u8>, E>`, as long as E needs no
// more than 4 bytes' alignment.
const POINTER: usize = 4;
const LENGTH: usize = 8;
const SIZE: usize = 12;

// SAFETY: the type, its size and its flat form are those of the plain result.
unsafe impl<E: ComponentType> ComponentType for Bytes<E> {
    type Lower = <Plain<E> as ComponentType>::Lower;

    const ABI: CanonicalAbiInfo = {
        let abi = <Plain<E> as ComponentType>::ABI;

        assert!(abi.size32 as usize == SIZE && abi.align32 as usize == POINTER);
        abi
    };

    fn typecheck(ty: &InterfaceType, types: &InstanceType<'_>) -> Result<()> {
        <Plain<E> as ComponentType>::typecheck(ty, types)
    }
}

// SAFETY: writes what the plain result writes.
unsafe impl<E: Lower> Lower for Bytes<E> {
    fn linear_lower_to_flat<T>(
        &self,
        cx: &mut LowerContext<'_, T>,
        ty: InterfaceType,
        to: &mut MaybeUninit<Self::Lower>,
    ) -> Result<()> {
        self.0.linear_lower_to_flat(cx, ty, to)
    }

    fn linear_lower_to_memory<T>(
        &self,
        cx: &mut LowerContext<'_, T>,
        ty: InterfaceType,
        offset: usize,
    ) -> Result<()> {
        let Ok(bytes) = &self.0 else { return self.0.linear_lower_to_memory(cx, ty, offset) };
        let pointer = cx.realloc(0, 0, 1, bytes.len())?;
        let memory = cx.as_slice_mut();

        memory[pointer..][..bytes.len()].copy_from_slice(bytes);
        let result = &mut memory[offset..][..SIZE];
        result[0] = 0;
        result[POINTER..LENGTH].copy_from_slice(&(pointer as u32).to_le_bytes());
        result[LENGTH..].copy_from_slice(&(bytes.len() as u32).to_le_bytes());
        Ok(())
    }
}
