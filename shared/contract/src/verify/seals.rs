//! Whether the document is as it was sealed, and where it is not. Works on the bare JSON, so that it also answers for documents whose
//! form is broken.

use super::report::{Fault, FaultCode, Faults};
use crate::credential::{CONTEXTS, Locator, did, suite};
use serde::Deserialize as _;
use serde_json::{Value, json};

pub(crate) fn check(document: &Value, faults: &mut Faults) {
    let changed = changes(document);
    for pointer in &changed {
        faults.add(Fault::at(pointer, FaultCode::Changed));
    }
    let parameters_kept = parameters(document, faults);
    let Some(issuer) = text(document, "/issuer") else {
        return faults.add(Fault::at("/issuer", FaultCode::Shape));
    };
    let Some(key) = did::key(issuer) else {
        return faults.add(Fault::at("/issuer", FaultCode::IssuerKey).found(issuer));
    };
    let signed = document.get("proof").is_some_and(|proof| {
        let signature = text(proof, "/proofValue").and_then(suite::decode);
        suite::signing_input(proof, document)
            .ok()
            .zip(signature)
            .is_some_and(|(input, signature)| key.verifies(&input, &signature))
    });
    faults.unless(signed, || {
        // Where nothing else was changed, it is the signature itself that was.
        let elsewhere = !changed.is_empty() || !parameters_kept;
        let place = if elsewhere {
            "/proof"
        } else {
            "/proof/proofValue"
        };
        Fault::at(place, FaultCode::Signature)
    });
}

/// Pointers of the parts that do not have the digest that the locator gives.
fn changes(document: &Value) -> Vec<String> {
    document
        .get("locator")
        .and_then(|locator| Locator::deserialize(locator).ok())
        .and_then(|locator| locator.changes(document).ok())
        .unwrap_or_default()
}

/// Checks all of the proof but the signature itself; returns whether it is as it should be.
fn parameters(document: &Value, faults: &mut Faults) -> bool {
    let issuer = text(document, "/issuer").unwrap_or_default();
    let expected = [
        ("@context", json!(CONTEXTS)),
        ("type", json!("DataIntegrityProof")),
        ("cryptosuite", json!(suite::NAME)),
        (
            "created",
            document.get("validFrom").cloned().unwrap_or_default(),
        ),
        (
            "verificationMethod",
            json!(did::verification_method(issuer)),
        ),
        ("proofPurpose", json!("assertionMethod")),
    ];
    let mut kept = true;
    for (name, expected) in expected {
        let found = document.get("proof").and_then(|proof| proof.get(name));
        if found != Some(&expected) {
            kept = false;
            let found = found.unwrap_or(&Value::Null);
            faults.add(
                Fault::at(format!("/proof/{name}"), FaultCode::SignatureParameters)
                    .expected(&expected)
                    .found(found),
            );
        }
    }
    kept
}

fn text<'a>(value: &'a Value, pointer: &str) -> Option<&'a str> {
    value.pointer(pointer)?.as_str()
}
