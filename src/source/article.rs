//! The plain article form.
