//! Serving the graph, or an extract of Wikidata, to other programs on this machine.
//!
//! So far one service: reconciliation, by the Reconciliation Service API 0.2 and 1.0-draft, so that OpenRefine and its like
//! find the entities that names stand for. It only reads, and it listens on the loopback interface alone.
//!
//! | module | owns |
//! | --- | --- |
//! | [`catalogue`] | the entities served, read once from a graph or an extract |
//! | [`message`], `shape` | strict readers of the messages of both versions of the protocol |
//! | [`matching`] | candidates for a query, by the linker's index and by conditions on properties |
//! | [`reply`] | the answer to one request; knows no network |
//! | `describe`, `form` | manifests, previews, extensions; the parameters of a request |
//! | [`listen`] | the network: limits, time-outs, stopping |

pub mod catalogue;
mod describe;
mod form;
pub mod listen;
pub mod matching;
pub mod message;
pub mod reply;
mod shape;
