//! Notes, checkpoints and proof texts: published vectors, a foreign reader and writer, and forgeries.
#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails as the test does"
)]

use ledger::{
    Checkpoint, Edge, Hash, Note, SecretKey, Signer, VerifierKey, note, proof_text::ProofText, tree,
};
use proptest::prelude::*;
use signed_note::{StandardVerifier, VerifierList};
// The same tests as the browser would run them: `cargo xtask test tests-wasm`.
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const ORIGIN: &str = "zhenxue.example/ledger";

fn key() -> SecretKey {
    SecretKey::from_seed(&[7; 32])
}

fn vkey() -> VerifierKey {
    VerifierKey::new(ORIGIN, key().public_key()).unwrap()
}

/// The example of the signed-note package documentation (Go `x/mod/sumdb/note`).
const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const PETERS_NOTE: &str = "If you think cryptography is the answer to your problem,\n\
    then you don't know what your problem is.\n\
    \n\
    — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

#[test]
fn the_published_note_is_believed() {
    let vkey: VerifierKey = PETER.parse().unwrap();
    assert_eq!(vkey.to_string(), PETER);
    assert!(Note::parse(PETERS_NOTE).unwrap().is_signed_by(&vkey));
    let forged = PETERS_NOTE.replace("your problem is", "my problem is");
    assert!(!Note::parse(&forged).unwrap().is_signed_by(&vkey));
    // A line of somebody else changes nothing; a second line of the same key does.
    let joined = format!("{PETERS_NOTE}— someone.else AAAAAAAA\n");
    assert!(Note::parse(&joined).unwrap().is_signed_by(&vkey));
    let twice = format!(
        "{PETERS_NOTE}{}",
        PETERS_NOTE.rsplit_once("\n\n").unwrap().1
    );
    assert!(!Note::parse(&twice).unwrap().is_signed_by(&vkey));
}

#[test]
fn broken_notes_are_refused() {
    for broken in [
        "",
        "text\n",
        "text\n\n",
        "text\n\n— name AAAAAAAA",
        "text\n\n- name AAAAAAAA\n",
        "text\n\n— na+me AAAAAAAA\n",
        "text\n\n— name AAAA\n",
        "te\txt\n\n— name AAAAAAAA\n",
        "text\r\n\n— name AAAAAAAA\n",
    ] {
        assert!(Note::parse(broken).is_err(), "{broken:?}");
    }
    assert!(Note::parse("text\n\n— name AAAAAAAA\n").is_ok());
    assert!(note::sign("no newline", ORIGIN, &key()).is_err());
    assert!(note::sign("text\n", "two words", &key()).is_err());
}

fn log(size: u64) -> (String, Hash, Edge) {
    let mut edge = Edge::empty();
    for n in 0..size {
        edge.append(Hash::leaf(&n.to_be_bytes()));
    }
    let root = edge.root().unwrap();
    let checkpoint = Checkpoint {
        origin: ORIGIN.into(),
        size,
        root,
    };
    (checkpoint.sign(&key()).unwrap(), root, edge)
}

#[test]
fn a_foreign_reader_believes_our_checkpoint_and_we_believe_theirs() {
    let (ours, root, _) = log(10);
    assert!(ours.starts_with(&format!("{ORIGIN}\n10\n{root}\n\n— {ORIGIN} ")));
    let verifier = StandardVerifier::new(&vkey().to_string()).unwrap();
    let read = signed_note::Note::from_bytes(ours.as_bytes()).unwrap();
    let (verified, others) = read
        .verify(&VerifierList::new(vec![Box::new(verifier)]))
        .unwrap();
    assert_eq!((verified.len(), others.len()), (1, 0));
    let checkpoint = tlog_tiles::Checkpoint::from_bytes(read.text()).unwrap();
    assert_eq!((checkpoint.origin(), checkpoint.size()), (ORIGIN, 10));
    assert_eq!(checkpoint.hash().0, root.0);

    let skey = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    let signer = signed_note::StandardSigner::new(skey).unwrap();
    let text = format!("PeterNeumann\n10\n{root}\n");
    let mut theirs = signed_note::Note::new(text.as_bytes(), &[]).unwrap();
    theirs.add_sigs(&[&signer]).unwrap();
    let theirs = String::from_utf8(theirs.to_bytes()).unwrap();
    let opened = Checkpoint::open(&theirs, &PETER.parse().unwrap()).unwrap();
    assert_eq!((opened.size, opened.root), (10, root));
}

#[test]
fn checkpoints_break_where_the_format_says() {
    let open = |text: &str| {
        let signed = note::sign(text, ORIGIN, &key()).unwrap();
        Checkpoint::open(&signed, &vkey())
    };
    let root = Hash::empty_root();
    assert!(open(&format!("{ORIGIN}\n0\n{root}\n")).is_ok());
    assert!(open(&format!("{ORIGIN}\n0\n{root}\nextension\n")).is_ok());
    for text in [
        format!("{ORIGIN}\n00\n{root}\n"),
        format!("{ORIGIN}\n+1\n{root}\n"),
        format!("{ORIGIN}\n-1\n{root}\n"),
        format!("{ORIGIN}\n1\n{}\n", &root.to_string()[..40]),
        format!("{ORIGIN}\n1\n"),
        format!("someone.else\n0\n{root}\n"),
    ] {
        assert!(open(&text).is_err(), "{text}");
    }
    let other = VerifierKey::new(ORIGIN, SecretKey::from_seed(&[8; 32]).public_key()).unwrap();
    assert!(Checkpoint::open(&log(3).0, &other).is_err());
}

#[test]
fn a_proof_text_stands_alone() {
    let (checkpoint, _, _) = log(10);
    let leaves: Vec<Hash> = (0..10_u64).map(|n| Hash::leaf(&n.to_be_bytes())).collect();
    let hash_of = |node: ledger::Node| {
        let mut row = leaves
            .get(usize::try_from(node.index << node.level).unwrap()..)?
            .get(..1 << node.level)?
            .to_vec();
        while row.len() > 1 {
            row = row
                .chunks(2)
                .map(|pair| Hash::node(pair[0], pair[1]))
                .collect();
        }
        row.first().copied()
    };
    for index in 0..10 {
        let proof = ProofText {
            index,
            inclusion: tree::inclusion(index, 10, hash_of).unwrap(),
            checkpoint: checkpoint.clone(),
        };
        let text = proof.to_string();
        assert_eq!(ProofText::parse(&text), Ok(proof.clone()));
        proof.verify(&index.to_be_bytes(), &vkey()).unwrap();
        assert!(proof.verify(&(index + 1).to_be_bytes(), &vkey()).is_err());
        // Extra data is allowed and not believed.
        let extra = text.replacen("@v1\n", "@v1\nextra AAAA\n", 1);
        assert_eq!(ProofText::parse(&extra), Ok(proof));
    }
}

#[test]
fn no_changed_character_survives_in_a_proof_text() {
    let mut edge = Edge::empty();
    edge.append(Hash::leaf(b"a"));
    edge.append(Hash::leaf(b"b"));
    let root = edge.root().unwrap();
    let checkpoint = Checkpoint {
        origin: ORIGIN.into(),
        size: 2,
        root,
    };
    let text = ProofText {
        index: 1,
        inclusion: vec![Hash::leaf(b"a")],
        checkpoint: checkpoint.sign(&key()).unwrap(),
    }
    .to_string();
    let believed =
        |text: &str| ProofText::parse(text).is_ok_and(|proof| proof.verify(b"b", &vkey()).is_ok());
    assert!(believed(&text));
    for (position, old) in text.char_indices() {
        for new in ['0', 'A', 'z', '/', '=', ' ', '\n', '—', '中'] {
            if new != old {
                let mut changed = text.clone();
                changed.replace_range(position..position + old.len_utf8(), &new.to_string());
                assert!(!believed(&changed), "{position}: {old:?} as {new:?}");
            }
        }
    }
}

#[test]
fn a_verifier_key_has_one_spelling() {
    let text = vkey().to_string();
    assert_eq!(text.parse::<VerifierKey>(), Ok(vkey()));
    for (position, old) in text.char_indices() {
        for new in ['0', 'A', 'z', '+', ' '] {
            if new != old {
                let mut changed = text.clone();
                changed.replace_range(position..position + old.len_utf8(), &new.to_string());
                assert!(changed.parse::<VerifierKey>().is_err(), "{changed}");
            }
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_refused_or_read(text in "\\PC{0,80}(\n\n)?(— [a-z]{1,5} [A-Za-z0-9+/]{0,12}\n)?") {
        let _ = Note::parse(&text);
        let _ = ProofText::parse(&text);
        let _ = text.parse::<VerifierKey>();
    }
}
