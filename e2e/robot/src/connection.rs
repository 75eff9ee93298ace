//! One keep-alive HTTP/1.1 connection, as a browser tab holds one. It reconnects when it was cut, and never repeats a request
//! that may have reached the server: whether one without an answer may be sent again is known only to the caller.

use crate::RobotError;
use contract::ErrorReply;
use http_body_util::{BodyExt, Full};
use hyper::{
    Method, Request, Response, StatusCode,
    body::{Bytes, Incoming},
    client::conn::http1::{self, SendRequest},
    header,
};
use hyper_util::rt::TokioIo;
use std::{net::SocketAddr, time::Duration};
use tokio::net::TcpStream;

/// A page gives up on an answer after this long and tries again.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// A server's answer, whatever its status.
pub struct Answer {
    /// HTTP status.
    pub status: StatusCode,
    /// The sign-in cookie as `name=value`, where the answer sets one.
    pub cookie: Option<Cookie>,
    /// The body.
    pub body: Bytes,
}

impl Answer {
    /// The body of a success, as the contract's type; the error reply of a refusal.
    ///
    /// # Errors
    /// [`RobotError::Refused`] for any status but 2xx, [`RobotError::ContractBroken`] where the body is not what was agreed.
    pub fn parse<T: serde::de::DeserializeOwned>(&self) -> Result<T, RobotError> {
        self.success()?;
        serde_json::from_slice(&self.body)
            .map_err(|error| RobotError::ContractBroken(format!("{error} in {}", self.excerpt())))
    }

    /// Only whether it was a success.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn success(&self) -> Result<(), RobotError> {
        if self.status.is_success() {
            return Ok(());
        }
        match serde_json::from_slice::<ErrorReply>(&self.body) {
            Ok(reply) => Err(RobotError::Refused {
                status: self.status.as_u16(),
                reply: Box::new(reply),
            }),
            Err(_) => Err(RobotError::ContractBroken(format!(
                "status {} without the agreed error shape: {}",
                self.status,
                self.excerpt()
            ))),
        }
    }

    fn excerpt(&self) -> String {
        String::from_utf8_lossy(self.body.get(..200).unwrap_or(&self.body)).into_owned()
    }
}

/// What the browser keeps from `Set-Cookie` and sends back: `name=value`. Kept by hand, because `Secure` cookies would not be
/// sent over the plain http that tests use on this machine.
#[derive(Clone)]
pub struct Cookie(String);

/// A connection to one server, made when first needed.
pub struct Connection {
    address: SocketAddr,
    origin: String,
    sender: Option<SendRequest<Full<Bytes>>>,
}

impl Connection {
    /// A connection that will be made when first used.
    #[must_use]
    pub fn new(address: SocketAddr) -> Self {
        Self {
            address,
            origin: format!("http://{address}"),
            sender: None,
        }
    }

    /// The server at the other end.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Reads `path`.
    ///
    /// # Errors
    /// [`RobotError::NoAnswer`] where the connection failed.
    pub async fn get(&mut self, path: &str, cookie: Option<&Cookie>) -> Result<Answer, RobotError> {
        self.send(Method::GET, path, cookie, Bytes::new()).await
    }

    /// Sends `body` as JSON, as the page would.
    ///
    /// # Errors
    /// [`RobotError::NoAnswer`] where the connection failed.
    pub async fn post<T: serde::Serialize + Sync>(
        &mut self,
        path: &str,
        cookie: Option<&Cookie>,
        body: &T,
    ) -> Result<Answer, RobotError> {
        let body = serde_json::to_vec(body)
            .map_err(|error| RobotError::ContractBroken(error.to_string()))?;
        self.post_bytes(path, cookie, body.into()).await
    }

    /// Sends bytes that claim to be JSON.
    ///
    /// # Errors
    /// [`RobotError::NoAnswer`] where the connection failed.
    pub async fn post_bytes(
        &mut self,
        path: &str,
        cookie: Option<&Cookie>,
        body: Bytes,
    ) -> Result<Answer, RobotError> {
        self.send(Method::POST, path, cookie, body).await
    }

    async fn send(
        &mut self,
        method: Method,
        path: &str,
        cookie: Option<&Cookie>,
        body: Bytes,
    ) -> Result<Answer, RobotError> {
        let mut request = Request::builder()
            .method(method.clone())
            .uri(path)
            .header(header::HOST, self.origin.trim_start_matches("http://"));
        if let Some(Cookie(pair)) = cookie {
            request = request.header(header::COOKIE, pair);
        }
        if method == Method::POST {
            request = request
                .header(header::CONTENT_TYPE, "application/json")
                .header(header::ORIGIN, &self.origin)
                .header("sec-fetch-site", "same-origin");
        }
        let request = request
            .body(Full::new(body))
            .map_err(|error| RobotError::ContractBroken(error.to_string()))?;
        let answer = tokio::time::timeout(PATIENCE, self.exchange(request))
            .await
            .unwrap_or_else(|_| Err(RobotError::NoAnswer(format!("none within {PATIENCE:?}"))));
        if answer.is_err() {
            // The rest of a broken exchange must not be read as the next answer.
            self.sender = None;
        }
        answer
    }

    async fn exchange(&mut self, request: Request<Full<Bytes>>) -> Result<Answer, RobotError> {
        // The server closes connections that were idle for long. Like a browser, send on a new one what never left the old one.
        let unsent = match self.ready().await {
            Some(sender) => match sender.try_send_request(request).await {
                Ok(response) => return read(response).await,
                Err(mut error) => match error.take_message() {
                    Some(unsent) => unsent,
                    None => return Err(no_answer(error.into_error())),
                },
            },
            None => request,
        };
        let sender = self.sender.insert(connect(self.address).await?);
        read(sender.send_request(unsent).await.map_err(no_answer)?).await
    }

    /// The open connection, where it takes a request.
    async fn ready(&mut self) -> Option<&mut SendRequest<Full<Bytes>>> {
        let sender = self.sender.as_mut()?;
        sender.ready().await.ok()?;
        Some(sender)
    }
}

async fn read(response: Response<Incoming>) -> Result<Answer, RobotError> {
    let status = response.status();
    let cookie = response
        .headers()
        .get(header::SET_COOKIE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .map(|pair| Cookie(pair.to_owned()));
    let body = response
        .into_body()
        .collect()
        .await
        .map_err(no_answer)?
        .to_bytes();
    Ok(Answer {
        status,
        cookie,
        body,
    })
}

async fn connect(address: SocketAddr) -> Result<SendRequest<Full<Bytes>>, RobotError> {
    let stream = TcpStream::connect(address).await.map_err(no_answer)?;
    stream.set_nodelay(true).map_err(no_answer)?;
    let (sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(no_answer)?;
    tokio::spawn(async move {
        // What goes wrong here is told to whoever waits for an answer.
        let _told_to_the_sender = connection.await;
    });
    Ok(sender)
}

fn no_answer(error: impl std::error::Error) -> RobotError {
    RobotError::NoAnswer(error.to_string())
}
