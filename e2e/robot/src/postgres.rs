//! A private PostgreSQL cluster for tests and measurements: its own directory and port, gone when dropped. Durability is
//! PostgreSQL's default (`fsync` and `synchronous_commit` on), because speed without it is no figure.

use crate::{RobotError, server::free_address};
use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};
use tempfile::TempDir;

/// Both the superuser and the database.
const NAME: &str = "zhenxue";

/// A running cluster with one empty database.
pub struct Cluster {
    programs: PathBuf,
    dir: TempDir,
    port: u16,
}

impl Cluster {
    /// Makes and starts a cluster.
    ///
    /// # Errors
    /// [`RobotError::Machine`] where PostgreSQL is not installed or does not start.
    pub fn start() -> Result<Self, RobotError> {
        let programs = find_programs()?;
        let dir = tempfile::Builder::new()
            .prefix("zhenxue-postgres-")
            .tempdir()
            .map_err(machine)?;
        if is_root() {
            // The server refuses to run as root, so the user that Debian made for it owns the directory.
            run(Command::new("chown").arg("postgres").arg(dir.path()))?;
        }
        let cluster = Self {
            programs,
            port: free_address()?.port(),
            dir,
        };
        run(cluster
            .program("initdb")
            .args(["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"])
            .args(["-U", NAME, "-D"])
            .arg(cluster.data_dir()))?;
        run(cluster
            .program("pg_ctl")
            .args(["start", "--wait", "--silent", "-D"])
            .arg(cluster.data_dir())
            .arg("-l")
            .arg(cluster.dir.path().join("log"))
            .arg("-o")
            .arg(format!(
                "-h 127.0.0.1 -p {} -k {}",
                cluster.port,
                cluster.dir.path().display()
            )))?;
        cluster.query("postgres", &format!("CREATE DATABASE {NAME}"))?;
        Ok(cluster)
    }

    /// For `DATABASE_URL`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("postgres://{NAME}@127.0.0.1:{}/{NAME}", self.port)
    }

    /// Makes another empty database, and gives its URL.
    ///
    /// # Errors
    /// [`RobotError::Machine`] where PostgreSQL refuses, e.g. because there is one of this name.
    pub fn create_database(&self, name: &str) -> Result<String, RobotError> {
        self.query("postgres", &format!("CREATE DATABASE \"{name}\""))?;
        Ok(format!("postgres://{NAME}@127.0.0.1:{}/{name}", self.port))
    }

    /// Bytes on disk of the database's tables and indexes.
    ///
    /// # Errors
    /// [`RobotError::Machine`] where it does not answer.
    pub fn database_bytes(&self) -> Result<u64, RobotError> {
        self.query(NAME, "CHECKPOINT")?;
        let answer = self.query(NAME, "SELECT pg_database_size(current_database())")?;
        answer
            .trim()
            .parse()
            .map_err(|_| RobotError::Machine(format!("the size of the database is {answer:?}")))
    }

    fn query(&self, database: &str, sql: &str) -> Result<String, RobotError> {
        run(self
            .program("psql")
            .args(["-X", "-At", "-h", "127.0.0.1", "-U", NAME, "-d", database])
            .args(["-p", &self.port.to_string(), "-c", sql]))
    }

    fn data_dir(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// One of PostgreSQL's programs, as the user that may run it, in a directory that this user may read.
    fn program(&self, name: &str) -> Command {
        let path = self.programs.join(name);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        command.current_dir(self.dir.path());
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let mut stop = self.program("pg_ctl");
        stop.args(["stop", "--silent", "-m", "immediate", "-D"])
            .arg(self.data_dir());
        if let Err(error) = run(&mut stop) {
            eprintln!("the private PostgreSQL did not stop: {error}");
        }
    }
}

/// Whether PostgreSQL's programs are on this machine.
#[must_use]
pub fn is_installed() -> bool {
    find_programs().is_ok()
}

/// Debian keeps them off PATH, by version.
fn find_programs() -> Result<PathBuf, RobotError> {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .chain(std::env::split_paths(
            &std::env::var_os("PATH").unwrap_or_default(),
        ))
        .filter(|dir| {
            ["initdb", "pg_ctl", "psql"]
                .iter()
                .all(|name| dir.join(name).is_file())
        })
        .collect();
    found.sort();
    found.pop().ok_or_else(|| {
        RobotError::Machine(
            "PostgreSQL is not installed: no initdb, pg_ctl and psql in /usr/lib/postgresql/*/bin or on PATH".into(),
        )
    })
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

fn run(command: &mut Command) -> Result<String, RobotError> {
    let output = command.stdin(Stdio::null()).output().map_err(machine)?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(RobotError::Machine(format!(
        "{} ended with {}: {}",
        Path::new(command.get_program()).display(),
        output.status,
        String::from_utf8_lossy(&output.stderr).trim()
    )))
}

fn machine(error: std::io::Error) -> RobotError {
    RobotError::Machine(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cluster_answers_durably_and_goes_away() {
        if !is_installed() {
            eprintln!("NOT TESTED: PostgreSQL is not installed on this machine");
            return;
        }
        let cluster = Cluster::start().unwrap();
        for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
            let value = cluster.query(NAME, &format!("SHOW {setting}")).unwrap();
            assert_eq!(value.trim(), "on", "{setting}");
        }
        assert!(cluster.database_bytes().unwrap() > 0);
        let dir = cluster.dir.path().to_owned();
        drop(cluster);
        assert!(!dir.exists());
    }
}
