//! A slip says what its proof says, and nothing that its issuer did not sign.
#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails as the test does"
)]

use contract::{
    canonical,
    credential::{StudyProof, did},
    slip::{self, Slip},
    verify::{TrustAnchors, Verdict},
};
use ledger::{SecretKey, Signer as _};
// The same tests as the browser would run them: `cargo xtask test tests-wasm`.
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn golden() -> StudyProof {
    serde_json::from_str(include_str!("golden/study_proof_1.json")).unwrap()
}

/// The golden proof under a key of ours, its slip, and who is to be believed.
fn sealed(mut change: impl FnMut(&mut StudyProof)) -> (StudyProof, String, TrustAnchors) {
    let key = SecretKey::from_seed(&[7; 32]);
    let mut proof = golden();
    proof.issuer = did::of(&key.public_key());
    change(&mut proof);
    let fragment = slip::seal(&proof, canonical::digest(&proof).unwrap(), &key).unwrap();
    let anchors = TrustAnchors {
        issuer_dids: vec![proof.issuer.clone()],
        ledger_vkeys: Vec::new(),
    };
    (proof, fragment, anchors)
}

#[test]
fn a_slip_says_what_its_proof_says() {
    let (proof, fragment, anchors) = sealed(|_| {});
    for text in [
        fragment.clone(),
        format!("https://zhenxue.example/verify#{fragment}"),
    ] {
        let report = slip::read(&text, &anchors);
        assert_eq!(report.verdict, Verdict::Valid);
        assert_eq!(
            report.slip,
            Slip::of(&proof, canonical::digest(&proof).unwrap())
        );
    }
    let slip = slip::read(&fragment, &anchors).slip.unwrap();
    assert_eq!(slip.name, "王*明");
    assert_eq!(slip.class_hours, proof.subject.class_hours);
}

#[test]
fn a_code_of_a_proof_is_one_that_phones_read() {
    let (_, fragment, _) = sealed(|_| {});
    // Version 16 at level M holds 450 bytes; the address takes some forty of them.
    assert!(fragment.len() < 410, "{}", fragment.len());
    let (_, longest, anchors) = sealed(|proof| {
        for name in [
            &mut proof.subject.institution.zh,
            &mut proof.subject.class.zh,
            &mut proof.subject.course.zh,
        ] {
            *name = "沈阳市辽沈职业技术培训学校".repeat(9);
        }
    });
    assert!(longest.len() < 600, "{}", longest.len());
    assert!(
        slip::read(&longest, &anchors)
            .slip
            .unwrap()
            .class
            .ends_with('…')
    );
}

#[test]
fn no_changed_character_is_accepted() {
    let (_, fragment, anchors) = sealed(|_| {});
    for at in 0..fragment.len() {
        let mut bent = fragment.clone().into_bytes();
        bent[at] = if bent[at] == b'A' { b'B' } else { b'A' };
        let bent = String::from_utf8(bent).unwrap();
        assert_ne!(
            slip::read(&bent, &anchors).verdict,
            Verdict::Valid,
            "character {at}"
        );
    }
    for end in 0..fragment.len() {
        assert_ne!(
            slip::read(&fragment[..end], &anchors).verdict,
            Verdict::Valid,
            "cut at {end}"
        );
    }
    assert_ne!(
        slip::read(&format!("{fragment}AA"), &anchors).verdict,
        Verdict::Valid
    );
}

#[test]
fn another_issuers_slip_is_whole_and_not_believed() {
    let (_, fragment, _) = sealed(|_| {});
    assert_eq!(
        slip::read(&fragment, &TrustAnchors::default()).verdict,
        Verdict::UnknownIssuer
    );
    assert_eq!(
        slip::read("section", &TrustAnchors::default()).verdict,
        Verdict::Invalid
    );
    assert!(!slip::is_slip("section") && slip::is_slip(&fragment));
}
