//! `zhenxue serve`

use crate::{
    app,
    boards::Boards,
    clock::SystemClock,
    config::{PublicAddress, Reached, ServeConfig},
    demo,
    faces::ModelSource,
    jobs, pages,
    start::{self, NotStarted, Running},
};
use axum_server::{Handle, tls_rustls::RustlsConfig};
use std::{sync::Arc, time::Duration};
use study::RandomChecks;
use tracing_subscriber::EnvFilter;

/// How long requests that are on their way may take when the server is told to stop.
const FAREWELL: Duration = Duration::from_secs(5);
/// How long a client may take over the head of a request, the wait for its first byte included. A page beats every 10 s: a
/// connection that closed after 10 s would close just as the next beat comes, so it lives through a few missed ones.
const HEAD_MAX: Duration = Duration::from_secs(45);

/// Serves until told to stop.
///
/// # Errors
/// Why it does not start, for the person who started it.
pub fn run(config: &ServeConfig) -> Result<(), NotStarted> {
    let filter = EnvFilter::try_from_env("ZHENXUE_LOG")
        .unwrap_or_else(|_| EnvFilter::new("info,sea_orm_migration=warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| NotStarted(format!("no threads to run on: {error}")))?
        .block_on(serve(config))
}

async fn serve(config: &ServeConfig) -> Result<(), NotStarted> {
    let tls = tls(config).await?;
    let models = config
        .face_models
        .clone()
        .map_or(ModelSource::BuiltIn, ModelSource::Folder);
    let running = start::start(
        &config.data,
        config.database_url.as_deref(),
        config.reached(),
        &models,
        Arc::new(SystemClock::start()),
    )
    .await?;
    if config.face_models.is_some() {
        // Somebody's own models may be the right files and still not run: better known now than at the first check.
        let models = running.app.faces.models();
        let nets = models.map_err(|_| "they are not there".to_owned());
        nets.and_then(|models| models.nets()).map_err(|error| {
            NotStarted(format!("the models in --face-models do not load: {error}"))
        })?;
    }
    let listener = std::net::TcpListener::bind(config.listen)
        .and_then(|listener| listener.set_nonblocking(true).map(|()| listener))
        .map_err(|error| NotStarted(format!("cannot listen on {}: {error}", config.listen)))?;
    let address = listener
        .local_addr()
        .map_err(|error| NotStarted(format!("cannot listen on {}: {error}", config.listen)))?;

    // Before the first proof, which names it.
    let own = PublicAddress::of_this_machine(config.reached(), address);
    let _ = running
        .app
        .address
        .set(config.address.clone().unwrap_or(own));
    if config.demo {
        let checks = demo_checks(config)?;
        demo::load(&running.app, checks.as_ref())
            .await
            .map_err(|error| NotStarted(format!("the demo province cannot be loaded: {error}")))?;
    }
    let router = app::router(running.app.clone()).into_make_service();
    let jobs = jobs::start(running.app.clone());
    let handle = Handle::new();
    tokio::spawn(stop_when_told(handle.clone(), running.app.boards.clone()));
    greet(config, address);
    let served = match tls {
        Some(tls) => {
            let mut server = axum_server::from_tcp_rustls(listener, tls)
                .map_err(|error| NotStarted(error.to_string()))?
                .handle(handle);
            harden(server.http_builder());
            server.serve(router).await
        }
        None => {
            let mut server = axum_server::from_tcp(listener)
                .map_err(|error| NotStarted(error.to_string()))?
                .handle(handle);
            harden(server.http_builder());
            server.serve(router).await
        }
    };
    jobs.abort();
    let _ = jobs.await;
    stop(running).await;
    served.map_err(|error| NotStarted(format!("the server stopped: {error}")))
}

/// The policy of face checks to try out, where one is given.
fn demo_checks(config: &ServeConfig) -> Result<Option<RandomChecks>, NotStarted> {
    let Some(file) = &config.demo_checks else {
        return Ok(None);
    };
    let text = std::fs::read_to_string(file)
        .map_err(|error| NotStarted(format!("{} cannot be read: {error}", file.display())))?;
    serde_json::from_str(&text).map(Some).map_err(|error| {
        NotStarted(format!(
            "{} holds no policy of face checks: {error}",
            file.display()
        ))
    })
}

async fn stop(running: Running) {
    running.stop().await;
    println!("stopped; everything is saved");
}

fn harden<E>(builder: &mut hyper_util::server::conn::auto::Builder<E>) {
    builder
        .http1()
        .timer(hyper_util::rt::TokioTimer::new())
        .header_read_timeout(HEAD_MAX);
    builder
        .http2()
        .timer(hyper_util::rt::TokioTimer::new())
        .keep_alive_interval(HEAD_MAX)
        .max_header_list_size(16 * 1024);
}

async fn tls(config: &ServeConfig) -> Result<Option<RustlsConfig>, NotStarted> {
    let (Some(certificate), Some(key)) = (&config.tls_cert, &config.tls_key) else {
        return Ok(None);
    };
    // Only the first call in a process counts, and that is this one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    RustlsConfig::from_pem_file(certificate, key)
        .await
        .map(Some)
        .map_err(|error| {
            NotStarted(format!(
                "the certificate {} or its key {} cannot be used: {error}",
                certificate.display(),
                key.display()
            ))
        })
}

fn greet(config: &ServeConfig, address: std::net::SocketAddr) {
    let scheme = if config.reached() == Reached::Tls {
        "https"
    } else {
        "http"
    };
    println!("真学 Zhenxue listens on {scheme}://{address}");
    if config.reached() == Reached::Plain && !address.ip().is_loopback() {
        println!(
            "  http works on this machine only; for phones and other machines give --tls-cert and --tls-key (see --help)"
        );
    }
    match &config.address {
        Some(address) => println!("  people reach it at {address}"),
        None if config.reached() != Reached::Plain || !address.ip().is_loopback() => println!(
            "  QR codes and the status lists of study proofs lead to this machine only; give --address with where people reach it"
        ),
        None => {}
    }
    if !pages::built_in() {
        println!("  the page is not built in (build it with `cargo xtask run`); the API works");
    }
    if config.demo {
        print!("{}", demo::sign_ins());
    }
}

async fn stop_when_told(handle: Handle<std::net::SocketAddr>, boards: Boards) {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        _ = interrupt => {}
        () = terminate => {}
    }
    boards.stop();
    handle.graceful_shutdown(Some(FAREWELL));
}
