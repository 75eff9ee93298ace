//! One changed character: never valid, and the report says where.
#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails as the test does"
)]
// Each character in turn, on threads, which the browser has not.
#![cfg(not(target_arch = "wasm32"))]

mod world;

use contract::verify::{Place, TrustAnchors, Verdict, verify};
use std::thread;

/// The line and the JSON pointer of every character of a valid document.
fn places(text: &str) -> Vec<(usize, char, usize, String)> {
    enum Level {
        Object(String),
        Array(usize),
    }
    let mut levels: Vec<Level> = Vec::new();
    let mut places = Vec::new();
    let mut line = 1;
    let mut chars = text.char_indices().peekable();
    let mut expects_name = false;
    let path = |levels: &[Level]| -> String {
        levels
            .iter()
            .map(|level| match level {
                Level::Object(name) => format!("/{}", name.replace('~', "~0").replace('/', "~1")),
                Level::Array(index) => format!("/{index}"),
            })
            .collect()
    };
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => {
                let mut token = vec![(at, c)];
                let mut escaped = false;
                for (at, c) in chars.by_ref() {
                    token.push((at, c));
                    if c == '"' && !escaped {
                        break;
                    }
                    escaped = c == '\\' && !escaped;
                }
                if expects_name {
                    let end = token.last().unwrap().0;
                    levels.pop();
                    levels.push(Level::Object(text[at + 1..end].to_owned()));
                    expects_name = false;
                }
                let here = path(&levels);
                places.extend(token.into_iter().map(|(at, c)| (at, c, line, here.clone())));
                continue;
            }
            '{' => {
                places.push((at, c, line, path(&levels)));
                levels.push(Level::Object(String::new()));
                expects_name = true;
                continue;
            }
            '[' => {
                places.push((at, c, line, path(&levels)));
                levels.push(Level::Array(0));
                continue;
            }
            '}' | ']' => {
                levels.pop();
                expects_name = false;
            }
            ',' => match levels.last_mut() {
                Some(Level::Array(index)) => *index += 1,
                Some(Level::Object(_)) => expects_name = true,
                None => {}
            },
            _ => {}
        }
        places.push((at, c, line, path(&levels)));
        if c == '\n' {
            line += 1;
        }
    }
    places
}

/// Something else of the same kind: the change that a forger would make.
fn alike(c: char) -> char {
    match c {
        '9' => '0',
        'z' => 'y',
        'Z' => 'Y',
        '0'..='8' | 'a'..='y' | 'A'..='Y' => char::from_u32(u32::from(c) + 1).unwrap(),
        '{' => '[',
        '}' => ']',
        ',' => ':',
        ':' => ',',
        '_' => '-',
        _ => '_',
    }
}

/// The other case, or a digit that looks alike.
fn lookalike(c: char) -> char {
    match c {
        'a'..='z' => c.to_ascii_uppercase(),
        'A'..='Z' => c.to_ascii_lowercase(),
        '0' => 'O',
        '1' => 'l',
        '2'..='9' => char::from_u32(u32::from(c) - 1).unwrap(),
        '—' => '-',
        '"' => '\'',
        _ => '0',
    }
}

/// Marks that mean something to a reader of JSON, and some that should not be there at all.
fn hostile(c: char, at: usize) -> char {
    let marks = [
        '"', '\\', '}', ']', ',', '-', '.', '中', '\u{0}', '\u{7f}', '\u{202e}', 'e',
    ];
    let mark = marks[at % marks.len()];
    if mark == c { '?' } else { mark }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\n' | '\r' | '\t')
}

/// Makes another character of one at a position.
type Change = fn(char, usize) -> char;

/// Changes each `stride`-th character, one at a time.
fn check_all(text: &str, stride: usize, change: fn(char, usize) -> char, anchors: &TrustAnchors) {
    let places = places(text);
    let mut vague = Vec::new();
    for (at, old, line, pointer) in places.iter().step_by(stride) {
        let new = change(*old, *at);
        assert!(new != *old && !is_space(new));
        let mut changed = text.to_owned();
        changed.replace_range(at..&(at + old.len_utf8()), &new.to_string());
        let report = verify(changed.as_bytes(), anchors);
        let what = format!("{old:?} as {new:?} in line {line}, {pointer}");
        assert_eq!(report.verdict, Verdict::Invalid, "{what}");
        let found = report.faults.iter().any(|fault| match &fault.place {
            Place::Position { line: found, .. } => found >= line,
            Place::Pointer(found) => {
                let found = found.replace("~1", "/");
                !found.is_empty()
                    && (found.starts_with(pointer.as_str()) || pointer.starts_with(&found) ||
                        // A changed name makes a member that was not there, beside the one that is missing.
                        parent(&found) == parent(pointer)
                        // A changed name inside the locator is named by the part that it stood for.
                        || pointer.replace("~1", "/").starts_with(&found)
                        || found.starts_with(&pointer.replace("~1", "/")))
            }
        });
        if !found {
            vague.push(format!("{what}: {:?}", report.faults));
        }
    }
    assert!(
        vague.is_empty(),
        "{} of {} not located, e.g.\n{}",
        vague.len(),
        places.len(),
        vague[..vague.len().min(5)].join("\n")
    );
}

fn parent(pointer: &str) -> &str {
    pointer.rsplit_once('/').map_or("", |(parent, _)| parent)
}

#[test]
fn every_character_changed_is_noticed_and_located() {
    let text = world::sealed_small().document;
    let anchors = world::anchors();
    assert_eq!(verify(text.as_bytes(), &anchors).verdict, Verdict::Valid);
    thread::scope(|scope| {
        let changes: [(usize, Change); 3] =
            [(1, |c, _| alike(c)), (5, |c, _| lookalike(c)), (4, hostile)];
        for (stride, change) in changes {
            let (text, anchors) = (&text, &anchors);
            scope.spawn(move || check_all(text, stride, change, anchors));
        }
    });
}
