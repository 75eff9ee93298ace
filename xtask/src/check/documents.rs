//! Documents drift unless something checks them: links must lead somewhere, commands shown must exist, and what the READMEs
//! promise must be what CI runs.

use crate::{Cli, place};
use anyhow::{Context as _, Result, bail};
use clap::CommandFactory as _;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The two commands that both READMEs open with.
const PROMISED: [&str; 2] = ["cargo xtask run", "cargo xtask test"];
const READMES: [&str; 2] = ["README.md", "README.zh-CN.md"];

/// Checks all Markdown files of the repository.
pub(super) fn hold() -> Result<String> {
    let mut wrong = Vec::new();
    let mut links = 0;
    let files = markdown_files()?;
    for file in &files {
        let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
        let shown = file.strip_prefix(place::root()).unwrap_or(file).display();
        for target in link_targets(&text) {
            links += 1;
            if let Some(problem) = broken(file, &target) {
                wrong.push(format!("{shown}: {target}: {problem}"));
            }
        }
        for command in commands_shown(&text) {
            if !exists(&command) {
                wrong.push(format!("{shown}: `{command}` is not a command"));
            }
        }
    }
    for name in READMES {
        let text = fs::read_to_string(place::root().join(name)).with_context(|| name.to_owned())?;
        let shown = commands_shown(&text);
        for promised in PROMISED
            .iter()
            .filter(|promised| !shown.contains(**promised))
        {
            wrong.push(format!("{name} does not show `{promised}`"));
        }
    }
    let ci = fs::read_to_string(place::root().join(".ci/run")).context(".ci/run")?;
    if ci.lines().filter(|line| line.trim() == PROMISED[1]).count() != 1 {
        wrong.push(format!(".ci/run does not run `{}`", PROMISED[1]));
    }
    if !wrong.is_empty() {
        bail!("{}", wrong.join("\n"));
    }
    Ok(format!("{} files, {links} links", files.len()))
}

fn markdown_files() -> Result<Vec<PathBuf>> {
    let mut git = Command::new("git");
    git.current_dir(place::root());
    git.args([
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
        "--",
        "*.md",
    ]);
    let output = git.output().context("git ls-files")?;
    if !output.status.success() {
        bail!("git ls-files: {}", String::from_utf8_lossy(&output.stderr));
    }
    let names = String::from_utf8_lossy(&output.stdout);
    Ok(names
        .split('\0')
        .filter(|name| !name.is_empty())
        .map(|name| place::root().join(name))
        .filter(|file| file.is_file())
        .collect())
}

/// Targets of `[text](target)` and `src="target"` outside code, with what follows a space (a title) cut off.
fn link_targets(text: &str) -> Vec<String> {
    let prose = without_code(text);
    let markdown = prose
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split([')', ' ']).next());
    let html = prose
        .split("src=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next());
    markdown
        .chain(html)
        .map(|target| target.trim_matches(['<', '>']).to_owned())
        .collect()
}

fn without_code(text: &str) -> String {
    let mut fenced = false;
    let mut prose = String::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            // Every second piece is `code`.
            prose.extend(line.split('`').step_by(2));
            prose.push('\n');
        }
    }
    prose
}

/// What is wrong with a link; `None` where nothing is, or where it leads out of the repository.
fn broken(file: &Path, target: &str) -> Option<&'static str> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (path, anchor) = target
        .split_once('#')
        .map_or((target, None), |(path, anchor)| (path, Some(anchor)));
    let goal = if path.is_empty() {
        file.to_path_buf()
    } else {
        file.parent()?.join(path)
    };
    if !goal.exists() {
        return Some("no such file");
    }
    let anchor = anchor.filter(|_| goal.extension().is_some_and(|kind| kind == "md"))?;
    let text = fs::read_to_string(goal).ok()?;
    (!anchors(&text).contains(anchor)).then_some("no such heading")
}

/// Names of the headings as the usual renderers make them.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings
        .map(|line| {
            let title = line.trim_start_matches('#').trim().to_lowercase();
            let kept = title
                .chars()
                .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
            kept.map(|c| if c == ' ' { '-' } else { c }).collect()
        })
        .collect()
}

/// Lines of shell blocks that call this program, up to a comment or the server's own flags.
fn commands_shown(text: &str) -> BTreeSet<String> {
    text.lines()
        .map(|line| line.trim().trim_start_matches("$ "))
        .filter(|line| line.starts_with("cargo xtask"))
        .filter_map(|line| line.split(" #").next())
        .filter_map(|line| line.split(" -- ").next())
        .map(|line| line.trim().to_owned())
        .collect()
}

fn exists(command: &str) -> bool {
    let words = command.split_whitespace().skip(1);
    // `help` is clap's own and answers with an error that only carries text.
    Cli::command().try_get_matches_from(words).is_ok() || command.ends_with("--help")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_in_prose_and_not_in_code() {
        let text = "[a](b.md#c \"title\") `[x](y)`\n```\n[z](w)\n```\n<img src=\"p.png\">";
        assert_eq!(link_targets(text), ["b.md#c", "p.png"]);
    }

    #[test]
    fn a_heading_becomes_the_anchor_that_renderers_make() {
        let anchors = anchors("# The road, drawn once\n## 两条命令\n");
        assert!(anchors.contains("the-road-drawn-once"));
        assert!(anchors.contains("两条命令"));
    }

    #[test]
    fn only_commands_that_exist_pass() {
        assert!(exists("cargo xtask run"));
        assert!(exists("cargo xtask test --list"));
        assert!(!exists("cargo xtask fly"));
        assert!(!exists("cargo xtask run-all"));
    }

    #[test]
    fn a_shown_command_ends_at_its_comment_and_at_foreign_flags() {
        let shown =
            commands_shown("```sh\ncargo xtask run   # starts\ncargo xtask run -- --listen x\n```");
        assert_eq!(shown.into_iter().collect::<Vec<_>>(), ["cargo xtask run"]);
    }
}
