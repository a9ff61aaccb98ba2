//! The SPARQL 1.1 Protocol, as far as a `SERVICE` clause needs it: a query by POST, its answer as bytes of some media type.
//!
//! An endpoint is asked where it was allowed to be asked: a redirection is no answer.

use super::http::{Request, Sent};
use super::polite::{Client, Listener, Manners, Reading, failed};
use crate::diagnostic::{Result, codes};
use crate::query::{Fetched, Remote};

/// What can be read, best first.
const ACCEPT: &str = "application/sparql-results+json, application/sparql-results+xml;q=0.9, text/tab-separated-values;q=0.5";
/// Characters of a refusal that are shown.
const SHOWN: usize = 300;

/// Asks SPARQL endpoints.
pub struct Endpoints {
    client: Client,
}

impl Endpoints {
    /// Returns what asks endpoints in this manner.
    ///
    /// # Errors
    /// `USAGE` when the contact is none.
    pub fn new(manners: Manners, listener: Listener) -> Result<Self> {
        Ok(Self {
            client: Client::unmoved(manners, listener)?,
        })
    }
}

impl Remote for Endpoints {
    fn ask(&self, endpoint: &str, query: &str) -> Result<Fetched> {
        let request = Request {
            url: endpoint.to_owned(),
            query: Vec::new(),
            body: Sent::Form(vec![("query".to_owned(), query.to_owned())]),
            accept: ACCEPT,
        };
        self.client.ask(&request, |answer| match answer.status {
            200 => Reading::Done(Fetched {
                kind: answer.kind.clone(),
                body: answer.body.clone(),
            }),
            status => {
                let told = String::from_utf8_lossy(&answer.body);
                let words: Vec<&str> = told.split_whitespace().collect();
                let told: String = words.join(" ").chars().take(SHOWN).collect();
                let why = format!("it refuses the query (status {status}): {told}");
                Reading::Never(
                    failed(codes::BAD_ANSWER, endpoint, &why)
                        .hint("try the part inside SERVICE as a query of its own")
                        .into(),
                )
            }
        })
    }
}
