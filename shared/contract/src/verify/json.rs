//! Strict reading of JSON: a member twice is an error, since readers differ in which of the two they take.

use super::{
    DOCUMENT_BYTES_MAX,
    report::{Fault, FaultCode, Place},
};
use crate::credential::locator::escape;
use serde::{
    Deserialize, Deserializer,
    de::{Error as _, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value};
use serde_path_to_error::{Path, Segment};
use std::fmt;

/// Marks our own error among those of the JSON reader.
const DUPLICATE: &str = "duplicate member";

/// Reads `document`. A byte order mark at its start is skipped: some editors add one.
pub(crate) fn parse(document: &[u8]) -> Result<Value, Fault> {
    if document.len() > DOCUMENT_BYTES_MAX {
        return Err(Fault::at("", FaultCode::TooLarge)
            .expected(format!("at most {DOCUMENT_BYTES_MAX} bytes"))
            .found(document.len()));
    }
    let document = document.strip_prefix(b"\xef\xbb\xbf").unwrap_or(document);
    serde_json::from_slice::<Strict>(document)
        .map(|Strict(value)| value)
        .map_err(|error| {
            let found = error.to_string();
            Fault {
                code: if found.starts_with(DUPLICATE) {
                    FaultCode::DuplicateMember
                } else {
                    FaultCode::NotJson
                },
                place: Place::Position {
                    line: error.line(),
                    column: error.column(),
                },
                expected: None,
                found: Some(found),
            }
        })
}

/// The JSON pointer of a reader's path.
pub(crate) fn pointer(path: &Path) -> String {
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{}", escape(key)),
            Segment::Enum { .. } | Segment::Unknown => String::new(),
        })
        .collect()
}

struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Self)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom("a number that JSON cannot carry"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if object.contains_key(&name) {
                return Err(A::Error::custom(format_args!("{DUPLICATE} {name:?}")));
            }
            let Strict(value) = members.next_value()?;
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}
