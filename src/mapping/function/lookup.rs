//! A table to look values up in, read once.

use std::collections::HashMap;

/// Values by key; several values of one key stay in the order of the table.
#[derive(Clone, Debug, Default)]
pub struct Lookup {
    values: HashMap<String, Vec<String>>,
}

impl Lookup {
    /// Adds a row. A value that the key already has is not added again.
    pub fn insert(&mut self, key: &str, value: &str) {
        let values = self.values.entry(key.to_owned()).or_default();
        if !values.iter().any(|known| known == value) {
            values.push(value.to_owned());
        }
    }

    /// Returns the values of a key; none when the table does not have it.
    pub fn get(&self, key: &str) -> &[String] {
        self.values.get(key).map_or(&[], Vec::as_slice)
    }
}
