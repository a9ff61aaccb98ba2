//! Dates of any precision: natural text → EDTF (ISO 8601-2, level 1), and the bounds of an EDTF date.

/// Why a text is no date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateFault {
    /// One sentence, no full stop: "31 June 1920 does not exist: June has 30 days".
    pub message: String,
    /// What would be right, if known.
    pub hint: Option<String>,
}

/// Returns the EDTF form of a date told in words or figures.
///
/// # Errors
/// A [`DateFault`] for a text that is no date, an impossible one or an ambiguous one.
pub fn parse(text: &str) -> Result<String, DateFault> {
    Err(DateFault {
        message: format!("{text:?} is not a date"),
        hint: None,
    })
}

/// Returns the first day an EDTF date may mean, as `YYYY-MM-DD`; `None` when it is open or not EDTF.
pub fn earliest(_edtf: &str) -> Option<String> {
    None
}

/// Returns the last day an EDTF date may mean, as `YYYY-MM-DD`; `None` when it is open or not EDTF.
pub fn latest(_edtf: &str) -> Option<String> {
    None
}
