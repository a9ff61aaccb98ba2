//! One request and its answer. Nothing here tries again or knows what an answer means.
//!
//! The client checks certificates against the roots of Mozilla that are compiled in, and goes through the proxy that
//! `ALL_PROXY`, `HTTPS_PROXY` or `HTTP_PROXY` name, unless `NO_PROXY` excepts the host.

use std::io::Read;
use std::time::Duration;

use ureq::http::{Response, header};
use ureq::{Agent, Body, Error, ResponseExt};

/// Bytes of a body, unpacked, that are taken.
const LARGEST: u64 = 64 << 20;
/// Bytes of the head of an answer that are taken.
const HEAD: usize = 64 << 10;

/// What to ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The address.
    pub url: String,
    /// Parameters that are added to the address.
    pub query: Vec<(String, String)>,
    /// What is sent.
    pub body: Sent,
    /// The media types that are understood.
    pub accept: &'static str,
}

/// What a request sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// Nothing: a GET.
    Nothing,
    /// The fields of a form, by POST.
    Form(Vec<(String, String)>),
    /// JSON, by POST.
    Json(String),
}

/// What came back, whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The address that answered, which redirections may have changed.
    pub url: String,
    /// The media type.
    pub kind: String,
    /// When to come again, as the server wrote it.
    pub retry_after: Option<String>,
    /// The server's own clock.
    pub date: Option<String>,
    /// The body, unpacked.
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Another time may do better: no connection, no answer in time, a body that broke off.
    Passing(String),
    /// It is of no use to try again: an address that is none, too many redirections, a body that is too large.
    Lasting(String),
}

/// A client that says who asks.
#[derive(Clone, Debug)]
pub struct Wire {
    agent: Agent,
    timeout: Duration,
}

impl Wire {
    /// Returns a client that waits so long for each answer and follows so many redirections.
    #[must_use]
    pub fn new(user_agent: &str, timeout: Duration, redirections: u32) -> Self {
        let config = Agent::config_builder()
            .user_agent(user_agent)
            .timeout_global(Some(timeout))
            .http_status_as_error(false)
            .max_redirects(redirections)
            .max_redirects_will_error(redirections > 0)
            .max_response_header_size(HEAD)
            .build();
        Self {
            agent: config.new_agent(),
            timeout,
        }
    }

    /// Asks once.
    ///
    /// # Errors
    /// Why there is no answer. A status that tells of an error is an answer.
    pub fn ask(&self, request: &Request) -> Result<Answer, Failure> {
        let pairs = |list: &[(String, String)]| -> Vec<(String, String)> { list.to_vec() };
        let sent = match &request.body {
            Sent::Nothing => self
                .agent
                .get(&request.url)
                .query_pairs(pairs(&request.query))
                .header(header::ACCEPT, request.accept)
                .call(),
            Sent::Form(fields) => self
                .agent
                .post(&request.url)
                .query_pairs(pairs(&request.query))
                .header(header::ACCEPT, request.accept)
                .send_form(pairs(fields)),
            Sent::Json(text) => self
                .agent
                .post(&request.url)
                .query_pairs(pairs(&request.query))
                .header(header::ACCEPT, request.accept)
                .content_type("application/json")
                .send(text.as_str()),
        };
        self.answer(sent.map_err(|error| self.failure(&error))?)
    }

    fn answer(&self, mut response: Response<Body>) -> Result<Answer, Failure> {
        let url = response.get_uri().to_string();
        let text = |name: header::HeaderName| {
            let value = response.headers().get(name)?;
            value.to_str().ok().map(str::to_owned)
        };
        let mut answer = Answer {
            status: response.status().as_u16(),
            url,
            kind: text(header::CONTENT_TYPE).unwrap_or_default(),
            retry_after: text(header::RETRY_AFTER),
            date: text(header::DATE),
            body: Vec::new(),
        };
        let read = response
            .body_mut()
            .with_config()
            .limit(LARGEST * 2)
            .reader()
            .take(LARGEST + 1)
            .read_to_end(&mut answer.body);
        match read {
            Ok(_) if answer.body.len() as u64 > LARGEST => Err(Failure::Lasting(format!(
                "the answer has more than {} MiB",
                LARGEST >> 20
            ))),
            Ok(_) => Ok(answer),
            Err(error) => Err(Failure::Passing(format!("the answer broke off: {error}"))),
        }
    }

    fn failure(&self, error: &Error) -> Failure {
        match error {
            Error::Timeout(_) => {
                Failure::Passing(format!("no answer within {} s", self.timeout.as_secs_f64()))
            }
            Error::HostNotFound | Error::ConnectionFailed | Error::Io(_) | Error::Protocol(_) => {
                Failure::Passing(error.to_string())
            }
            other => Failure::Lasting(other.to_string()),
        }
    }
}
