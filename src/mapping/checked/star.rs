//! Star maps: terms that are quoted triples of another triples map (RML-star).

use super::checker::Checker;
use super::term::Position;
use super::{Expression, Form, ObjectMap, Quoted, TermKind, TermMap, TriplesMap};
use crate::diagnostic::{Diagnostic, Place, codes};
use crate::mapping::syntax::NodeId;

/// How many term maps quoting may unfold to.
const MOST_QUOTED: usize = 10_000;

impl Checker<'_> {
    /// Returns the term map of a star map; its own properties have been allowed.
    pub(super) fn quoted(
        &mut self,
        id: NodeId,
        position: Position,
        place: &Place,
    ) -> Option<TermMap> {
        let property = self.one(id, "quotedTriplesMap")?;
        if !matches!(position, Position::Subject | Position::Object) {
            self.error_with_hint(
                &property.place,
                format!("{} cannot make quoted triples", position.name()),
                "only subjects and objects can be quoted triples",
            );
            return None;
        }
        if self.has_expression(id) {
            self.error_with_hint(
                place,
                "quoted triples have no value of their own",
                "keep rml:quotedTriplesMap or the expression, not both",
            );
            return None;
        }
        let (parent, conditions) = self.parent(id, property)?;
        Some(TermMap {
            place: property.object_place.clone(),
            expression: Expression {
                place: property.object_place.clone(),
                form: Form::Quoted(Quoted { parent, conditions }),
            },
            kind: TermKind::BlankNode,
            condition: None,
            inferred: None,
            targets: Vec::new(),
        })
    }

    /// Reports triples maps that quote themselves, and what quoting would unfold too far.
    pub(super) fn check_quotes(&mut self, maps: &[Option<TriplesMap>]) {
        let maps: Vec<&TriplesMap> = maps.iter().flatten().collect();
        if maps.len() != self.indexes.len() {
            return;
        }
        let mut quoted = vec![false; maps.len()];
        for map in &maps {
            for (target, _, place) in quotes(map, true) {
                quoted[target] = true;
                let mut left = MOST_QUOTED;
                if let Err(looping) = unfold(&maps, target, true, &mut vec![], &mut left) {
                    let message = if looping {
                        format!(
                            "the quoted triples of {} quote themselves",
                            maps[target].name
                        )
                    } else {
                        format!(
                            "the quoted triples of {} unfold to too many",
                            maps[target].name
                        )
                    };
                    self.errors.push(
                        Diagnostic::error(codes::MAPPING_TERM, message)
                            .at(place.clone())
                            .hint("break the circle of rml:quotedTriplesMap"),
                    );
                }
            }
        }
        for (map, quoted) in maps.iter().zip(quoted) {
            if !map.asserted && !quoted {
                self.errors.push(
                    Diagnostic::error(
                        codes::MAPPING_TERM,
                        format!("{} is not asserted and nothing quotes it", map.name),
                    )
                    .at(map.place.clone())
                    .hint("quote it with rml:quotedTriplesMap, or make it a rml:TriplesMap"),
                );
            }
        }
    }
}

/// Follows what a triples map is made of; `Err(true)` for a circle, `Err(false)` for too much.
fn unfold(
    maps: &[&TriplesMap],
    map: usize,
    whole: bool,
    path: &mut Vec<(usize, bool)>,
    left: &mut usize,
) -> Result<(), bool> {
    if path.contains(&(map, whole)) {
        return Err(true);
    }
    *left = left.checked_sub(1).ok_or(false)?;
    if path.len() > 64 {
        return Err(false);
    }
    path.push((map, whole));
    for (target, whole, _) in quotes(maps[map], whole) {
        unfold(maps, target, whole, path, left)?;
    }
    path.pop();
    Ok(())
}

/// Returns the triples maps that the terms of a triples map are made of: those it quotes whole, and those of which it
/// takes the subject. Without `whole`, only its own subject counts.
fn quotes(map: &TriplesMap, whole: bool) -> Vec<(usize, bool, &Place)> {
    let mut found = Vec::new();
    of_term(&map.subject, &mut found);
    if whole {
        for object in map
            .predicate_objects
            .iter()
            .flat_map(|found| &found.objects)
        {
            of_object(object, &mut found);
        }
    }
    found
}

fn of_object<'m>(object: &'m ObjectMap, found: &mut Vec<(usize, bool, &'m Place)>) {
    match object {
        ObjectMap::Term(term) => of_term(term, found),
        ObjectMap::Join(join) => found.push((join.parent, false, &join.place)),
    }
}

fn of_term<'m>(term: &'m TermMap, found: &mut Vec<(usize, bool, &'m Place)>) {
    match &term.expression.form {
        Form::Quoted(quoted) => found.push((quoted.parent, true, &term.place)),
        Form::Gather(gather) => {
            for member in &gather.members {
                of_object(member, found);
            }
        }
        _ => {}
    }
}
