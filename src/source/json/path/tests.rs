use std::io::Cursor;

use proptest::prelude::*;
use serde_json_path::JsonPath;

use super::*;
use crate::source::json::lexer::Lexer;

fn tape_of(document: &str) -> Tape {
    let mut tape = Tape::default();
    Lexer::new(Box::new(Cursor::new(document.as_bytes().to_vec())))
        .value(Some(&mut tape), 0)
        .unwrap();
    tape
}

/// Returns the JSON pointers of what a path leads to.
fn pointers(path: &str, tape: &Tape) -> Vec<String> {
    let mut found = Vec::new();
    Path::compile(path, false)
        .unwrap_or_else(|message| panic!("{path}: {message}"))
        .find(tape, 0, &mut found);
    let pointer = |node| {
        let mut pointer = String::new();
        tape.pointer(0, node, &mut pointer);
        pointer
    };
    found.into_iter().map(pointer).collect()
}

fn holds(document: &str, test: &str) -> bool {
    // The document is the one member of an array, so that it is both the value that is tested and, by name, the root's.
    let tape = tape_of(&format!(r#"{{ "d": {document} }}"#));
    !pointers(&format!("$[?{test}]"), &tape).is_empty()
}

/// What RFC 9535 shows of comparisons (table 11).
#[test]
fn comparisons_are_those_of_the_rfc() {
    let document = r#"{ "obj": { "x": "y" }, "arr": [2, 3] }"#;
    for (test, expected) in [
        ("$.absent1 == $.absent2", true),
        ("$.absent1 <= $.absent2", true),
        ("$.absent1 >= $.absent2", true),
        ("$.absent1 < $.absent2", false),
        ("$.absent1 != $.absent2", false),
        ("$.absent == 'g'", false),
        ("$.absent != 'g'", true),
        ("$.d.absent != null", true),
        ("$.d == $.absent", false),
        ("1 <= 2", true),
        ("1 > 2", false),
        ("1 == 1.0", true),
        ("1e2 == 100", true),
        ("-0 == 0", true),
        ("9007199254740993 > 9007199254740992", true),
        ("13 == '13'", false),
        ("'a' <= 'b'", true),
        ("'a' > 'b'", false),
        (
            "'Z' < 'a' && 'z' < '\u{e9}' && '\u{ffff}' < '\u{1f600}'",
            true,
        ),
        ("@.obj == @.arr", false),
        ("@.obj != @.arr", true),
        ("@.obj == @.obj", true),
        ("@.arr == @.arr", true),
        ("@.obj == 17", false),
        ("@.arr != 17", true),
        ("@.obj <= @.arr", false),
        ("@.obj < @.arr", false),
        ("@.arr > @.obj", false),
        ("@.obj <= @.obj", true),
        ("@.arr >= @.arr", true),
        ("1 <= @.arr", false),
        ("1 >= @.arr", false),
        ("true <= true", true),
        ("true > true", false),
        ("true > false", false),
        ("false <= true", false),
        ("null <= null", true),
        ("!(1 == 2) && (1 == 2 || 2 == 2)", true),
        ("1 == 2 && 1 == 2 || 2 == 2", true),
    ] {
        assert_eq!(holds(document, test), expected, "{test}");
    }
}

#[test]
fn what_arrays_and_objects_hold_is_compared_as_values() {
    let document = r#"{ "a": [1, { "k": 2, "l": [null] }], "b": [1.0, { "l": [null], "k": 2e0 }],
        "c": [1, { "k": 2 }], "d": [{ "k": 2 }, 1], "e": { "x": 1, "x": 2 }, "f": { "x": 2 } }"#;
    for (test, expected) in [
        ("@.a == @.b", true),
        ("@.a <= @.b", true),
        ("@.a == @.c", false),
        ("@.c == @.d", false),
        ("@.e == @.f", true),
    ] {
        assert_eq!(holds(document, test), expected, "{test}");
    }
}

#[test]
fn indexes_from_the_end_lead_to_values_in_filters_too() {
    let tape = tape_of(r#"[{ "t": ["x", "yy"], "n": 2 }, { "t": ["yy", "x"] }, { "t": [] }]"#);
    for (path, expected) in [
        ("$[?@.t[-1] == 'yy']", vec!["/0"]),
        ("$[?@.t[-2] == 'yy']", vec!["/1"]),
        ("$[?@.t[-3] == 'yy']", vec![]),
        ("$[?@['t'][-1]]", vec!["/0", "/1"]),
        ("$[?@.t[0] == $[-3].t[0]]", vec!["/0"]),
        ("$[?length(@.t[-1]) == $[-3].n]", vec!["/0"]),
        ("$[?match(@.t[-1], 'y*')]", vec!["/0"]),
    ] {
        assert_eq!(pointers(path, &tape), expected, "{path}");
    }
}

/// What RFC 9535 shows of filter selectors (table 12), on a document of the same form.
#[test]
fn filters_select_as_in_the_rfc() {
    let tape = tape_of(
        r#"{ "a": [3, 5, 1, 2, 4, 6, { "b": "j" }, { "b": "k" }, { "b": {} }, { "b": "kilo" }],
            "o": { "p": 1, "q": 2, "r": 3, "s": 5, "t": { "u": 6 } }, "e": "f" }"#,
    );
    for (path, expected) in [
        ("$.a[?@.b == 'kilo']", vec!["/a/9"]),
        ("$.a[?(@.b == 'kilo')]", vec!["/a/9"]),
        ("$.a[?@>3.5]", vec!["/a/1", "/a/4", "/a/5"]),
        ("$.a[?@.b]", vec!["/a/6", "/a/7", "/a/8", "/a/9"]),
        ("$[?@.*]", vec!["/a", "/o"]),
        ("$[?@[?@.b]]", vec!["/a"]),
        ("$.o[?@<3, ?@<3]", vec!["/o/p", "/o/q", "/o/p", "/o/q"]),
        ("$.a[?@<2 || @.b == \"k\"]", vec!["/a/2", "/a/7"]),
        ("$.a[?match(@.b, \"[jk]\")]", vec!["/a/6", "/a/7"]),
        ("$.a[?search(@.b, \"[jk]\")]", vec!["/a/6", "/a/7", "/a/9"]),
        ("$.o[?@>1 && @<4]", vec!["/o/q", "/o/r"]),
        ("$.o[?@.u || @.x]", vec!["/o/t"]),
        (
            "$.a[?@.b == $.x]",
            vec!["/a/0", "/a/1", "/a/2", "/a/3", "/a/4", "/a/5"],
        ),
        (
            "$.a[?!@.b && @ != 3]",
            vec!["/a/1", "/a/2", "/a/3", "/a/4", "/a/5"],
        ),
        ("$..[?@.u == 6].u", vec!["/o/t/u"]),
        ("$ [ ? ! ( @ . * ) ]", vec![]),
    ] {
        if path.contains("@ .") {
            assert!(Path::compile(path, false).is_err(), "{path}");
        } else {
            assert_eq!(pointers(path, &tape), expected, "{path}");
        }
    }
}

#[test]
fn functions_are_those_of_the_rfc() {
    let document = r#"{ "text": "e\u0301😀", "list": [1, 2], "object": { "k": 1 }, "zero": 0,
        "lines": "a\nb", "pattern": "a.b", "same": "a-b", "nested": [{ "v": "red" }, { "v": "blue" }] }"#;
    for (test, expected) in [
        ("length(@.text) == 3", true),
        ("length(@.list) == 2", true),
        ("length(@.object) == 1", true),
        ("length(@.zero) == length(@.absent)", true),
        ("length('four') == 4", true),
        ("length(value(@.nested[0].v)) == 3", true),
        ("count(@.*) == 8", true),
        ("count(@..v) == 2 && count(@.absent) == 0", true),
        ("value(@..k) == 1", true),
        ("value(@..v) == 'red'", false),
        ("value(@..v) == @.absent", true),
        ("match(@.same, 'a-b')", true),
        ("match(@.same, 'a')", false),
        ("match(@.same, 'a|a-b')", true),
        ("search(@.same, '-')", true),
        ("!search(@.same, 'x')", true),
        ("match(@.same, @.pattern)", true),
        ("search(@.lines, 'a.b')", false),
        ("match(@.zero, '0')", false),
        ("match(@.same, 'a-b)|(c')", false),
        ("match(@.same, '[')", false),
        ("match(@.same, @.list)", false),
    ] {
        assert_eq!(holds(document, test), expected, "{test}");
    }
}

#[test]
fn paths_that_are_none_are_refused_with_what_is_wrong() {
    for (path, message) in [
        ("$.a[", "a selector is missing at the end"),
        ("$.a[?]", "a test should come before \"]\""),
        ("$.a[01]", "01 is no index"),
        ("$.a[9007199254740992]", "9007199254740992 is no index"),
        ("$[?@.a == ]", "a test should come before \"]\""),
        ("$[?@.a = 1]", "] should come before \"= 1]\""),
        ("$[?@.a == 01]", "01 is no number"),
        ("$[?@.a == 1.]", "1. is no number"),
        ("$[?'a']", "a comparison should come before \"]\""),
        ("$[?length(@.a)]", "a comparison should come before \"]\""),
        (
            "$[?!length(@.a) == 1]",
            "a comparison should come before \" == 1]\"",
        ),
        (
            "$[?@.* == 1]",
            "a path with several values cannot be compared",
        ),
        (
            "$[?@..a == 1]",
            "a path with several values cannot be compared",
        ),
        (
            "$[?1 == match(@.a, 'a')]",
            "what is true or false is no value to compare",
        ),
        (
            "$[?length(@.*) == 1]",
            "a path with several values cannot be compared",
        ),
        (
            "$[?count(1) == 1]",
            "a path should come before \"1) == 1]\"",
        ),
        ("$[?match(@.a)]", ", should come before \")]\""),
        ("$[?upper(@.a) == 'A']", "there is no function upper()"),
        (
            "$[?@.a == nil]",
            "nil is neither true, false, null nor a call",
        ),
        ("$['a", "a text is not closed"),
        ("$['\\x']", "there is no escape \\x"),
        ("$[\"\\'\"]", "there is no escape \\'"),
        (
            "$['a\nb']",
            "a control character in a text is written as an escape",
        ),
    ] {
        assert_eq!(Path::compile(path, false).unwrap_err(), message, "{path}");
    }
}

#[test]
fn deep_paths_are_refused_before_they_take_the_stack_or_the_time() {
    let nested = |open: &str, inner: &str, close: &str, count: usize| {
        format!("$[?{}{inner}{}]", open.repeat(count), close.repeat(count))
    };
    for (open, inner, close) in [
        ("(", "@.a", ")"),
        ("!(", "@.a", ")"),
        ("@[?", "@.a", "]"),
        ("length(", "@.a", ")"),
        ("count(@[?", "@.a", "]) == 1"),
    ] {
        assert_eq!(
            Path::compile(&nested(open, inner, close, 100_000), false).unwrap_err(),
            "it is nested too deep",
            "{open}"
        );
    }
    assert!(Path::compile(&nested("(", "@.a", ")", 30), false).is_ok());
    assert!(Path::compile(&nested("@[?", "@.a", "]", 30), false).is_ok());
    let long = format!("$[?@.a{}]", " || @.a == 1 && @.b".repeat(100_000));
    assert!(Path::compile(&long, false).is_ok());
}

fn documents() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        (-2_i64..3).prop_map(Into::into),
        Just(serde_json::json!(0.5)),
        prop::sample::select(vec!["", "a", "b", "ab", "é"]).prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 40, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            prop::collection::btree_map("[abc]", inner, 0..4).prop_map(|members| members
                .into_iter()
                .collect::<serde_json::Map<_, _>>()
                .into()),
        ]
    })
}

fn one_of(choices: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(choices).prop_map(str::to_owned)
}

/// Makes paths to one value at most.
fn singular() -> impl Strategy<Value = String> {
    let start = one_of(&["@", "@", "$"]);
    let steps = prop::collection::vec(one_of(&[".a", ".b", "['c']", "[0]", "[1]"]), 0..3);
    (start, steps).prop_map(|(start, steps)| start + &steps.concat())
}

/// Makes the selectors and dots of a path that is an input, without indexes from the end.
fn inputs() -> impl Strategy<Value = String> {
    let steps = one_of(&[".a", ".*", "..b", "[0]", "['a', 1]", "[-1:]"]);
    prop::collection::vec(steps, 0..3).prop_map(|steps| steps.concat())
}

/// Makes the selectors and dots of a path; with filters up to a depth.
fn segments(depth: usize) -> BoxedStrategy<String> {
    let plain = one_of(&[
        ".a", ".b", ".*", "..a", "..*", "[*]", "[0]", "[-1]", "['a', 1]", "[1:]", "[::-1]",
    ]);
    let segment = if depth == 0 {
        plain.boxed()
    } else {
        let filter = (any::<bool>(), tests(depth - 1))
            .prop_map(|(deep, test)| format!("{}[?{test}]", if deep { ".." } else { "" }));
        prop_oneof![plain, filter].boxed()
    };
    prop::collection::vec(segment, 0..3)
        .prop_map(|segments| segments.concat())
        .boxed()
}

/// Makes tests that `serde_json_path` answers as the RFC wants: it finds no index from the end, knows no order of what is not
/// there, takes one for `true` and `false`, and compares the numbers in arrays as they are written.
fn tests(depth: usize) -> BoxedStrategy<String> {
    let literal = || one_of(&["null", "true", "0", "1", "-2", "5e-1", "'a'", "\"b\"", "''"]);
    let value = || {
        prop_oneof![
            literal(),
            singular(),
            singular().prop_map(|path| format!("length({path})")),
            inputs().prop_map(|path| format!("count(@{path})")),
            inputs().prop_map(|path| format!("value(@{path})")),
        ]
    };
    let ordered = (
        value(),
        one_of(&["<=", ">", ">=", "<"]),
        one_of(&["0", "1", "'a'"]),
    );
    let leaf = prop_oneof![
        segments(depth).prop_map(|path| format!("@{path}")),
        (value(), one_of(&["==", "!=", "<", " == "]), value()).prop_map(|(a, b, c)| a + &b + &c),
        ordered.prop_map(|(a, b, c)| a + &b + &c),
        (singular(), one_of(&["'a.*'", "'[ab]'", "'('", "@.a"]))
            .prop_map(|(text, pattern)| format!("match({text}, {pattern})")),
        (singular(), one_of(&["'b'", "$.b"])).prop_map(|(a, b)| format!("search({a}, {b})")),
    ];
    leaf.prop_recursive(3, 8, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} && {b}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a}||{b}")),
            inner.clone().prop_map(|test| format!("({test})")),
            inner.prop_map(|test| format!("!({test})")),
        ]
    })
    .boxed()
}

proptest! {
    #[test]
    fn paths_lead_where_another_reader_goes(document in documents(), path in segments(2)) {
        let path = format!("${path}");
        let theirs = JsonPath::parse(&path).unwrap();
        let theirs: Vec<String> = theirs
            .query_located(&document)
            .iter()
            .map(|found| found.location().to_json_pointer())
            .collect();
        let tape = tape_of(&document.to_string());
        prop_assert_eq!(pointers(&path, &tape), theirs, "{} in {}", path, document);
    }

    #[test]
    fn what_another_reader_refuses_is_refused(
        path in segments(2),
        at in any::<prop::sample::Index>(),
        put in prop::option::of(r"[\]\[()@$?.,:*!&|=<>'a0\-]"),
    ) {
        let mut path: Vec<char> = format!("${path}").chars().collect();
        let at = at.index(path.len());
        match put {
            Some(put) => path.splice(at..at, put.chars()).for_each(drop),
            None => drop(path.remove(at)),
        }
        let path: String = path.into_iter().collect();
        let theirs = JsonPath::parse(&path);
        let ours = parse(&path);
        prop_assert_eq!(ours.is_ok(), theirs.is_ok(), "{} {:?} {:?}", path, ours.err(), theirs.err());
    }
}
