//! The only code that fetches: one typed function per endpoint. Words for failures are in `components::failure`.

pub mod acting;
pub mod board;
pub mod claims;
pub mod face;
pub mod proofs;
pub mod review;
pub mod roster;
pub mod status;

use contract::{
    account::{Me, Register, SignIn, SignInSummary},
    beat::{Beat, Receipt, StartStudy, StudyStarted},
    class::{JoinClass, MyClass, OpenClass, ProofSummary},
    error::{ErrorCode, ErrorReply},
    routes,
    timeline::StudyDay,
};
use gloo_net::http::{Request, RequestBuilder, Response};
use serde::{Serialize, de::DeserializeOwned};
use study::{ClassId, Millis, SessionId};
use uuid::Uuid;

/// A request without an answer after this long is given up and, where that is safe, sent again.
const TIMEOUT_MS: u32 = 15_000;

/// The same for a file that may be large, with all of its bytes: half an hour, for whoever has a slow network.
const LARGE_TIMEOUT_MS: u32 = 1_800_000;

/// Why a request did not succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The server said no, and why.
    Refused(Box<ErrorReply>),
    /// No answer came: no network, no server, or too slow.
    NoAnswer,
    /// An answer came that this page does not understand, e.g. from a proxy or a newer server.
    Garbled {
        /// HTTP status.
        status: u16,
    },
}

impl Failure {
    /// The server's code, where there is one.
    #[must_use]
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Refused(reply) => Some(reply.code),
            Self::NoAnswer | Self::Garbled { .. } => None,
        }
    }

    /// Whether nobody is signed in any more.
    #[must_use]
    pub fn is_signed_out(&self) -> bool {
        self.code() == Some(ErrorCode::Unauthenticated)
    }

    /// Whether the same request may succeed later.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::NoAnswer => true,
            Self::Garbled { status } => *status >= 500,
            Self::Refused(reply) => matches!(
                reply.code,
                ErrorCode::RateLimited
                    | ErrorCode::Timeout
                    | ErrorCode::Unavailable
                    | ErrorCode::Internal
            ),
        }
    }

    /// How long the server asked to wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<Millis> {
        match self {
            Self::Refused(reply) => reply.retry_after_ms,
            Self::NoAnswer | Self::Garbled { .. } => None,
        }
    }
}

/// What an endpoint gives.
pub type Answer<T> = Result<T, Failure>;

/// Real-name registration; signs in.
///
/// # Errors
/// [`Failure`]
pub async fn register(request: &Register) -> Answer<Me> {
    read(change(Request::post(routes::PEOPLE), request).await?).await
}

/// Signs in.
///
/// # Errors
/// [`Failure`]
pub async fn sign_in(request: &SignIn) -> Answer<Me> {
    read(change(Request::post(routes::SIGN_INS), request).await?).await
}

/// Signs out here.
///
/// # Errors
/// [`Failure`]
pub async fn sign_out() -> Answer<()> {
    change(Request::delete(routes::SIGN_IN_CURRENT), &Nothing {})
        .await
        .map(drop)
}

/// Where I am signed in.
///
/// # Errors
/// [`Failure`]
pub async fn sign_ins() -> Answer<Vec<SignInSummary>> {
    get(routes::SIGN_INS).await
}

/// Signs out another device.
///
/// # Errors
/// [`Failure`]
pub async fn revoke_sign_in(sign_in: Uuid) -> Answer<()> {
    let path = routes::SIGN_IN.replace("{sign_in}", &sign_in.to_string());
    change(Request::delete(&path), &Nothing {}).await.map(drop)
}

/// Who I am.
///
/// # Errors
/// [`Failure`]
pub async fn me() -> Answer<Me> {
    get(routes::ME).await
}

/// Classes that anybody may join.
///
/// # Errors
/// [`Failure`]
pub async fn open_classes() -> Answer<Vec<OpenClass>> {
    get(routes::OPEN_CLASSES).await
}

/// My classes with progress.
///
/// # Errors
/// [`Failure`]
pub async fn my_classes() -> Answer<Vec<MyClass>> {
    get(routes::MY_CLASSES).await
}

/// One of my classes.
///
/// # Errors
/// [`Failure`]
pub async fn my_class(class: ClassId) -> Answer<MyClass> {
    get(&routes::MY_CLASS.replace("{class}", &class.to_string())).await
}

/// Joins an open class.
///
/// # Errors
/// [`Failure`]
pub async fn join_class(class: ClassId) -> Answer<()> {
    change(Request::post(routes::MY_CLASSES), &JoinClass { class })
        .await
        .map(drop)
}

/// Proofs issued to me for a class.
///
/// # Errors
/// [`Failure`]
pub async fn proofs(class: ClassId) -> Answer<Vec<ProofSummary>> {
    get(&routes::MY_CLASS_PROOFS.replace("{class}", &class.to_string())).await
}

/// Issues a proof for what is confirmed so far; gives the credential's bytes.
///
/// # Errors
/// [`Failure`]
pub async fn issue_proof(class: ClassId) -> Answer<String> {
    let path = routes::MY_CLASS_PROOFS.replace("{class}", &class.to_string());
    text(change(Request::post(&path), &Nothing {}).await?).await
}

/// One credential of mine, byte for byte as issued.
///
/// # Errors
/// [`Failure`]
pub async fn proof(proof: Uuid) -> Answer<String> {
    let path = routes::MY_PROOF.replace("{proof}", &proof.to_string());
    text(fetch(&path).await?).await
}

/// The study sheet of a proof of mine: a PDF.
///
/// # Errors
/// [`Failure`]
pub async fn proof_sheet(proof: Uuid) -> Answer<Vec<u8>> {
    let path = routes::MY_PROOF_SHEET.replace("{proof}", &proof.to_string());
    let response = fetch(&path).await?;
    response.binary().await.map_err(|_| Failure::NoAnswer)
}

/// Where the QR code of a proof of mine is.
#[must_use]
pub fn proof_code(proof: Uuid) -> String {
    routes::MY_PROOF_CODE.replace("{proof}", &proof.to_string())
}

/// My study record, newest day first.
///
/// # Errors
/// [`Failure`]
pub async fn study_days() -> Answer<Vec<StudyDay>> {
    get(routes::MY_DAYS).await
}

/// Asks for the study lease.
///
/// # Errors
/// [`Failure`]
pub async fn start_study(request: &StartStudy) -> Answer<StudyStarted> {
    read(change(Request::post(routes::STUDY_SESSIONS), request).await?).await
}

/// Reports one beat; the same beat may be sent again.
///
/// # Errors
/// [`Failure`]
pub async fn send_beat(session: SessionId, beat: &Beat) -> Answer<Receipt> {
    read(change(Request::post(&beats_path(session)), beat).await?).await
}

/// Where a session's beats go; also for the beacon on leaving.
#[must_use]
pub fn beats_path(session: SessionId) -> String {
    routes::BEATS.replace("{session}", &session.to_string())
}

/// Says that nothing more will come.
///
/// # Errors
/// [`Failure`]
pub async fn end_study(session: SessionId) -> Answer<()> {
    let path = routes::STUDY_SESSION_END.replace("{session}", &session.to_string());
    change(Request::post(&path), &Nothing {}).await.map(drop)
}

async fn get<T: DeserializeOwned>(path: &str) -> Answer<T> {
    read(fetch(path).await?).await
}

async fn fetch(path: &str) -> Answer<Response> {
    answer(prepared(Request::get(path)).build()).await
}

async fn fetch_large(path: &str) -> Answer<Response> {
    answer(within(LARGE_TIMEOUT_MS, Request::get(path)).build()).await
}

/// A request that changes something. The server takes those only as JSON, so that no foreign form can make one.
async fn change<B: Serialize>(request: RequestBuilder, body: &B) -> Answer<Response> {
    let json = serde_json::to_string(body).map_err(|_| Failure::Garbled { status: 0 })?;
    answer(
        prepared(request)
            .header("Content-Type", "application/json")
            .body(json),
    )
    .await
}

/// The body of a change that needs none: `{}`.
#[derive(Serialize)]
pub(crate) struct Nothing {}

fn prepared(request: RequestBuilder) -> RequestBuilder {
    within(TIMEOUT_MS, request)
}

fn within(timeout_ms: u32, request: RequestBuilder) -> RequestBuilder {
    let signal = web_sys::AbortSignal::timeout_with_u32(timeout_ms);
    request
        .header("Accept", "application/json")
        .abort_signal(Some(&signal))
}

async fn answer(request: Result<Request, gloo_net::Error>) -> Answer<Response> {
    let request = request.map_err(|_| Failure::NoAnswer)?;
    let response = request.send().await.map_err(|_| Failure::NoAnswer)?;
    if response.ok() {
        Ok(response)
    } else {
        Err(refusal(&response).await)
    }
}

async fn refusal(response: &Response) -> Failure {
    let status = response.status();
    let header_ms = response
        .headers()
        .get("retry-after")
        .and_then(|seconds| seconds.trim().parse::<u64>().ok())
        .map(|seconds| Millis(seconds.saturating_mul(1000)));
    let Ok(body) = response.text().await else {
        return Failure::NoAnswer;
    };
    match serde_json::from_str::<ErrorReply>(&body) {
        Ok(mut reply) => {
            reply.retry_after_ms = reply.retry_after_ms.or(header_ms);
            Failure::Refused(Box::new(reply))
        }
        // A gateway in front of a server that restarts.
        Err(_) if matches!(status, 502..=504) => {
            let mut reply =
                ErrorReply::new(ErrorCode::Unavailable, "no answer from behind the gateway");
            reply.retry_after_ms = header_ms;
            Failure::Refused(Box::new(reply))
        }
        Err(_) => Failure::Garbled { status },
    }
}

async fn text(response: Response) -> Answer<String> {
    response.text().await.map_err(|_| Failure::NoAnswer)
}

async fn read<T: DeserializeOwned>(response: Response) -> Answer<T> {
    let status = response.status();
    let body = text(response).await?;
    serde_json::from_str(&body).map_err(|_| Failure::Garbled { status })
}
