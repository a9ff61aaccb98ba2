//! Separated values.
