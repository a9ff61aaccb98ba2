//! Values and statements for the tests of comparisons.

use std::collections::BTreeMap;

use super::entity::Snak;
use super::own::{OwnStatement, OwnValue};

pub(super) fn date(edtf: &str) -> OwnValue {
    OwnValue::Date(edtf.to_owned())
}

pub(super) fn time(value: &str, precision: u8) -> Snak {
    Snak {
        value: Some(value.to_owned()),
        precision: Some(precision),
        ..Snak::default()
    }
}

/// Returns a statement about the beginning of an entity.
pub(super) fn inception(edtf: &str) -> OwnStatement {
    OwnStatement {
        entity: "e".to_owned(),
        property: "P571".to_owned(),
        value: date(edtf),
        qualifiers: BTreeMap::new(),
        at: Vec::new(),
    }
}
