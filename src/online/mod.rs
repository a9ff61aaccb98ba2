//! The network, and nothing of it unless the user says `--online`.
//!
//! What is fetched is kept in a folder, and all that follows works on that folder, so that a result can be had again
//! without a network. Only a `SERVICE` clause of a query keeps nothing.
//!
//! | module | owns |
//! | --- | --- |
//! | [`http`] | one request and its answer, within limits; alone names the HTTP client |
//! | [`polite`] | who asks, how long to wait, how often to try again |
//! | [`wikibase`] | the messages of Wikibase's API: parameters, answers, errors |
//! | [`fetch`], `journal` | an extract filled by that API; what was fetched survives an interruption |
//! | [`reconcile`] | candidates from a reconciliation service, 0.2 or 1.0-draft |
//! | [`sparql`] | the answers of SPARQL endpoints to `SERVICE` |

pub mod fetch;
pub mod http;
mod journal;
pub mod polite;
pub mod reconcile;
pub mod sparql;
pub mod wikibase;

pub use polite::{Client, Manners, Talk};
