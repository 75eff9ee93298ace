//! The tasks that end in one program of ours: the server, the simulator.

use crate::{
    Outcome, build, place, say,
    setup::{self, Purpose},
};
use anyhow::anyhow;
use clap::Args;
use std::{ffi::OsString, process::Command};

/// Set up what is missing, build, and start the server with the demo province.
#[derive(Args)]
pub(crate) struct Run {
    /// Start with an empty database instead of the demo province
    #[arg(long)]
    no_demo: bool,
    /// More flags for `zhenxue serve`, e.g. `--listen 0.0.0.0:8443`
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "FLAGS"
    )]
    server: Vec<OsString>,
}

impl Run {
    pub(crate) fn run(self) -> Outcome {
        let compiler = setup::prepare(Purpose::Run)?;
        build::all(compiler)?;
        say::heading("Server");
        let mut server = Command::new(place::server());
        server.arg("serve").current_dir(place::root());
        if !self.no_demo {
            server.arg("--demo");
        }
        for (flag, value) in [("--data", "data"), ("--listen", "127.0.0.1:8080")] {
            let given = self.server.iter().any(|arg| is_flag(arg, flag));
            if !given {
                server.args([flag, value]);
            }
        }
        become_program(server.args(&self.server))
    }
}

/// Play adversaries and honest learners against the real credit rules.
#[derive(Args)]
pub(crate) struct Simulate {
    /// Flags for the simulator; `--help` shows them
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "FLAGS"
    )]
    simulator: Vec<OsString>,
}

impl Simulate {
    pub(crate) fn run(self) -> Outcome {
        let mut cargo = place::cargo();
        cargo.args(["run", "--release", "--quiet", "-p", "simulator", "--"]);
        become_program(cargo.args(&self.simulator))
    }
}

fn is_flag(arg: &OsString, flag: &str) -> bool {
    let text = arg.to_string_lossy();
    text == flag
        || text
            .strip_prefix(flag)
            .is_some_and(|rest| rest.starts_with('='))
}

/// Hands this process over, so that signals and the exit code are the program's own.
#[cfg(unix)]
fn become_program(command: &mut Command) -> Outcome {
    use std::os::unix::process::CommandExt as _;
    Err(anyhow!(command.exec()).context(format!(
        "could not start {}",
        command.get_program().to_string_lossy()
    )))
}

/// Runs the program and takes over its exit code.
#[cfg(not(unix))]
fn become_program(command: &mut Command) -> Outcome {
    use anyhow::Context as _;
    use std::process::ExitCode;
    let status = command.status().with_context(|| {
        format!(
            "could not start {}",
            command.get_program().to_string_lossy()
        )
    })?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_is_seen_with_its_value_apart_and_joined_and_not_as_a_prefix() {
        assert!(is_flag(&"--data".into(), "--data"));
        assert!(is_flag(&"--data=x".into(), "--data"));
        assert!(!is_flag(&"--database".into(), "--data"));
        assert!(!is_flag(&"data".into(), "--data"));
    }
}
