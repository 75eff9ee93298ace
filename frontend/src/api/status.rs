//! Status lists, which this server gives to everybody.

use super::{Answer, Failure, answer, prepared};
use gloo_net::http::Request;
use web_sys::RequestCache;

/// The list behind `path`, byte for byte as it was signed. Whoever asks wants to know how it is now: no cache answers.
///
/// # Errors
/// [`Failure`]
pub async fn list(path: &str) -> Answer<Vec<u8>> {
    let request = prepared(Request::get(path)).cache(RequestCache::NoCache);
    let response = answer(request.build()).await?;
    response.binary().await.map_err(|_| Failure::NoAnswer)
}
