//! The sheet of a row: there where the manifest names it, as it was sealed, and carrying the very study proof that lies beside it.

use super::{
    Files,
    manifest::Listed,
    report::{PackFault, PackFaultCode as Code},
    row::gone,
};
use crate::{
    canonical,
    credential::locator::escape,
    digest::Digest,
    verify::{Fault, FaultCode, json as strict, sheet},
};
use serde_json::Value;

/// Longest value that a fault shows of a proof.
const SHOWN_MAX: usize = 200;

/// Checks the sheet at `path`; `proof` is the study proof of the row as its file has it, unless something is wrong with that.
pub(super) fn check(
    files: &Files,
    path: &str,
    row: Option<&Listed>,
    proof: Option<&[u8]>,
    faults: &mut Vec<PackFault>,
) {
    let (named, reason) = (
        row.and_then(|row| row.pdf),
        row.and_then(|row| row.no_pdf.as_ref()),
    );
    let pdf = match files.get(path) {
        None if named.is_some() => return gone(path, faults),
        // A damaged one is named by the list.
        None | Some(None) => return,
        Some(Some(pdf)) => pdf,
    };
    let named_already = faults.iter().any(|fault| fault.file == path);
    match (row, named) {
        // A pack from before there were sheets in it says nothing about this file but its hash.
        (Some(_), None) if reason.is_none() => return,
        (Some(_), None) if !named_already => faults.push(PackFault::of(path, Code::NotListed)),
        (Some(_), Some(named)) if !named_already && named != Digest::of(&[pdf]) => faults.push(
            PackFault::of(path, Code::Changed)
                .expected(named)
                .found(Digest::of(&[pdf])),
        ),
        _ => {}
    }
    let inside = sheet::is_pdf(pdf).then(|| sheet::attached(pdf)).flatten();
    match (inside, proof) {
        (None, _) => {
            let fault = Fault::at("", FaultCode::NoAttachment);
            faults.push(PackFault::document(path, fault));
        }
        (Some(inside), Some(proof)) if inside != proof => {
            faults.extend(other_proof(path, inside, proof));
        }
        (Some(_), _) => {}
    }
}

/// Where the proof in the sheet differs from the one beside it. The digest of a proof is the same on all its faces, however it is written.
fn other_proof(path: &str, inside: &[u8], proof: &[u8]) -> Option<PackFault> {
    let inside = match strict::parse(inside) {
        Ok(inside) => inside,
        Err(fault) => return Some(PackFault::document(path, fault)),
    };
    let fault = PackFault::of(path, Code::OtherProof);
    let Ok(proof) = strict::parse(proof) else {
        return Some(fault);
    };
    if canonical::digest(&inside).ok() == canonical::digest(&proof).ok() {
        return None;
    }
    let Some(difference) = first_difference(&proof, &inside, String::new()) else {
        return Some(fault);
    };
    let mut fault = fault.at(difference.place);
    if let Some(expected) = difference.expected.and_then(shown) {
        fault = fault.expected(expected);
    }
    if let Some(found) = difference.found.and_then(shown) {
        fault = fault.found(found);
    }
    Some(fault)
}

/// The first value that two documents do not share.
struct Difference<'a> {
    /// Where, as a JSON pointer.
    place: String,
    expected: Option<&'a Value>,
    found: Option<&'a Value>,
}

fn first_difference<'a>(
    expected: &'a Value,
    found: &'a Value,
    place: String,
) -> Option<Difference<'a>> {
    let within = |name: &str, one: Option<&'a Value>, other: Option<&'a Value>| {
        let place = format!("{place}/{}", escape(name));
        match (one, other) {
            (Some(one), Some(other)) => first_difference(one, other, place),
            (expected, found) => Some(Difference {
                place,
                expected,
                found,
            }),
        }
    };
    match (expected, found) {
        (Value::Object(one), Value::Object(other)) => one
            .keys()
            .chain(other.keys().filter(|name| !one.contains_key(*name)))
            .find_map(|name| within(name, one.get(name), other.get(name))),
        (Value::Array(one), Value::Array(other)) => (0..one.len().max(other.len()))
            .find_map(|at| within(&at.to_string(), one.get(at), other.get(at))),
        _ => (expected != found).then_some(Difference {
            place,
            expected: Some(expected),
            found: Some(found),
        }),
    }
}

/// A value in a line; what is longer says nothing to people.
fn shown(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    (text.chars().count() <= SHOWN_MAX).then_some(text)
}
