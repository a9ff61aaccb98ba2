//! Triple terms in the words of RDF 1.1, for readers that do not know RDF 1.2: `r rdf:reifies <<( s p o )>>` becomes an
//! `rdf:Statement` (RDF Schema 1.1, section 5.3).

use std::collections::BTreeMap;

use oxrdf::vocab::rdf;
use oxrdf::{GraphName, NamedNode, NamedOrBlankNode, Quad, Term, Triple};

use crate::diagnostic::{Diagnostic, Result, codes};

/// Returns the quads with each reified triple as a statement with subject, predicate and object.
///
/// # Errors
/// `UNKNOWN_FORMAT` for what RDF 1.1 has no words for: a triple term that is not reified, one within another, a node that
/// reifies two triples, a text with a direction.
pub fn as_rdf11(quads: Vec<Quad>) -> Result<Vec<Quad>> {
    let mut reified: BTreeMap<(String, String), Triple> = BTreeMap::new();
    let mut told = Vec::with_capacity(quads.len());
    for quad in quads {
        match quad.object {
            Term::Triple(triple) if quad.predicate == rdf::REIFIES => {
                let key = (quad.graph_name.to_string(), quad.subject.to_string());
                if reified.get(&key).is_some_and(|known| *known != *triple) {
                    return Err(refused(&format!("{} reifies two triples", quad.subject)));
                }
                if reified.insert(key, (*triple).clone()).is_none() {
                    told.extend(statement(&quad.subject, *triple, &quad.graph_name)?);
                }
            }
            object => {
                plain(&object)?;
                told.push(Quad { object, ..quad });
            }
        }
    }
    Ok(told)
}

fn statement(reifier: &NamedOrBlankNode, triple: Triple, graph: &GraphName) -> Result<[Quad; 4]> {
    plain(&triple.object)?;
    let say = |predicate: NamedNode, object: Term| {
        Quad::new(reifier.clone(), predicate, object, graph.clone())
    };
    Ok([
        say(rdf::TYPE.into_owned(), rdf::STATEMENT.into_owned().into()),
        say(rdf::SUBJECT.into_owned(), triple.subject.into()),
        say(rdf::PREDICATE.into_owned(), triple.predicate.into()),
        say(rdf::OBJECT.into_owned(), triple.object),
    ])
}

/// Checks that RDF 1.1 has the term.
fn plain(term: &Term) -> Result<()> {
    match term {
        Term::Triple(_) => Err(refused(&format!("the triple term {term} is not reified"))),
        Term::Literal(literal) if literal.direction().is_some() => {
            Err(refused(&format!("the text {literal} has a direction")))
        }
        _ => Ok(()),
    }
}

fn refused(what: &str) -> crate::diagnostic::Diagnostics {
    Diagnostic::error(
        codes::UNKNOWN_FORMAT,
        format!("{what}, which RDF 1.1 has no words for"),
    )
    .hint("leave out --reification rdf11")
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> std::result::Result<Vec<String>, String> {
        let quads: Vec<Quad> = oxttl::NQuadsParser::new()
            .for_slice(text)
            .map(std::result::Result::unwrap)
            .collect();
        let told = as_rdf11(quads).map_err(|refused| refused.to_string())?;
        Ok(told.iter().map(ToString::to_string).collect())
    }

    const REIFIES: &str = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies>";
    const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";

    #[test]
    fn a_reified_triple_is_a_statement() {
        let line = format!("<e:d> {REIFIES} <<( <e:s> <e:p> \"o\"@en )>> <e:g> .\n");
        let rest = "<e:d> <e:by> <e:r> <e:g> .\n";
        assert_eq!(
            told(&format!("{line}{rest}{line}")).unwrap(),
            [
                format!("<e:d> <{RDF}type> <{RDF}Statement> <e:g>"),
                format!("<e:d> <{RDF}subject> <e:s> <e:g>"),
                format!("<e:d> <{RDF}predicate> <e:p> <e:g>"),
                format!("<e:d> <{RDF}object> \"o\"@en <e:g>"),
                "<e:d> <e:by> <e:r> <e:g>".to_owned(),
            ]
        );
    }

    #[test]
    fn what_has_no_words_there_is_refused() {
        for (text, why) in [
            (
                "<e:s> <e:p> <<( <e:a> <e:b> <e:c> )>> .\n".to_owned(),
                "is not reified",
            ),
            (
                format!("<e:d> {REIFIES} <<( <e:s> <e:p> <<( <e:a> <e:b> <e:c> )>> )>> .\n"),
                "is not reified",
            ),
            (
                format!(
                    "<e:d> {REIFIES} <<( <e:s> <e:p> <e:o> )>> .\n<e:d> {REIFIES} <<( <e:s> <e:p> <e:q> )>> .\n"
                ),
                "reifies two triples",
            ),
            (
                "<e:s> <e:p> \"x\"@ar--rtl .\n".to_owned(),
                "has a direction",
            ),
        ] {
            let refused = told(&text).unwrap_err();
            assert!(refused.contains(why), "{refused}");
        }
    }
}
