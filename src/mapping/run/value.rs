//! Texts of a record: references, templates and function results, each with the values it was made of.

use crate::diagnostic::Place;
use crate::mapping::function::{Arguments, Lookup, Output};
use crate::mapping::plan::{Escape, Text, TextCall, TextForm, TextPiece};
use crate::record::{Natural, Origin, Record, Single, Slot, Value};
use crate::value::iri::encode_component;

/// A value that was used: the number of the reference and the number of its value.
pub(super) type Use = (usize, usize);

/// How many texts one expression may make of one record: lists multiply.
pub(super) const MOST_COMBINATIONS: usize = 100_000;

/// A record as the plan sees it: references are numbers of the plan, not slots of the reader.
#[derive(Clone, Copy)]
pub(super) struct View<'r> {
    pub(super) record: &'r dyn Record,
    /// The slot of each reference; `None` for one that the source does not have.
    pub(super) slots: &'r [Option<Slot>],
}

impl<'r> View<'r> {
    /// Returns the value of a reference if the reader has it at hand as one plain text.
    pub(super) fn plain(self, reference: usize) -> Option<&'r str> {
        self.record.plain(self.slots[reference]?)
    }

    /// Returns what the record has for a reference, at first sight.
    #[inline]
    pub(super) fn single(self, reference: usize) -> Single<'r> {
        match self.slots[reference] {
            Some(slot) => self.record.single(slot),
            None => Single::Null,
        }
    }

    /// Returns the place of a value.
    pub(super) fn origin_of(self, (reference, index): Use) -> Origin {
        match self.slots[reference] {
            Some(slot) => self.record.origin_of(slot, index),
            None => self.record.origin(),
        }
    }
}

/// A text with what it was made of.
#[derive(Clone, Debug, Default)]
pub(super) struct Produced {
    pub(super) text: String,
    pub(super) natural: Natural,
    pub(super) uses: Vec<Use>,
    /// Names that were turned into parts of an IRI.
    pub(super) names: Vec<String>,
}

/// Why a text or term could not be made.
#[derive(Clone, Debug)]
pub(super) struct TermFault {
    pub(super) message: String,
    pub(super) hint: Option<String>,
    pub(super) uses: Vec<Use>,
    /// Where the mapping asks for it.
    pub(super) place: Place,
}

/// Makes texts of records.
pub(super) struct Producer<'a> {
    pub(super) tables: &'a [Lookup],
}

impl Producer<'_> {
    /// Returns every text an expression makes of a record; none when a value it needs is null.
    pub(super) fn produce(
        &self,
        text: &Text,
        view: View<'_>,
        escape: Escape,
        faults: &mut Vec<TermFault>,
    ) -> Vec<Produced> {
        match &text.form {
            TextForm::Constant(constant, natural) => vec![Produced {
                text: constant.clone(),
                natural: *natural,
                ..Produced::default()
            }],
            TextForm::Reference(reference) => values(*reference, &text.place, view, faults)
                .into_iter()
                .enumerate()
                .map(|(index, value)| Produced {
                    text: value.text.into_owned(),
                    natural: value.natural,
                    uses: vec![(*reference, index)],
                    names: Vec::new(),
                })
                .collect(),
            TextForm::Template(pieces) => template(pieces, &text.place, view, escape, faults),
            TextForm::Call(call) => self.call(call, &text.place, view, faults),
            TextForm::User(call) => self.user(call, &text.place, view, faults),
            TextForm::When(condition, value) => {
                let times = self.holds(condition, view, faults);
                if times == 0 {
                    return Vec::new();
                }
                let made = self.produce(value, view, escape, faults);
                std::iter::repeat_n(made, times).flatten().collect()
            }
        }
    }

    /// Returns how many times a condition holds for a record: once for each of its values that is true.
    pub(super) fn holds(
        &self,
        condition: &Text,
        view: View<'_>,
        faults: &mut Vec<TermFault>,
    ) -> usize {
        let mut times = 0;
        for value in self.produce(condition, view, Escape::None, faults) {
            match value.text.as_str() {
                "true" | "1" => times += 1,
                "false" | "0" => {}
                other => faults.push(TermFault {
                    message: format!("the condition is neither true nor false but \"{other}\""),
                    hint: Some(
                        "call a function that returns a boolean, such as grel:string_contains"
                            .to_owned(),
                    ),
                    uses: value.uses,
                    place: condition.place.clone(),
                }),
            }
        }
        times
    }

    fn call(
        &self,
        call: &TextCall,
        place: &Place,
        view: View<'_>,
        faults: &mut Vec<TermFault>,
    ) -> Vec<Produced> {
        if call.function.first {
            return self.first(call, view, faults);
        }
        let faults_before = faults.len();
        let inputs: Vec<(usize, Vec<Produced>)> = call
            .inputs
            .iter()
            .map(|(parameter, input)| (*parameter, self.produce(input, view, Escape::None, faults)))
            .collect();
        let nullable = |parameter: usize| call.function.parameters[parameter].nullable;
        // An input that failed is no null: what can do without a null cannot do without it.
        if faults.len() > faults_before
            || inputs
                .iter()
                .any(|(parameter, values)| values.is_empty() && !nullable(*parameter))
        {
            return Vec::new();
        }
        let list = |parameter: usize| call.function.parameters[parameter].list;
        let sizes: Vec<usize> = inputs
            .iter()
            .map(|(parameter, values)| if list(*parameter) { 1 } else { values.len() })
            .collect();
        let mut found = Vec::new();
        for choice in Combinations::new(&sizes) {
            let mut chosen: Vec<(usize, Option<&Produced>)> = Vec::with_capacity(inputs.len());
            for ((parameter, values), index) in inputs.iter().zip(&choice) {
                if list(*parameter) {
                    chosen.extend(values.iter().map(|value| (*parameter, Some(value))));
                } else {
                    chosen.push((*parameter, values.get(*index)));
                }
            }
            let arguments: Vec<(usize, Option<&str>)> = chosen
                .iter()
                .map(|(parameter, value)| (*parameter, value.map(|value| value.text.as_str())))
                .collect();
            let uses = || {
                chosen
                    .iter()
                    .filter_map(|(_, value)| *value)
                    .flat_map(|value| value.uses.iter().copied())
                    .collect::<Vec<Use>>()
            };
            let outcome = (call.function.run)(&Arguments {
                inputs: &arguments,
                pattern: call.pattern.as_ref(),
                table: call.table.and_then(|table| self.tables.get(table)),
                output: call.output,
            });
            let mut natural = call.function.natural;
            let texts = match outcome {
                Ok(Output::Null) => continue,
                Ok(Output::Typed(text, found)) => {
                    natural = found;
                    vec![text]
                }
                Ok(Output::One(text)) => vec![text],
                Ok(Output::Many(texts)) => texts,
                Err(fault) => {
                    faults.push(TermFault {
                        message: fault.message,
                        hint: fault.hint,
                        uses: uses(),
                        place: place.clone(),
                    });
                    continue;
                }
            };
            let mut names: Vec<String> = chosen
                .iter()
                .filter_map(|(_, value)| *value)
                .flat_map(|value| value.names.iter().cloned())
                .collect();
            if call.function.names {
                names.extend(
                    arguments
                        .iter()
                        .filter_map(|(_, value)| value.map(str::to_owned)),
                );
            }
            found.extend(texts.into_iter().map(|text| Produced {
                text,
                natural,
                uses: uses(),
                names: names.clone(),
            }));
        }
        found
    }
}

impl Producer<'_> {
    /// Returns what the first input with a value makes. Inputs after it are not looked at; those before it count as null
    /// even when they failed, for something else was found in their place.
    fn first(&self, call: &TextCall, view: View<'_>, faults: &mut Vec<TermFault>) -> Vec<Produced> {
        let mut failed = Vec::new();
        for (_, input) in &call.inputs {
            let mut own = Vec::new();
            let mut found = self.produce(input, view, Escape::None, &mut own);
            if !found.is_empty() {
                faults.append(&mut own);
                for one in &mut found {
                    one.natural = call.function.natural;
                }
                return found;
            }
            failed.append(&mut own);
        }
        faults.append(&mut failed);
        Vec::new()
    }
}

/// Returns the values of a reference; a value that is none (a JSON object) is a fault.
fn values<'r>(
    reference: usize,
    place: &Place,
    view: View<'r>,
    faults: &mut Vec<TermFault>,
) -> Vec<Value<'r>> {
    let mut values = Vec::new();
    if let Some(slot) = view.slots[reference]
        && let Err(fault) = view.record.values(slot, &mut values)
    {
        values.clear();
        faults.push(TermFault {
            message: fault.message,
            hint: fault.hint,
            uses: vec![(reference, 0)],
            place: place.clone(),
        });
    }
    values
}

fn template(
    pieces: &[TextPiece],
    place: &Place,
    view: View<'_>,
    escape: Escape,
    faults: &mut Vec<TermFault>,
) -> Vec<Produced> {
    let lists: Vec<(usize, Vec<Value<'_>>)> = pieces
        .iter()
        .filter_map(|piece| match piece {
            TextPiece::Text(_) => None,
            TextPiece::Reference(reference) => {
                Some((*reference, values(*reference, place, view, faults)))
            }
        })
        .collect();
    let sizes: Vec<usize> = lists.iter().map(|(_, values)| values.len()).collect();
    if sizes.contains(&0) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for choice in Combinations::new(&sizes) {
        let mut made = Produced::default();
        let mut next = 0;
        for piece in pieces {
            match piece {
                TextPiece::Text(text) => made.text.push_str(text),
                TextPiece::Reference(_) => {
                    let (reference, values) = &lists[next];
                    push_value(&values[choice[next]].text, escape, &mut made.text);
                    made.uses.push((*reference, choice[next]));
                    next += 1;
                }
            }
        }
        found.push(made);
    }
    found
}

/// Appends a value as a template takes it.
pub(super) fn push_value(value: &str, escape: Escape, into: &mut String) {
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    if escape == Escape::None || value.bytes().all(safe) {
        into.push_str(value);
    } else {
        into.push_str(&encode_component(value, escape == Escape::Uri));
    }
}

/// Counts through all choices of one index a list, the last list fastest. An empty list counts as one choice.
pub(super) struct Combinations<'s> {
    sizes: &'s [usize],
    next: Option<Vec<usize>>,
    made: usize,
}

impl<'s> Combinations<'s> {
    pub(super) fn new(sizes: &'s [usize]) -> Self {
        Self {
            sizes,
            next: Some(vec![0; sizes.len()]),
            made: 0,
        }
    }
}

impl Iterator for Combinations<'_> {
    type Item = Vec<usize>;

    fn next(&mut self) -> Option<Vec<usize>> {
        let current = self.next.take()?;
        self.made += 1;
        let mut following = current.clone();
        for (index, size) in following.iter_mut().zip(self.sizes).rev() {
            *index += 1;
            if *index < *size {
                if self.made < MOST_COMBINATIONS {
                    self.next = Some(following);
                }
                break;
            }
            *index = 0;
        }
        Some(current)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_through_all_choices() {
        let all: Vec<Vec<usize>> = Combinations::new(&[2, 0, 2]).collect();
        assert_eq!(all, [[0, 0, 0], [0, 0, 1], [1, 0, 0], [1, 0, 1]]);
        assert_eq!(Combinations::new(&[]).count(), 1);
    }
}
