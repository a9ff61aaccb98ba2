//! Calls of functions that the mapping declares: once for each combination of the values of their inputs.

use std::borrow::Cow;

use oxrdf::{Dataset, Literal, NamedNode, Term, Variable};
use spareval::{QueryEvaluator, QueryResults};
use spargebra::Query;

use super::value::{Combinations, Produced, Producer, TermFault, View};
use crate::diagnostic::Place;
use crate::mapping::checked::{RESULT, UserParameter};
use crate::mapping::plan::{Escape, PlannedBody, UserText};
use crate::mapping::vocabulary::XSD;
use crate::record::{Fault, Natural, Origin, Record, RecordKey, Slot, Value};

/// The arguments of a call as a record: the slot of a value is the number of its parameter.
struct Given<'g> {
    values: Vec<Option<&'g Produced>>,
    origin: Origin,
    key: RecordKey,
}

impl Record for Given<'_> {
    fn values<'r>(&'r self, slot: Slot, into: &mut Vec<Value<'r>>) -> Result<(), Box<Fault>> {
        into.extend(self.values.get(slot).copied().flatten().map(|value| Value {
            text: Cow::Borrowed(value.text.as_str()),
            natural: value.natural,
        }));
        Ok(())
    }

    fn origin(&self) -> Origin {
        self.origin.clone()
    }

    fn key(&self) -> RecordKey {
        self.key
    }
}

impl Producer<'_> {
    /// Returns what a declared function makes of a record.
    pub(super) fn user(
        &self,
        call: &UserText,
        place: &Place,
        view: View<'_>,
        faults: &mut Vec<TermFault>,
    ) -> Vec<Produced> {
        let before = faults.len();
        let inputs: Vec<(usize, Vec<Produced>)> = call
            .inputs
            .iter()
            .map(|(parameter, input)| (*parameter, self.produce(input, view, Escape::None, faults)))
            .collect();
        let required = |index: usize| call.parameters.get(index).is_some_and(|one| one.required);
        if faults.len() > before
            || inputs
                .iter()
                .any(|(index, values)| values.is_empty() && required(*index))
        {
            return Vec::new();
        }
        let sizes: Vec<usize> = inputs.iter().map(|(_, values)| values.len()).collect();
        let mut found = Vec::new();
        for choice in Combinations::new(&sizes) {
            let mut values: Vec<Option<&Produced>> = vec![None; call.parameters.len()];
            for ((parameter, produced), index) in inputs.iter().zip(&choice) {
                if let Some(value) = values.get_mut(*parameter) {
                    *value = produced.get(*index);
                }
            }
            let uses = || {
                values
                    .iter()
                    .flatten()
                    .flat_map(|value| value.uses.iter().copied())
                    .collect::<Vec<_>>()
            };
            let made = match &call.body {
                PlannedBody::Sparql(query) => sparql(query, &call.parameters, &values)
                    .into_iter()
                    .collect(),
                PlannedBody::Text(text, slots) => {
                    let record = Given {
                        values: values.clone(),
                        origin: Origin::default(),
                        key: RecordKey::default(),
                    };
                    let within = View {
                        record: &record,
                        slots,
                    };
                    let mut own = Vec::new();
                    let made = self.produce(text, within, Escape::None, &mut own);
                    faults.extend(own.into_iter().map(|fault| TermFault {
                        uses: uses(),
                        place: place.clone(),
                        ..fault
                    }));
                    made
                }
            };
            let mut names: Vec<String> = values
                .iter()
                .flatten()
                .flat_map(|value| value.names.iter().cloned())
                .collect();
            found.extend(made.into_iter().map(|produced: Produced| {
                names.extend(produced.names);
                Produced {
                    uses: uses(),
                    names: names.clone(),
                    ..produced
                }
            }));
        }
        found
    }
}

/// Returns the value of an expression; an error of SPARQL is no value.
fn sparql(
    query: &Query,
    parameters: &[UserParameter],
    values: &[Option<&Produced>],
) -> Option<Produced> {
    let evaluator = QueryEvaluator::new();
    let mut prepared = evaluator.prepare(query);
    for (parameter, value) in parameters.iter().zip(values) {
        if let (Some(value), Ok(variable)) = (value, Variable::new(parameter.local.as_str())) {
            prepared = prepared.substitute_variable(variable, literal(value));
        }
    }
    let dataset = Dataset::new();
    let Ok(QueryResults::Solutions(mut solutions)) = prepared.execute(&dataset) else {
        return None;
    };
    let solution = solutions.next()?.ok()?;
    let (text, natural) = match solution.get(RESULT)? {
        Term::NamedNode(iri) => (iri.as_str().to_owned(), Natural::Text),
        Term::Literal(literal) => {
            let natural = match literal.datatype().as_str().strip_prefix(XSD) {
                Some("integer" | "int" | "long") => Natural::Integer,
                Some("double" | "decimal" | "float") => Natural::Double,
                Some("boolean") => Natural::Boolean,
                _ => Natural::Text,
            };
            (literal.value().to_owned(), natural)
        }
        _ => return None,
    };
    Some(Produced {
        text,
        natural,
        ..Produced::default()
    })
}

fn literal(value: &Produced) -> Literal {
    let datatype = match value.natural {
        Natural::Text => return Literal::new_simple_literal(&value.text),
        Natural::Integer => "integer",
        Natural::Double => "double",
        Natural::Boolean => "boolean",
    };
    let datatype = NamedNode::new_unchecked(format!("{XSD}{datatype}"));
    Literal::new_typed_literal(&value.text, datatype)
}
