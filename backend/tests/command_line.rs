//! `zhenxue verify` and `zhenxue replay` as people and scripts meet them: words and exit codes.
#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails as the test does"
)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A claim pack of long ago, made with the same keys.
const GOLDEN_PACK: &str = "../shared/contract/tests/golden/claim_pack_1.zip";
/// A proof of long ago, with the keys that it was made with.
const GOLDEN: &str = "../shared/contract/tests/golden/study_proof_1.json";

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(GOLDEN)
}

fn run(args: &[&str]) -> (i32, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_zhenxue"))
        .args(args)
        .env_remove("DATABASE_URL")
        .env_remove("ZHENXUE_DATA")
        .current_dir(folder.path())
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

fn keys(folder: &Path) -> String {
    let document: serde_json::Value = serde_json::from_slice(&fs::read(golden()).unwrap()).unwrap();
    let keys = serde_json::json!({"ledger_vkey": document["ledger"]["vkey"], "issuer_did": document["issuer"]});
    let file = folder.join("keys.json");
    fs::write(&file, keys.to_string()).unwrap();
    file.display().to_string()
}

#[test]
fn verify_tells_of_a_pack_row_by_row() {
    let folder = tempfile::tempdir().unwrap();
    let trust = keys(folder.path());
    let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join(GOLDEN_PACK);
    let kept = fs::read(&pack).unwrap();
    let pack = pack.display().to_string();
    let (code, said, _) = run(&["verify", "--trust", &trust, &pack]);
    assert_eq!(code, 0, "{said}");
    for words in [
        "有效 VALID (申领包 claim pack)",
        "✓ learners/002  李四",
        "3 of 3 learners hold, 3 课时",
        "Not checked",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }

    let mut files = contract::pack::archive::read(&kept).unwrap();
    let pdf = files.get_mut("learners/002/proof.pdf").unwrap();
    pdf.as_mut().unwrap()[3] ^= 1;
    let changed = folder.path().join("changed.zip");
    fs::write(&changed, contract::pack::archive::write(&files).unwrap()).unwrap();
    let changed = changed.display().to_string();
    let (code, said, _) = run(&["verify", "--trust", &trust, &changed]);
    assert_eq!(code, 1, "{said}");
    for words in [
        "✓ learners/001",
        "✗ learners/002  李四",
        "learners/002/proof.pdf: not the bytes that were sealed",
        "✓ learners/003",
        "2 of 3 learners hold",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let (code, said, _) = run(&["verify", "--trust", &trust, "--json", &changed]);
    let report: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(code, 1);
    assert_eq!(report["report"]["learners"][1]["verdict"], "invalid");
    assert_eq!(report["report"]["learners"][0]["verdict"], "valid");
    assert!(!said.contains("李四"), "full names go to the screen only");

    let broken = folder.path().join("broken.zip");
    fs::write(&broken, &kept[..kept.len() / 2]).unwrap();
    let (code, _, why) = run(&["verify", "--trust", &trust, &broken.display().to_string()]);
    assert_eq!((code, why.contains("ZIP archive")), (2, true), "{why}");
}

#[test]
fn verify_tells_by_words_and_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let trust = keys(folder.path());
    let proof = golden().display().to_string();
    let (code, said, _) = run(&["verify", "--trust", &trust, &proof]);
    assert_eq!(code, 0, "{said}");
    for words in [
        "有效 VALID",
        "王*明",
        "0:46:40.500 = 1 课时",
        "Not checked",
        "not a vocational qualification",
        "0:20:00.000 of 0:20:00.000",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }

    let changed = folder.path().join("changed.json");
    fs::write(
        &changed,
        fs::read_to_string(golden())
            .unwrap()
            .replace("\"class_hours\": 1", "\"class_hours\": 9"),
    )
    .unwrap();
    let changed = changed.display().to_string();
    let (code, said, _) = run(&["verify", "--trust", &trust, &changed]);
    assert_eq!(code, 1);
    assert!(
        said.contains("无效 INVALID") && said.contains("/credentialSubject/class_hours"),
        "{said}"
    );

    let (code, said, why) = run(&["verify", &proof]);
    assert_eq!(code, 3);
    assert!(
        said.contains("ISSUER UNKNOWN") && why.contains("/ledger/key"),
        "{said}{why}"
    );

    let (code, _, why) = run(&["verify", "--trust", &trust, "no-such-file.json"]);
    assert_eq!(
        (code, why.contains("no-such-file.json cannot be read")),
        (2, true),
        "{why}"
    );
    let (code, _, why) = run(&["verify", "--trust", "nonsense", &proof]);
    assert_eq!((code, why.contains("no key in")), (2, true), "{why}");
    assert_eq!(run(&["verify"]).0, 2);

    // Of several files the worst counts, and each is reported.
    let (code, said, _) = run(&["verify", "--trust", &trust, "--json", &proof, &changed]);
    assert_eq!(code, 1);
    let verdicts: Vec<String> = said
        .lines()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["report"]["verdict"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(verdicts, ["valid", "invalid"]);
}

#[test]
fn verify_asks_the_status_list_that_it_is_given() {
    let folder = tempfile::tempdir().unwrap();
    let trust = keys(folder.path());
    let file = |name: &str| golden().with_file_name(name).display().to_string();
    let (proof, list) = (file("study_proof_2.json"), file("status_list_1.json"));
    let (code, said, _) = run(&["verify", "--trust", &trust, &proof]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("--status"), "{said}");

    // Its list is long too old, and what was revoked stays so.
    let (code, said, _) = run(&["verify", "--trust", &trust, &proof, "--status", &list]);
    assert_eq!(code, 4, "{said}");
    for words in [
        "已撤销 REVOKED",
        "2026-11-23T12:06:40.000Z",
        "/credentialStatus",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let (code, said, _) = run(&[
        "verify", "--trust", &trust, "--json", "--status", &list, &proof,
    ]);
    let report: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!((code, &report["report"]["verdict"]), (4, &"revoked".into()));
    assert_eq!(report["report"]["revocation"]["state"], "revoked");

    // What does not answer is no answer: a proof from before there were lists, and a file that is no list.
    let old = golden().display().to_string();
    assert_eq!(
        run(&["verify", "--trust", &trust, "--status", &list, &old]).0,
        5
    );
    let (code, said, _) = run(&["verify", "--trust", &trust, "--status", &old, &proof]);
    assert_eq!(
        (code, said.contains("this is no status list")),
        (5, true),
        "{said}"
    );
    let (code, _, why) = run(&["verify", "--trust", &trust, "--status", "nowhere", &proof]);
    assert_eq!((code, why.contains("--status nowhere")), (2, true), "{why}");
}

#[test]
fn a_wrong_address_says_what_to_write() {
    for (address, words) in [
        ("zhenxue.example", "write it like https://zhenxue.example"),
        ("http://zhenxue.example", "write https://"),
        ("https://zhenxue.example/app", "leave out what comes after"),
    ] {
        let (code, _, why) = run(&["serve", "--address", address]);
        assert_eq!((code, why.contains(words)), (2, true), "{why}");
    }
}

#[test]
fn replay_says_what_it_misses() {
    let (code, _, why) = run(&["replay", "--data", "nowhere"]);
    assert_eq!(code, 2);
    assert!(
        why.contains("nowhere/zhenxue.db is not there") && why.contains("--data"),
        "{why}"
    );
}

#[test]
fn help_is_for_people() {
    for (command, words) in [
        ("verify", "Exit code: 0 valid, 1 invalid"),
        ("replay", "raw beats"),
    ] {
        let (code, said, _) = run(&[command, "--help"]);
        assert_eq!(code, 0);
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn retention_shows_how_long_what_is_kept() {
    let (code, said, _) = run(&["retention"]);
    assert_eq!(code, 0);
    for words in [
        "people 学员身份信息",
        "at least 5 years, from: end of the class, or its newest evidence",
        "faces 人脸数据",
        "at most 3 years, from: end of the person's last class",
        "sign_ins 登录记录",
        "at most 30 days",
        "codes 教师核验码",
        "at most 10 minutes",
        "clause A38",
        "zhenxue retention delete CLASS",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let (code, said, _) = run(&["retention", "--json"]);
    let table: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(code, 0);
    let people = table
        .as_array()
        .unwrap()
        .iter()
        .find(|kind| kind["name"] == "people")
        .unwrap();
    assert_eq!(
        people["keep"],
        serde_json::json!({"years_at_least": 5}),
        "{table}"
    );
}

/// A data folder with one class that ended at `ends_at` and nobody in it, left by a server that has stopped.
fn with_class(data: &Path, ends_at: study::Timestamp) -> study::ClassId {
    use zhenxue::{config::Reached, faces::ModelSource, start, store::catalogue};
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let clock = std::sync::Arc::new(zhenxue::clock::SystemClock::start());
        let running = start::start(data, None, Reached::Plain, &ModelSource::BuiltIn, clock)
            .await
            .unwrap();
        let app = &running.app;
        let (tx, now) = (app.db.begin().await.unwrap(), app.clock.now());
        let words = contract::Text {
            zh: "班".into(),
            en: "Class".into(),
        };
        let institution = catalogue::add_institution(&tx, "91210000TEST000000", &words, now)
            .await
            .unwrap();
        let course = catalogue::add_course(&tx, &words, now).await.unwrap();
        let rules = catalogue::add_rules(&tx, &study::Rules::liaoning_2026(), now)
            .await
            .unwrap();
        let new = catalogue::NewClass {
            institution,
            course,
            rules,
            name: &words,
            open: false,
            starts_at: study::Timestamp(0),
            ends_at,
        };
        let class = catalogue::add_class(&tx, new, now).await.unwrap();
        tx.commit().await.unwrap();
        running.stop().await;
        class
    })
}

#[test]
fn a_class_is_deleted_by_the_operator_when_its_time_is_over() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let at = data.display().to_string();
    let (code, _, why) = run(&["retention", "delete", "--data", &at, &nil()]);
    assert_eq!((code, why.contains("zhenxue.db is not there")), (2, true));
    // 2020-01-01 in China: kept until 2025.
    let class = with_class(&data, study::Timestamp(1_577_808_000_000))
        .0
        .to_string();
    let (code, _, why) = run(&["retention", "delete", "--data", &at, &nil()]);
    assert_eq!(
        (code, why.contains("there is no class")),
        (1, true),
        "{why}"
    );
    let (code, said, why) = run(&["retention", "delete", "--data", &at, &class]);
    assert_eq!(
        (code, said.contains("is deleted: 0 learners")),
        (0, true),
        "{said}{why}"
    );
    let (code, _, why) = run(&["retention", "delete", "--data", &at, &class]);
    assert_eq!(
        (code, why.contains("was deleted before")),
        (1, true),
        "{why}"
    );
    let (code, said, _) = run(&["export", "--data", &at]);
    assert_eq!((code, said.contains(&class)), (0, false), "{said}");
    let (code, said, _) = run(&["replay", "--data", &at]);
    assert_eq!((code, said.contains("no difference")), (0, true), "{said}");
}

#[test]
fn a_class_whose_time_is_not_over_stays() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let at = data.display().to_string();
    let yesterday = {
        use zhenxue::clock::{Clock as _, SystemClock};
        study::Timestamp(SystemClock::start().now().0 - 86_400_000)
    };
    let class = with_class(&data, yesterday).0.to_string();
    let (code, _, why) = run(&["retention", "delete", "--data", &at, &class]);
    assert_eq!((code, why.contains("5 years after")), (1, true), "{why}");
    let (_, said, _) = run(&["export", "--data", &at]);
    assert!(said.contains(&class), "{said}");
    // A server that runs keeps the folder for itself.
    let lock = fs::File::create(data.join("lock")).unwrap();
    lock.lock().unwrap();
    let (code, _, why) = run(&["retention", "delete", "--data", &at, &class]);
    assert_eq!((code, why.contains("another server")), (1, true), "{why}");
}

fn nil() -> String {
    "00000000-0000-0000-0000-000000000000".to_owned()
}
