//! Differences of small datasets; fixtures are the defects that other tools were reported for.

use oxttl::TriGParser;
use proptest::prelude::*;

use super::*;

fn lines(text: &str) -> Vec<String> {
    let text = format!("@prefix : <http://example.org/> .\n{text}");
    TriGParser::new()
        .for_slice(text.as_bytes())
        .map(|quad| quad.unwrap().to_string())
        .collect()
}

fn shown(before: &str, after: &str) -> (Vec<String>, Vec<String>) {
    let diff = compare(&lines(before), &lines(after)).unwrap();
    let texts = |quads: &[Quad]| quads.iter().map(ToString::to_string).collect();
    (texts(&diff.removed), texts(&diff.added))
}

#[test]
fn nothing_differs_under_other_names_and_in_another_order() {
    let one = ":a :p _:x, _:y . _:x :q 1 . _:y :q 2 ; :r _:x . :b :list (1 2 [ :p 3 ]) .";
    let other = ":b :list (1 2 [ :p 3 ]) . _:n2 :r _:n1 ; :q 2 . _:n1 :q 1 . :a :p _:n2, _:n1 .";
    assert_eq!(shown(one, other), (Vec::new(), Vec::new()));
}

#[test]
fn equal_looking_nodes_count_as_often_as_they_are_there() {
    let (removed, added) = shown("[] :p 1 . [] :p 1 .", "[] :p 1 .");
    assert_eq!((removed.len(), added.len()), (1, 0));
}

#[test]
fn one_changed_statement_of_a_blank_node_is_one_statement() {
    let before = ":a :address [ :street \"Main\" ; :number 1 ; :city [ :name \"X\" ; :code 5 ] ] .";
    let after = ":a :address [ :street \"Main\" ; :number 2 ; :city [ :name \"X\" ; :code 5 ] ] .";
    let (removed, added) = shown(before, after);
    assert_eq!(
        (removed.len(), added.len()),
        (1, 1),
        "{removed:?} {added:?}"
    );
    assert!(removed[0].contains("\"1\"") && added[0].contains("\"2\""));
    assert_eq!(removed[0].split(' ').next(), added[0].split(' ').next());
}

#[test]
fn one_added_statement_deep_in_an_axiom_is_one_statement() {
    let axiom = |more: &str| {
        format!(
            ":c :sub [ :on :p ; :some [ :and ( :d [ :on :q ; :some :e {more} ] ) ] ] . :c2 :sub [ :on :p ; :some :f ] ."
        )
    };
    let (removed, added) = shown(&axiom(""), &axiom("; :note \"new\""));
    assert_eq!(
        (removed.len(), added.len()),
        (0, 1),
        "{removed:?} {added:?}"
    );
}

#[test]
fn literals_that_look_like_labels_are_no_blank_nodes() {
    assert_eq!(
        shown(":a :p \"_:x\" .", ":a :p \"_:x\" ."),
        (Vec::new(), Vec::new())
    );
    let (removed, added) = shown(":g { :a :p \"_:x\" }", ":a :p \"_:x\" .");
    assert_eq!((removed.len(), added.len()), (1, 1));
}

fn statement() -> impl Strategy<Value = (u8, u8, u8)> {
    (0..6_u8, 0..3_u8, 0..8_u8)
}

fn written(statements: &[(u8, u8, u8)], rename: u8) -> Vec<String> {
    let node = |n: u8| {
        if n < 4 {
            format!("_:b{}", n ^ rename)
        } else {
            format!("<http://example.org/{n}>")
        }
    };
    statements
        .iter()
        .map(|(s, p, o)| format!("{} <http://example.org/p{p}> {}", node(*s), node(*o)))
        .collect()
}

proptest! {
    #[test]
    fn a_dataset_does_not_differ_from_itself(mut statements in prop::collection::vec(statement(), 0..14), rename in 0..4_u8) {
        let one = written(&statements, 0);
        statements.reverse();
        let other = written(&statements, rename);
        prop_assert!(compare(&one, &other).unwrap().is_empty());
    }

    #[test]
    fn a_diff_says_how_many_statements_more(statements in prop::collection::vec(statement(), 1..14), cut in 0..14_usize) {
        let all: Vec<String> = written(&statements, 0).into_iter().collect::<BTreeSet<_>>().into_iter().collect();
        let some: Vec<String> = all.iter().enumerate().filter(|(index, _)| *index != cut % all.len()).map(|(_, line)| line.clone()).collect();
        let diff = compare(&some, &all).unwrap();
        prop_assert_eq!(diff.added.len(), diff.removed.len() + 1);
    }
}
