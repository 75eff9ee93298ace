//! Status lists, which this server gives to everybody.

use super::{Answer, Failure, fetch};

/// The list behind `path`, byte for byte as it was signed.
///
/// # Errors
/// [`Failure`]
pub async fn list(path: &str) -> Answer<Vec<u8>> {
    let response = fetch(path).await?;
    response.binary().await.map_err(|_| Failure::NoAnswer)
}
