//! From a validation result to the source: which cell the offending value came from.

use oxrdf::vocab::rdf;
use oxrdf::{NamedNode, Quad, Term};

use super::Path;
use super::path::as_subject;
use super::report::{ValidationReport, ValidationResult};
use super::vocabulary::SH;
use crate::diagnostic::{Diagnostic, Place, Result, codes};
use crate::query::Prefixes;
use crate::store::{Derivation, Generation, Graph, Statement};

/// So many statements are looked at for the place of a result.
const LOOKED_AT: usize = 50;

/// Returns a finding for each result, at the place its value came from where `generation` knows it.
///
/// `sh:Violation` and severities that SHACL does not know are errors, `sh:Warning` a warning, `sh:Info` a notice.
///
/// # Errors
/// What the store fails with.
pub fn findings(
    report: &ValidationReport,
    data: &Graph,
    generation: Option<&Generation>,
    prefixes: &Prefixes,
) -> Result<Vec<Diagnostic>> {
    report
        .results
        .iter()
        .map(|result| {
            let mut finding = worded(result, prefixes);
            if let Some(generation) = generation {
                for (index, place) in places(result, data, generation)?.into_iter().enumerate() {
                    match index {
                        0 => finding = finding.at(place),
                        _ => finding = finding.and_at("also", place),
                    }
                }
            }
            Ok(finding)
        })
        .collect()
}

fn worded(result: &ValidationResult, prefixes: &Prefixes) -> Diagnostic {
    let name = |term: &Term| match term {
        Term::NamedNode(node) => short(node, prefixes),
        other => other.to_string(),
    };
    let path = match &result.path {
        None => String::new(),
        Some(Path::Predicate(predicate)) => format!(" {}", short(predicate, prefixes)),
        Some(path) => format!(" {}", path.to_sparql()),
    };
    // English is what the rest of the program speaks; a shapes graph may say it in other languages too.
    let message = result
        .messages
        .iter()
        .find(|message| message.language().is_none_or(|tag| tag.starts_with("en")))
        .or_else(|| result.messages.first())
        .map_or("does not fit its shape", |message| message.value());
    let component = short(&result.component, prefixes);
    let component = component
        .trim_start_matches("sh:")
        .trim_end_matches("ConstraintComponent");
    let text = format!("{}{path}: {message}", name(&result.focus));
    let finding = match result.severity.as_str().strip_prefix(SH) {
        Some("Warning") => Diagnostic::warning(codes::SHAPE_VIOLATED, text),
        Some("Info") => Diagnostic::notice(codes::SHAPE_VIOLATED, text),
        _ => Diagnostic::error(codes::SHAPE_VIOLATED, text),
    };
    // The label of a blank node is another in every run.
    let of = if path.is_empty() {
        path
    } else {
        format!(" of{path}")
    };
    finding.hint(match (&result.shape, &result.named) {
        (Term::NamedNode(node), _) => format!("{component} of the shape {}", short(node, prefixes)),
        (_, Some(around)) => format!("{component}{of} in the shape {}", short(around, prefixes)),
        (_, None) => format!("{component}{of} in a shape without a name"),
    })
}

fn short(node: &NamedNode, prefixes: &Prefixes) -> String {
    prefixes
        .shorten(node.as_str())
        .unwrap_or_else(|| node.to_string())
}

/// The places of the statement that is wrong; where a value is missing, of a record that tells of the focus node itself.
fn places(result: &ValidationResult, data: &Graph, generation: &Generation) -> Result<Vec<Place>> {
    let near = statements(result, data)?;
    for derivations in derivations(&near, generation)? {
        let mut found: Vec<Place> = derivations
            .iter()
            .filter_map(|derivation| {
                let record = derivation.records.first()?;
                let own = derivation.places.iter().find(|place| place.line > 0);
                let passage = record.passage.as_ref().map(|passage| &passage.origin);
                Some(Place::from(own.or(passage).unwrap_or(&record.origin)))
            })
            .collect();
        found.sort();
        found.dedup();
        if !found.is_empty() {
            return Ok(found);
        }
    }
    let known = derivations(&further(result, data)?, generation)?;
    // The other record of a join may be one of anything, and the first is the one that the rule goes by.
    let alone = known
        .iter()
        .find(|all| all.iter().any(|one| one.records.len() == 1));
    let chosen = alone.or_else(|| known.iter().find(|all| !all.is_empty()));
    let mut found: Vec<Place> = chosen
        .into_iter()
        .flatten()
        .filter(|derivation| alone.is_none() || derivation.records.len() == 1)
        .filter_map(|derivation| derivation.records.first())
        .map(|record| {
            let passage = record.passage.as_ref().map(|passage| &passage.origin);
            Place::from(passage.unwrap_or(&record.origin))
        })
        .collect();
    found.sort();
    // Of many rows of one file one is enough.
    found.dedup_by(|one, other| one.file == other.file);
    Ok(found)
}

/// The derivations of each of some statements of the default graph.
fn derivations(quads: &[Quad], generation: &Generation) -> Result<Vec<Vec<Derivation>>> {
    let written: Vec<_> = quads
        .iter()
        .map(|quad| {
            (
                quad.subject.to_string(),
                quad.predicate.to_string(),
                quad.object.to_string(),
            )
        })
        .collect();
    let statements: Vec<Statement<'_>> = written
        .iter()
        .map(|(subject, predicate, object)| Statement {
            subject,
            predicate,
            object,
            graph: None,
        })
        .collect();
    generation.derivations_of(&statements)
}

/// The statements that a result is about.
fn statements(result: &ValidationResult, data: &Graph) -> Result<Vec<Quad>> {
    let focus = as_subject(&result.focus);
    let predicate = result.path.as_ref().and_then(Path::predicate);
    let mut found = Vec::new();
    if let (Some(subject), Some(predicate)) = (&focus, predicate) {
        found.extend(data.matching(Some(subject), Some(predicate), result.value.as_ref())?);
    }
    if let (Some(value), Some(Path::Inverse(inner))) = (&result.value, &result.path)
        && let (Some(subject), Some(predicate)) = (as_subject(value), inner.predicate())
    {
        found.extend(data.matching(Some(&subject), Some(predicate), Some(&result.focus))?);
    }
    found.sort_by_cached_key(ToString::to_string);
    found.truncate(LOOKED_AT);
    Ok(found)
}

/// What else is known of the focus node, its classes first; for a literal, who has it.
fn further(result: &ValidationResult, data: &Graph) -> Result<Vec<Quad>> {
    let mut found = match as_subject(&result.focus) {
        Some(subject) => data.matching(Some(&subject), None, None)?,
        None => data.matching(None, None, Some(&result.focus))?,
    };
    found.sort_by_cached_key(|quad| (quad.predicate != rdf::TYPE, quad.to_string()));
    found.truncate(LOOKED_AT);
    Ok(found)
}
