//! The command `zhenxue face-eval` on the committed people, as an institution would run it.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails as the test does"
)]

use std::{
    path::{Path, PathBuf},
    process::Command,
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn jpeg(name: &str) -> Vec<u8> {
    std::fs::read(root().join(format!("shared/face/tests/people/{name}.jpg"))).unwrap()
}

/// A folder with the models and, in `people`, a folder for each person.
fn laid_out() -> tempfile::TempDir {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path();
    let from = root().join("node_modules/@vladmandic/face-api/model");
    let manifest = root().join("assets/models/manifest.json");
    face_models::convert_into(&from, &folder.join("models"), &manifest).unwrap();
    for (person, picture) in [
        ("a", "obama-1"),
        ("a", "obama-2"),
        ("a", "obama-3"),
        ("b", "biden-1"),
        ("c", "collins-1"),
    ] {
        let person = folder.join("people").join(person);
        std::fs::create_dir_all(&person).unwrap();
        std::fs::write(person.join(format!("{picture}.jpg")), jpeg(picture)).unwrap();
    }
    std::fs::write(folder.join("people/c/broken.jpg"), b"no picture").unwrap();
    temporary
}

fn face_eval(folder: &tempfile::TempDir, target: &str) -> (bool, String) {
    let folder = folder.path();
    let output = Command::new(env!("CARGO_BIN_EXE_zhenxue"))
        .arg("face-eval")
        .arg("--models")
        .arg(folder.join("models"))
        .arg(folder.join(target))
        .output()
        .unwrap();
    let text =
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    println!("{text}");
    (output.status.success(), text)
}

#[test]
fn a_folder_per_person_becomes_a_report() {
    let folder = laid_out();
    let (success, text) = face_eval(&folder, "people");
    assert!(success);
    for expected in [
        "5 used of 3 people, 1 left out",
        "3 of the same person, 7 of different people",
        "0.42      0.00 % (0/7; 0.00–40.96 %)",
        "← passes up to here",
        "none for 0.1 % false accepts: it takes 3688 pairs",
        "broken.jpg: the bytes are not a JPEG",
        "Known weakness: Trained mostly on Western public figures",
    ] {
        assert!(text.contains(expected), "{expected:?} is not in the report");
    }
}

#[test]
fn a_list_of_pairs_becomes_a_report_and_a_wrong_line_is_named() {
    let folder = laid_out();
    let pairs = "# relation, one, other\nsame,people/a/obama-1.jpg,people/a/obama-2.jpg\n\
                 different,people/a/obama-1.jpg,people/b/biden-1.jpg\n";
    std::fs::write(folder.path().join("pairs.csv"), pairs).unwrap();
    let (success, text) = face_eval(&folder, "pairs.csv");
    assert!(success && text.contains("1 of the same person, 1 of different people"));

    std::fs::write(
        folder.path().join("pairs.csv"),
        format!("{pairs}perhaps,x.jpg,y.jpg\n"),
    )
    .unwrap();
    let (success, text) = face_eval(&folder, "pairs.csv");
    assert!(!success && text.contains("line 4"), "{text}");

    std::fs::create_dir(folder.path().join("nobody")).unwrap();
    let (success, text) = face_eval(&folder, "nobody");
    assert!(!success && text.contains("holds no picture"), "{text}");
}
