// SPDX-FileCopyrightText: 2026 The devcap authors
// SPDX-License-Identifier: MIT
//! A result for people (WAVE) or programs (JSON), one line on standard output.
//!
//! JSON: records are objects, lists and tuples arrays, enums and flags strings, a variant
//! `{"case": value}` (without a payload its name), a result `{"ok": …}` or `{"error": …}`,
//! an option its value or null. Numbers that JSON lacks (nan, inf) are strings.

use crate::failure::{Failure, Result};
use std::fmt::Write as _;
use std::io::Write as _;
use wasmtime::component::Val;

pub fn print(value: &Val, json: bool) -> Result<()> {
    let text = if json { to_json(value)? } else { to_wave(value)? };
    let mut out = std::io::stdout().lock();

    writeln!(out, "{text}")
        .and_then(|()| out.flush())
        .map_err(|error| Failure::own(format!("standard output: {error}")))
}

fn to_wave(value: &Val) -> Result<String> {
    value.to_wave().map_err(|error| Failure::own(format!("the result can't be printed: {error:#}")))
}

fn to_json(value: &Val) -> Result<String> {
    let mut out = String::new();

    json(&mut out, value)?;
    Ok(out)
}

fn string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

fn float(out: &mut String, text: String, is_finite: bool) {
    if is_finite {
        out.push_str(&text);
    } else {
        string(out, &text);
    }
}

fn array<'a>(out: &mut String, values: impl IntoIterator<Item = &'a Val>) -> Result<()> {
    out.push('[');
    for (index, value) in values.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        json(out, value)?;
    }
    out.push(']');
    Ok(())
}

fn object<'a>(
    out: &mut String,
    fields: impl IntoIterator<Item = (&'a str, Option<&'a Val>)>,
) -> Result<()> {
    out.push('{');
    for (index, (name, value)) in fields.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        string(out, name);
        out.push(':');
        match value {
            Some(value) => json(out, value)?,
            None => out.push_str("null"),
        }
    }
    out.push('}');
    Ok(())
}

fn json(out: &mut String, value: &Val) -> Result<()> {
    match value {
        Val::Bool(v) => out.push_str(if *v { "true" } else { "false" }),
        Val::S8(v) => out.push_str(&v.to_string()),
        Val::U8(v) => out.push_str(&v.to_string()),
        Val::S16(v) => out.push_str(&v.to_string()),
        Val::U16(v) => out.push_str(&v.to_string()),
        Val::S32(v) => out.push_str(&v.to_string()),
        Val::U32(v) => out.push_str(&v.to_string()),
        Val::S64(v) => out.push_str(&v.to_string()),
        Val::U64(v) => out.push_str(&v.to_string()),
        Val::Float32(v) => float(out, v.to_string(), v.is_finite()),
        Val::Float64(v) => float(out, v.to_string(), v.is_finite()),
        Val::Char(v) => string(out, v.encode_utf8(&mut [0; 4])),
        Val::String(v) | Val::Enum(v) => string(out, v),
        Val::List(v) | Val::Tuple(v) => array(out, v)?,
        Val::Record(v) => object(out, v.iter().map(|(name, value)| (name.as_str(), Some(value))))?,
        Val::Variant(case, None) => string(out, case),
        Val::Variant(case, Some(v)) => object(out, [(case.as_str(), Some(&**v))])?,
        Val::Option(None) => out.push_str("null"),
        Val::Option(Some(v)) => json(out, v)?,
        Val::Result(Ok(v)) => object(out, [("ok", v.as_deref())])?,
        Val::Result(Err(v)) => object(out, [("error", v.as_deref())])?,
        Val::Flags(names) => {
            out.push('[');
            for (index, name) in names.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                string(out, name);
            }
            out.push(']');
        }
        _ => return Err(Failure::own("the result can't be printed: it holds a handle or stream")),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(value: Val) -> Option<Box<Val>> {
        Some(Box::new(value))
    }

    #[test]
    fn json_of_each_kind() {
        for (value, expected) in [
            (Val::Float32(21.5), "21.5"),
            (Val::Float64(f64::NAN), "\"NaN\""),
            (Val::U64(u64::MAX), "18446744073709551615"),
            (Val::String("a\"\\\n\u{1}é".into()), "\"a\\\"\\\\\\n\\u0001é\""),
            (Val::Char('°'), "\"°\""),
            (Val::List(vec![Val::U8(1), Val::U8(2)]), "[1,2]"),
            (Val::Record(vec![("a".into(), Val::Bool(true))]), "{\"a\":true}"),
            (Val::Variant("bus".into(), None), "\"bus\""),
            (Val::Variant("no".into(), boxed(Val::Enum("data".into()))), "{\"no\":\"data\"}"),
            (Val::Option(None), "null"),
            (Val::Result(Ok(None)), "{\"ok\":null}"),
            (Val::Result(Err(boxed(Val::Enum("other".into())))), "{\"error\":\"other\"}"),
            (Val::Flags(vec!["r".into(), "w".into()]), "[\"r\",\"w\"]"),
        ] {
            assert_eq!(to_json(&value).unwrap(), expected);
        }
    }
}
