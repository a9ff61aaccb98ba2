//! What tests of several readers ask.

use crate::record::{Cut, Records, Slot};

/// Tells every record of a stream, with the values of some slots and their places, and every fault.
pub(super) fn told(records: &mut dyn Records, slots: &[Slot]) -> Vec<String> {
    let mut told = Vec::new();
    while let Some(next) = records.next() {
        told.push(match next {
            Ok(record) => {
                let mut text = format!("{:?}", record.origin());
                for slot in slots {
                    let mut values = Vec::new();
                    let outcome = record.values(*slot, &mut values);
                    text += &format!(" {outcome:?}");
                    for (index, value) in values.iter().enumerate() {
                        text += &format!(" {value:?} {:?}", record.origin_of(*slot, index));
                    }
                }
                text
            }
            Err(fault) => format!("{fault:?}"),
        });
    }
    told
}

/// Tells the same of all stretches of a stream, with the number of stretches.
pub(super) fn told_in_parts(records: &mut dyn Records, slots: &[Slot]) -> (Vec<String>, usize) {
    let (mut all, mut count) = (Vec::new(), 0);
    while let Cut::Part(mut part) = records.cut() {
        all.extend(told(&mut *part, slots));
        count += 1;
    }
    (all, count)
}
