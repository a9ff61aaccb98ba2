//! How much is kept of where statements come from.

use serde::{Deserialize, Serialize};

/// How much is kept, or told, of where statements come from.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Provenance {
    /// Nothing.
    #[default]
    None,
    /// The sources and the rules.
    Graph,
    /// For each statement its records and its rule.
    Statement,
}
