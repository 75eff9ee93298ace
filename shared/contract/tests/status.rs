//! What a status list says of a proof, and every way in which it says nothing.
#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails as the test does"
)]

mod world;

use contract::{
    credential::Sealed,
    status::{
        Bits, ListFault, Revocation, StatusEntry, StatusList, StatusStatement,
        asking::{ask, is_list},
        sealing::seal,
    },
    verify::{Check, FaultCode, Place, Report, Unchecked, Verdict, verify},
};
use ledger::{SecretKey, Signer as _};
use proptest::prelude::*;
use serde_json::{Value, json};
use study::Timestamp;
use world::{START, anchors, issuer, sealed, sealed_with_status};
// The same tests as the browser would run them: `cargo xtask test tests-wasm`.
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const LIST: &str = "https://zhenxue.example/status/0";
const PLACE: u64 = 94_567;
const DAY: u64 = 86_400_000;
const NOW: Timestamp = Timestamp(START + 30_000_000);

fn list_at(address: &str, from: Timestamp, revoked: &[u64], key: &SecretKey) -> String {
    let mut bits = Bits::none_set();
    revoked.iter().for_each(|place| bits.set(*place));
    let statement = StatusStatement {
        address: address.into(),
        valid_from: from,
        valid_until: Timestamp(from.0 + DAY),
        bits,
    };
    seal(statement, key).unwrap()
}

/// The list of our issuer with these places revoked, as of a second ago.
fn list(revoked: &[u64]) -> String {
    list_at(LIST, Timestamp(NOW.0 - 1_000), revoked, &issuer())
}

fn proof() -> Sealed {
    sealed_with_status(LIST, PLACE)
}

fn report(lists: &[&str]) -> Report {
    let lists: Vec<_> = lists
        .iter()
        .map(|list| StatusList::read(list.as_bytes()))
        .collect();
    verify(proof().document.as_bytes(), &anchors()).with_status(&lists, NOW)
}

fn invalid(why: ListFault) -> Revocation {
    Revocation::ListInvalid { why }
}

#[test]
fn a_proof_without_a_list_verifies_as_ever_and_says_so() {
    let report = verify(sealed().document.as_bytes(), &anchors());
    assert_eq!(report.verdict, Verdict::Valid);
    assert_eq!(report.revocation, Revocation::NoList);
    assert!(!sealed().document.contains("credentialStatus"));
    // Whatever list is given: none is this proof's.
    let list = StatusList::read(list(&[0, PLACE]).as_bytes());
    let asked = report.with_status(&[list], NOW);
    assert_eq!(asked.revocation, Revocation::NoList);
    assert_eq!(asked.verdict, Verdict::Valid);
    assert!(asked.not_checked.contains(&Unchecked::Revocation));
}

#[test]
fn what_was_not_asked_is_not_checked() {
    let report = report(&[]);
    assert_eq!(report.verdict, Verdict::Valid, "{:?}", report.faults);
    assert_eq!(report.revocation, Revocation::NotAsked);
    assert!(report.not_checked.contains(&Unchecked::Revocation));
    assert!(!report.checked.contains(&Check::Revocation));
    let entry = report.proof.unwrap().status.unwrap();
    assert_eq!(entry, StatusEntry::new(LIST, PLACE));
    assert_eq!(
        json!(entry),
        json!({
            "id": "https://zhenxue.example/status/0#94567",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": "94567",
            "statusListCredential": LIST
        })
    );
}

#[test]
fn the_bit_of_its_own_place_decides() {
    let standing = report(&[&list(&[PLACE - 1, PLACE + 1])]);
    let as_of = contract::credential::Moment(Timestamp(NOW.0 - 1_000));
    assert_eq!(standing.revocation, Revocation::NotRevoked { as_of });
    assert_eq!(standing.verdict, Verdict::Valid);
    assert!(standing.checked.contains(&Check::Revocation));
    assert!(!standing.not_checked.contains(&Unchecked::Revocation));
    let revoked = report(&[&list(&[PLACE])]);
    assert_eq!(revoked.revocation, Revocation::Revoked { as_of });
    assert_eq!(revoked.verdict, Verdict::Revoked);
    assert_eq!(revoked.faults.len(), 1);
    assert_eq!(revoked.faults[0].code, FaultCode::Revoked);
    assert_eq!(
        revoked.faults[0].place,
        Place::Pointer("/credentialStatus".into())
    );
    assert_eq!(
        serde_json::to_value(&revoked).unwrap()["revocation"]["state"],
        "revoked"
    );
}

#[test]
fn what_is_revoked_stays_so_however_old_the_list_is() {
    let of = |revoked: &[u64]| {
        let from = Timestamp(NOW.0 - DAY - 1);
        report(&[&list_at(LIST, from, revoked, &issuer())])
    };
    assert_eq!(of(&[PLACE]).verdict, Verdict::Revoked);
    let old = of(&[]);
    assert_eq!(old.verdict, Verdict::Valid);
    assert!(old.not_checked.contains(&Unchecked::Revocation));
    let Revocation::ListTooOld { as_of, until } = old.revocation else {
        panic!("{:?}", old.revocation)
    };
    assert_eq!((as_of.0.0, until.0.0), (NOW.0 - DAY - 1, NOW.0 - 1));
    // A list is good to its last millisecond.
    let last = list_at(LIST, Timestamp(NOW.0 - DAY), &[], &issuer());
    assert!(report(&[&last]).revocation.is_answered());
}

#[test]
fn no_other_list_says_anything() {
    let other_issuer = list_at(
        LIST,
        Timestamp(NOW.0 - 1_000),
        &[PLACE],
        &SecretKey::from_seed(&[9; 32]),
    );
    let other_list = list_at(
        "https://zhenxue.example/status/1",
        Timestamp(NOW.0 - 1_000),
        &[PLACE],
        &issuer(),
    );
    let changed = list(&[]).replace("\"validFrom\": \"2026", "\"validFrom\": \"2025");
    let named = other_issuer.replace(
        &contract::credential::did::of(&SecretKey::from_seed(&[9; 32]).public_key()),
        &anchors().issuer_dids[0],
    );
    let rearranged = list(&[]).replace("\"revocation\"", "\"suspension\"");
    for (document, why) in [
        (&*other_issuer, ListFault::OtherIssuer),
        (&other_list, ListFault::OtherList),
        (&changed, ListFault::Signature),
        (&named, ListFault::Signature),
        (&rearranged, ListFault::NotAList),
        (&proof().document, ListFault::NotAList),
        ("no JSON", ListFault::NotAList),
    ] {
        let report = report(&[document]);
        assert_eq!(report.revocation, invalid(why), "{document}");
        assert_eq!(report.verdict, Verdict::Valid);
        assert!(report.not_checked.contains(&Unchecked::Revocation));
    }
    // Among several the right one is found, and the newest of those.
    let old = list_at(LIST, Timestamp(NOW.0 - DAY - 1), &[], &issuer());
    let new = list(&[]);
    let among = report(&[&other_issuer, &old, &new, &changed]);
    assert!(matches!(among.revocation, Revocation::NotRevoked { .. }));
}

#[test]
fn a_server_that_was_given_another_name_keeps_its_lists() {
    let moved = list_at(
        "http://127.0.0.1:8080/status/0",
        Timestamp(NOW.0 - 1_000),
        &[PLACE],
        &issuer(),
    );
    assert_eq!(report(&[&moved]).verdict, Verdict::Revoked);
}

#[test]
fn a_place_that_the_list_does_not_have_is_no_answer() {
    let far = sealed_with_status(LIST, 131_072);
    let asked = verify(far.document.as_bytes(), &anchors())
        .with_status(&[StatusList::read(list(&[]).as_bytes())], NOW);
    assert_eq!(asked.revocation, invalid(ListFault::NoSuchPlace));
}

#[test]
fn a_changed_proof_is_invalid_and_not_asked_about() {
    let document = proof().document.replace("94567", "94568");
    let asked = verify(document.as_bytes(), &anchors())
        .with_status(&[StatusList::read(list(&[PLACE]).as_bytes())], NOW);
    assert_eq!(asked.verdict, Verdict::Invalid);
    assert_eq!(asked.revocation, Revocation::NotAsked);
    let places: Vec<String> = asked
        .faults
        .iter()
        .map(|fault| fault.place.to_string())
        .collect();
    assert!(places.contains(&"/credentialStatus/statusListIndex".to_owned()));
}

#[test]
fn a_place_of_another_form_is_not_sealed() {
    for wrong in [
        StatusEntry::new("ftp://zhenxue.example/status/0", 1),
        StatusEntry {
            status_list_index: "01".into(),
            ..StatusEntry::new(LIST, 1)
        },
        StatusEntry {
            status_purpose: "suspension".into(),
            ..StatusEntry::new(LIST, 1)
        },
    ] {
        let (ledger, mut evidence) = world::in_ledger(&world::records());
        evidence.truncate(4);
        let mut statement = world::statement(ledger, evidence);
        statement.status = Some(wrong);
        assert!(contract::credential::seal(statement, &issuer()).is_err());
    }
}

#[test]
fn an_unknown_issuer_can_still_take_its_proof_back() {
    let nobody = contract::verify::TrustAnchors::default();
    let lists = [StatusList::read(list(&[PLACE]).as_bytes())];
    let report = verify(proof().document.as_bytes(), &nobody).with_status(&lists, NOW);
    assert_eq!(report.verdict, Verdict::Revoked);
}

#[test]
fn a_list_is_told_from_a_proof() {
    assert!(is_list(list(&[]).as_bytes()));
    for other in [&*proof().document, "", "{}", "[]", "{\"type\": 1}"] {
        assert!(!is_list(other.as_bytes()));
    }
}

#[test]
fn nobody_is_asked_where_no_list_is_given() {
    assert_eq!(ask(&proof().proof, &[], NOW), Revocation::NotAsked);
    assert_eq!(ask(&sealed().proof, &[], NOW), Revocation::NoList);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// One changed value anywhere: it is not the issuer's list any more.
    #[test]
    fn a_list_that_was_changed_is_none(pick in 0_usize..16) {
        let mut document: Value = serde_json::from_str(&list(&[PLACE])).unwrap();
        let pointers = ["/id", "/issuer", "/validFrom", "/validUntil", "/credentialSubject/id", "/credentialSubject/type",
            "/credentialSubject/statusPurpose", "/credentialSubject/encodedList", "/proof/proofValue", "/proof/created",
            "/proof/verificationMethod", "/proof/cryptosuite", "/proof/proofPurpose", "/proof/type", "/type/1", "/@context/0"];
        let value = document.pointer_mut(pointers[pick]).unwrap();
        *value = json!(format!("{}x", value.as_str().unwrap()));
        prop_assert!(StatusList::read(document.to_string().as_bytes()).is_err());
    }
}
