//! What the operator decides, from the command line and the environment.

use axum::http::Uri;
use clap::Args;
use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    str::FromStr,
};

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

    /// Where people reach this server, e.g. `https://zhenxue.example`: QR codes, and the status lists that new study proofs name, lead there.
    /// Give it before the first proof is issued, and keep it; without it they lead to this machine
    #[arg(long, env = "ZHENXUE_ADDRESS", value_name = "URL")]
    pub address: Option<PublicAddress>,

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

/// Where people reach a server: scheme, host, and port where it is not the usual one. No slash at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicAddress(String);

/// Text that is not where people could reach a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAnAddress {
    /// No address at all.
    #[error("write it like https://zhenxue.example or https://zhenxue.example:8443")]
    Form,
    /// More than scheme, host and port.
    #[error(
        "leave out what comes after the host and the port: Zhenxue answers at the root of its address only"
    )]
    Path,
    /// Plain http.
    #[error(
        "write https://: by http browsers reach this machine only, and neither sign-in nor camera work"
    )]
    Http,
}

impl PublicAddress {
    /// The address of a server that listens on `listens`, as this machine reaches it.
    #[must_use]
    pub fn of_this_machine(reached: Reached, listens: SocketAddr) -> Self {
        let scheme = match reached {
            Reached::Tls => "https",
            Reached::Plain | Reached::Proxy => "http",
        };
        // "All networks" is nowhere to go to.
        Self(if listens.ip().is_unspecified() {
            format!("{scheme}://localhost:{}", listens.port())
        } else {
            format!("{scheme}://{listens}")
        })
    }

    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PublicAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for PublicAddress {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        let uri: Uri = text.trim().parse().map_err(|_| NotAnAddress::Form)?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(NotAnAddress::Form);
        };
        let host = authority.host();
        let port_is_one = authority.as_str().len() == host.len() || authority.port_u16().is_some();
        if host.is_empty() || authority.as_str().contains('@') || !port_is_one {
            return Err(NotAnAddress::Form);
        }
        if !matches!(uri.path(), "" | "/") || uri.query().is_some() || text.contains('#') {
            return Err(NotAnAddress::Path);
        }
        match scheme {
            "https" => {}
            "http" if is_this_machine(host) => {}
            "http" => return Err(NotAnAddress::Http),
            _ => return Err(NotAnAddress::Form),
        }
        Ok(Self(format!(
            "{scheme}://{}",
            authority.as_str().to_ascii_lowercase()
        )))
    }
}

/// Whether a host is one of the names of whatever machine one is on.
#[must_use]
pub fn is_this_machine(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost")
        || bare.to_ascii_lowercase().ends_with(".localhost")
        || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_scheme_and_host_and_port() {
        for (text, kept) in [
            ("https://zhenxue.example", "https://zhenxue.example"),
            (" https://Zhenxue.Example/ ", "https://zhenxue.example"),
            (
                "https://zhenxue.example:8443",
                "https://zhenxue.example:8443",
            ),
            ("http://localhost:8080", "http://localhost:8080"),
            ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
            ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
        ] {
            assert_eq!(
                text.parse().map(|PublicAddress(kept)| kept),
                Ok(kept.into())
            );
        }
    }

    #[test]
    fn what_is_no_address_says_what_to_write() {
        for (text, why) in [
            ("", NotAnAddress::Form),
            ("zhenxue.example", NotAnAddress::Form),
            ("//zhenxue.example", NotAnAddress::Form),
            ("/status", NotAnAddress::Form),
            ("ftp://zhenxue.example", NotAnAddress::Form),
            ("https://", NotAnAddress::Form),
            ("https://zhenxue example", NotAnAddress::Form),
            ("https://me@zhenxue.example", NotAnAddress::Form),
            ("https://zhenxue.example:99999", NotAnAddress::Form),
            ("https://zhenxue.example/zhenxue", NotAnAddress::Path),
            ("https://zhenxue.example/?a=b", NotAnAddress::Path),
            ("https://zhenxue.example/#a", NotAnAddress::Path),
            ("http://zhenxue.example", NotAnAddress::Http),
            ("http://192.168.1.5:8080", NotAnAddress::Http),
        ] {
            assert_eq!(text.parse::<PublicAddress>(), Err(why), "{text}");
        }
    }

    #[test]
    fn without_one_it_is_this_machine() {
        let of = |reached, listens: &str| {
            let listens = listens.parse().unwrap();
            PublicAddress::of_this_machine(reached, listens).to_string()
        };
        assert_eq!(
            of(Reached::Plain, "127.0.0.1:8080"),
            "http://127.0.0.1:8080"
        );
        assert_eq!(
            of(Reached::Tls, "192.168.1.5:8443"),
            "https://192.168.1.5:8443"
        );
        assert_eq!(of(Reached::Proxy, "0.0.0.0:8080"), "http://localhost:8080");
        assert_eq!(of(Reached::Tls, "[::]:8443"), "https://localhost:8443");
    }
}
