//! Sources whose records can be mapped in pieces, each piece by itself.

use super::{Plan, PlannedObject, Suffix, TermForm, TermProgram};
use crate::mapping::LogicalSource;

impl Plan {
    /// Returns the number of logical sources; the numbers below it name them.
    pub fn source_count(&self) -> usize {
        self.sources.len()
    }

    /// Returns a logical source.
    pub fn source(&self, source: usize) -> &LogicalSource {
        &self.sources[source].source
    }

    /// Returns whether what a record of the source makes depends on that record alone: the source takes part in no join,
    /// rests on no quotation, gathers nothing over several records and makes no blank node that is fresh for each record.
    pub fn stands_alone(&self, source: usize) -> bool {
        let planned = &self.sources[source];
        let joined = self
            .joins
            .iter()
            .any(|join| join.source == source || join.child == source);
        let plain = |map: &usize| {
            let map = &self.maps[*map];
            let objects = map.predicate_objects.iter().all(|found| {
                let objects = found.objects.iter().all(|object| match object {
                    PlannedObject::Term(term) => is_plain(term),
                    PlannedObject::Join(..) => false,
                });
                objects && found.predicates.iter().chain(&found.graphs).all(is_plain)
            });
            is_plain(&map.subject) && map.graphs.iter().all(is_plain) && objects
        };
        !joined && planned.source.evidence.is_none() && planned.maps.iter().all(plain)
    }
}

fn is_plain(term: &TermProgram) -> bool {
    match &term.form {
        TermForm::Fixed(_) | TermForm::Iri(_) | TermForm::BlankNode(_) => true,
        TermForm::Literal(literal) => match &literal.suffix {
            Suffix::DatatypeOf(datatype) => is_plain(datatype),
            _ => true,
        },
        TermForm::Fresh(_) | TermForm::Compound(_) => false,
    }
}
