//! The source of what needs none: one record without values, for a mapping that says all itself.

use std::sync::Arc;

use crate::record::{Fault, FaultKind, Origin, Record, RecordKey, Records, Slot, Value};

/// Returns a stream of one record, whose place is a line of a file (the mapping); it has no values.
pub fn open(file: &str, line: u32) -> Box<dyn Records> {
    Box::new(Alone {
        origin: Origin {
            file: Arc::from(file),
            line,
            ..Origin::default()
        },
        given: false,
    })
}

/// The stream; it is its own record.
struct Alone {
    origin: Origin,
    given: bool,
}

impl Record for Alone {
    fn values<'r>(&'r self, _: Slot, _: &mut Vec<Value<'r>>) -> Result<(), Box<Fault>> {
        Ok(())
    }

    fn origin(&self) -> Origin {
        self.origin.clone()
    }

    fn key(&self) -> RecordKey {
        RecordKey::default()
    }
}

impl Records for Alone {
    fn bind(&mut self, reference: &str) -> Result<Slot, Box<Fault>> {
        Err(Box::new(Fault {
            message: format!("there is no source that \"{reference}\" could be of"),
            origin: self.origin.clone(),
            kind: FaultKind::UnknownReference,
            hint: None,
        }))
    }

    fn next(&mut self) -> Option<Result<&dyn Record, Box<Fault>>> {
        if std::mem::replace(&mut self.given, true) {
            return None;
        }
        Some(Ok(self))
    }
}
