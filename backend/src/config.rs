//! What the operator decides, from the command line and the environment.

use clap::Args;
use std::{net::SocketAddr, path::PathBuf};

/// How to serve.
#[derive(Clone, Debug, Args)]
pub struct ServeConfig {
    /// Folder for the database, films and keys; made where it is not there
    #[arg(long, env = "ZHENXUE_DATA", default_value = "data", value_name = "DIR")]
    pub data: PathBuf,

    /// Address and port to listen on, e.g. 0.0.0.0:8443 for all networks (then give a certificate, too)
    #[arg(
        long,
        env = "ZHENXUE_LISTEN",
        default_value = "127.0.0.1:8080",
        value_name = "ADDR"
    )]
    pub listen: SocketAddr,

    /// Load the demo province (institutions, staff, learners, a course) on the first start, and print who can sign in
    #[arg(long, env = "ZHENXUE_DEMO")]
    pub demo: bool,

    /// With --demo: a JSON file whose policy of face checks (mean_ms, gap_max_ms, answer_ms, retries, sign_in, frames_min, frame_gap_ms,
    /// make_up_permille, make_up_min, make_up_ms) the demo class with face checks gets instead of the real one when the province is
    /// loaded, so that a check comes within a minute; for trying them out
    #[arg(
        long,
        env = "ZHENXUE_DEMO_CHECKS",
        value_name = "FILE",
        requires = "demo"
    )]
    pub demo_checks: Option<PathBuf>,

    /// Certificate chain (PEM) to serve https with; needed on any address but this machine's own
    #[arg(
        long,
        env = "ZHENXUE_TLS_CERT",
        value_name = "FILE",
        requires = "tls_key"
    )]
    pub tls_cert: Option<PathBuf>,

    /// Private key (PEM) of that certificate
    #[arg(
        long,
        env = "ZHENXUE_TLS_KEY",
        value_name = "FILE",
        requires = "tls_cert"
    )]
    pub tls_key: Option<PathBuf>,

    /// A proxy in front of this server speaks https and says so in X-Forwarded-Proto
    #[arg(long, env = "ZHENXUE_BEHIND_PROXY", conflicts_with = "tls_cert")]
    pub behind_proxy: bool,

    /// Folder with other models for the face checks than those built in: a manifest.json and the files that it names
    #[arg(long, env = "ZHENXUE_FACE_MODELS", value_name = "DIR")]
    pub face_models: Option<PathBuf>,

    /// PostgreSQL to use instead of the embedded database, e.g. postgres://user:password@host/zhenxue
    #[arg(long, env = "DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub database_url: Option<String>,
}

/// How requests reach this server, which decides whether cookies and cameras can work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached {
    /// Plain http: fine on this machine, nowhere else.
    Plain,
    /// https with our own certificate.
    Tls,
    /// Through a proxy that says whether it was https.
    Proxy,
}

impl ServeConfig {
    /// How requests reach it.
    #[must_use]
    pub const fn reached(&self) -> Reached {
        if self.tls_cert.is_some() {
            Reached::Tls
        } else if self.behind_proxy {
            Reached::Proxy
        } else {
            Reached::Plain
        }
    }
}
