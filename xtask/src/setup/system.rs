//! System packages: installed where this is Debian and we may, named exactly where not.

use super::Purpose;
use crate::{place, say};
use anyhow::{Result, bail};
use std::{fs, path::Path, process::Command};

/// A program or font that a purpose needs, and the Debian package that has it.
struct Need {
    purpose: Purpose,
    what: &'static str,
    package: &'static str,
    here: fn() -> bool,
}

const NEEDS: &[Need] = &[
    Need {
        purpose: Purpose::Run,
        what: "a C compiler to link with",
        package: "build-essential",
        here: || on_path("cc"),
    },
    Need {
        purpose: Purpose::Test,
        what: "Chromium",
        package: "chromium",
        here: || on_path("chromium"),
    },
    Need {
        purpose: Purpose::Test,
        what: "ChromeDriver",
        package: "chromium-driver",
        here: || on_path("chromedriver"),
    },
    Need {
        purpose: Purpose::Test,
        what: "PostgreSQL",
        package: "postgresql",
        here: postgres_here,
    },
    Need {
        purpose: Purpose::Test,
        what: "a Chinese font",
        package: "fonts-noto-cjk",
        here: chinese_font_here,
    },
    Need {
        purpose: Purpose::Test,
        what: "pdfsig, which judges PDF signatures",
        package: "poppler-utils",
        here: || on_path("pdfsig"),
    },
    Need {
        purpose: Purpose::Test,
        what: "zbarimg, which reads QR codes",
        package: "zbar-tools",
        here: || on_path("zbarimg"),
    },
    Need {
        purpose: Purpose::Film,
        what: "ffmpeg",
        package: "ffmpeg",
        here: || on_path("ffmpeg"),
    },
    Need {
        purpose: Purpose::Test,
        what: "Python",
        package: "python3",
        here: || on_path("python3"),
    },
    Need {
        purpose: Purpose::Test,
        what: "Python's venv",
        package: "python3-venv",
        here: python_venv_here,
    },
];

/// Installs the missing packages for `purpose`.
pub(super) fn packages(purpose: Purpose) -> Result<()> {
    let missing: Vec<&Need> = NEEDS
        .iter()
        .filter(|n| n.purpose <= purpose && !(n.here)())
        .collect();
    if missing.is_empty() {
        say::present("system packages", "all there");
        return Ok(());
    }
    let what: Vec<&str> = missing.iter().map(|n| n.what).collect();
    let packages: Vec<&str> = missing.iter().map(|n| n.package).collect();
    install("system packages", &what.join(", "), &packages)
}

/// Installs Debian packages, or says which command the person has to run.
pub(super) fn install(step: &str, what: &str, packages: &[&str]) -> Result<()> {
    let by_hand = format!(
        "apt-get install --no-install-recommends {}",
        packages.join(" ")
    );
    if place::find("apt-get").is_none() {
        bail!(
            "missing: {what}. Install them with this system's package manager (Debian's names: {})",
            packages.join(" ")
        );
    }
    if !may_be_root() {
        bail!(
            "missing: {what}. Please run this, then start again:\n  sudo apt-get update && sudo {by_hand}"
        );
    }
    say::step(step, &format!("installing {what}"), || {
        let installed = apt(packages);
        if installed.is_err() {
            // An empty or old package list is the usual reason, above all on a fresh machine.
            say::quietly("apt-update", as_root("apt-get").args(["update", "-q"]))?;
            return apt(packages);
        }
        installed
    })
}

fn apt(packages: &[&str]) -> Result<()> {
    let mut command = as_root("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
        .args(["install", "-q", "-y", "--no-install-recommends"])
        .args(packages);
    say::quietly("apt-install", &mut command)
}

/// A command run as root: as it is for root, through sudo for others.
pub(super) fn as_root(program: &str) -> Command {
    if is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("sudo");
    command.args([
        "--non-interactive",
        "--preserve-env=DEBIAN_FRONTEND",
        program,
    ]);
    command
}

/// Whether [`as_root`] works without asking anybody.
pub(super) fn may_be_root() -> bool {
    is_root() || say::answer(Command::new("sudo").args(["--non-interactive", "true"])).is_some()
}

/// Whether this process is root's.
pub(crate) fn is_root() -> bool {
    say::answer(Command::new("id").arg("-u")).as_deref() == Some("0")
}

fn on_path(program: &str) -> bool {
    place::find(program).is_some()
}

fn postgres_here() -> bool {
    on_path("initdb")
        || fs::read_dir("/usr/lib/postgresql").is_ok_and(|dirs| {
            dirs.flatten()
                .any(|dir| dir.path().join("bin/initdb").is_file())
        })
}

fn chinese_font_here() -> bool {
    Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").is_file()
        || say::answer(Command::new("fc-list").arg(":lang=zh-cn"))
            .is_some_and(|fonts| !fonts.is_empty())
}

fn python_venv_here() -> bool {
    say::answer(Command::new("python3").args(["-c", "import ensurepip, venv"])).is_some()
}
