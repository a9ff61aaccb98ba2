use std::io::Cursor;

use super::*;
use crate::record::Natural;
use crate::source::testing::{told, told_in_parts};

fn open_text(text: &str, iterator: &str, options: Options) -> Box<dyn Records> {
    let options = Options {
        iterator: Some(iterator.to_owned()),
        ..options
    };
    open(
        Box::new(Cursor::new(text.as_bytes().to_vec())),
        "a.json",
        options,
    )
    .unwrap()
}

/// Returns the values of a reference in every record, or the message of what went wrong.
fn read_with(
    text: &str,
    iterator: &str,
    reference: &str,
    options: Options,
) -> Vec<std::result::Result<Vec<String>, String>> {
    let mut records = open_text(text, iterator, options);
    let slot = records.bind(reference).unwrap();
    let mut found = Vec::new();
    while let Some(next) = records.next() {
        let values = next.map_err(|fault| fault.message).and_then(|record| {
            let mut values = Vec::new();
            record
                .values(slot, &mut values)
                .map_err(|fault| fault.message)?;
            if let (Some(plain), [one]) = (record.plain(slot), values.as_slice()) {
                assert_eq!(plain, one.text);
            }
            Ok(values
                .into_iter()
                .map(|value| value.text.into_owned())
                .collect())
        });
        found.push(values);
    }
    found
}

fn read(text: &str, iterator: &str, reference: &str) -> Vec<Vec<String>> {
    let found = read_with(text, iterator, reference, Options::default());
    found.into_iter().map(|values| values.unwrap()).collect()
}

const STORE: &str = r#"{ "store": { "book": [
    { "title": "A", "price": 8.95, "tags": ["x", "y"] },
    { "title": "B", "price": 12, "tags": [] },
    { "title": "C", "price": 1e2, "isbn": null }
  ], "bicycle": { "color": "red" } } }"#;

#[test]
fn iterators_are_followed_while_reading_and_in_the_whole_alike() {
    let streamed = read(STORE, "$.store.book[*]", "$.title");
    assert_eq!(streamed, [["A"], ["B"], ["C"]]);
    for whole in [
        "$.store.book[?@.price]",
        "$..book[*]",
        "$.store.book[0:3]",
        "$.store.book[0,1,2]",
    ] {
        assert_eq!(read(STORE, whole, "$.title"), streamed, "{whole}");
    }
    assert_eq!(read(STORE, "$.store.book[1]", "title"), [["B"]]);
    assert_eq!(read(STORE, "$.store.book[-1]", "title"), [["C"]]);
    assert_eq!(read(STORE, "$.store.book[::-2]", "title"), [["C"], ["A"]]);
    assert_eq!(read(STORE, "$.store.*[*].tags[*]", "$"), [["x"], ["y"]]);
    assert!(read(STORE, "$.nowhere[*]", "$.title").is_empty());
}

#[test]
fn references_lead_to_values() {
    let all = |reference| read(STORE, "$.store.book[*]", reference);
    assert_eq!(all("$.tags[*]"), [vec!["x", "y"], vec![], vec![]]);
    assert_eq!(all("tags[-1]"), [vec!["y"], vec![], vec![]]);
    assert_eq!(all("$['isbn']"), [[""; 0], [], []]);
    assert_eq!(all("$.price"), [["8.95"], ["12"], ["1e2"]]);
    assert_eq!(
        all("$[?@ == 'A', ?@ == 12]"),
        [vec!["A"], vec!["12"], vec![]]
    );
    assert_eq!(
        read(r#"[{"a\u00e9\"b": 1, "x y": 2}]"#, "$[*]", r#"$["aé\"b"]"#),
        [["1"]]
    );
    assert_eq!(read(r#"[{"x y": 2}]"#, "$[*]", "x y"), [["2"]]);
    assert_eq!(read(r#"[{"x y": 2}]"#, "$[*]", "$.['x y']"), [["2"]]);
}

#[test]
fn arrays_and_objects_are_no_values() {
    let found = read_with(STORE, "$.store.book[*]", "$.tags", Options::default());
    assert!(found[0].as_ref().unwrap_err().contains("leads to an array"));
    let found = read_with(STORE, "$", "$.store", Options::default());
    assert!(
        found[0]
            .as_ref()
            .unwrap_err()
            .contains("leads to an object")
    );
    let legacy = Options {
        legacy: true,
        ..Options::default()
    };
    let found = read_with(STORE, "$.store.book[0]", "$.tags", legacy);
    assert_eq!(found, [Ok(vec!["x".to_owned(), "y".to_owned()])]);
}

#[test]
fn values_know_their_nature() {
    let mut records = open_text(
        r#"[1, -0, 2.50, 1E5, true, "1", 12345678901234567890123]"#,
        "$[*]",
        Options::default(),
    );
    let slot = records.bind("$").unwrap();
    let mut found = Vec::new();
    while let Some(Ok(record)) = records.next() {
        let mut values = Vec::new();
        record.values(slot, &mut values).unwrap();
        found.extend(
            values
                .iter()
                .map(|value| (value.text.to_string(), value.natural)),
        );
    }
    let expected = [
        ("1", Natural::Integer),
        ("-0", Natural::Integer),
        ("2.50", Natural::Double),
        ("1E5", Natural::Double),
        ("true", Natural::Boolean),
        ("1", Natural::Text),
        ("12345678901234567890123", Natural::Integer),
    ];
    assert_eq!(
        found,
        expected.map(|(text, natural)| (text.to_owned(), natural))
    );
}

#[test]
fn nulls_are_no_values() {
    let options = Options {
        nulls: vec!["-".to_owned(), "7".to_owned()],
        ..Options::default()
    };
    let found = read_with(r#"["-", "", 7, null, 8]"#, "$[*]", "$", options);
    let found: Vec<Vec<String>> = found.into_iter().map(|values| values.unwrap()).collect();
    assert_eq!(found, [vec![], vec![""], vec![], vec![], vec!["8"]]);
}

#[test]
fn every_value_has_its_place() {
    let text = "[\n  {\"name\": \"é\", \"age\": 1},\n  {\"name\": \"b\",\n   \"age\": 2}\n]";
    for iterator in ["$[*]", "$[?@.age > 0]"] {
        let mut records = open_text(text, iterator, Options::default());
        let slot = records.bind("$.age").unwrap();
        let first = records.next().unwrap().unwrap();
        assert_eq!(
            (first.origin().line, first.origin().column),
            (2, 3),
            "{iterator}"
        );
        assert_eq!(first.origin().pointer.as_deref(), Some("/0"));
        let age = first.origin_of(slot, 0);
        assert_eq!((age.line, age.column), (2, 24));
        assert_eq!(age.pointer.as_deref(), Some("/0/age"));
        let second = records.next().unwrap().unwrap();
        let age = second.origin_of(slot, 0);
        assert_eq!((age.line, age.pointer.as_deref()), (4, Some("/1/age")));
    }
}

#[test]
fn keys_tell_content_apart_not_place() {
    let mut records = open_text(
        r#"[{"a":1},{"a":"1"},{"a":1},[{"a":1}]]"#,
        "$[*]",
        Options::default(),
    );
    let mut keys = Vec::new();
    while let Some(Ok(record)) = records.next() {
        keys.push(record.key());
    }
    assert_eq!(keys[0].hash, keys[2].hash);
    assert_eq!((keys[0].occurrence, keys[2].occurrence), (0, 1));
    assert_ne!(keys[0].hash, keys[1].hash);
    assert_ne!(keys[0].hash, keys[3].hash);
}

#[test]
fn broken_lines_leave_the_others() {
    let options = Options {
        lines: true,
        ..Options::default()
    };
    let found = read_with("{\"a\":1}\n\n{\"a\":\n{\"a\":3}\n", "$", "$.a", options);
    assert_eq!(found.len(), 3, "{found:?}");
    assert_eq!(found[0], Ok(vec!["1".to_owned()]));
    assert!(found[1].is_err());
    assert_eq!(found[2], Ok(vec!["3".to_owned()]));
    let options = Options {
        lines: true,
        ..Options::default()
    };
    let found = read_with("{\"a\":1}\n{\"a\" 2}\n{\"a\":3}\n", "$", "$.a", options);
    assert_eq!(found[2], Ok(vec!["3".to_owned()]));
}

#[test]
fn deep_nesting_is_refused_with_the_limit() {
    let deep = format!("{}1{}", "[".repeat(5000), "]".repeat(5000));
    for iterator in ["$", "$..x", "$.a[*]"] {
        let found = read_with(&deep, iterator, "$", Options::default());
        assert!(
            found[0].as_ref().unwrap_err().contains("too deep"),
            "{iterator}"
        );
    }
    let fine = format!("{}1{}", "[".repeat(100), "]".repeat(100));
    assert!(read_with(&fine, "$", "$", Options::default())[0].is_err());
}

#[test]
fn parts_of_a_record_answer_for_their_scope() {
    let mut records = open_text(STORE, "$.store", Options::default());
    let books = records.bind_parts(None, "$.book[*]").unwrap();
    let tags = records.bind_parts(Some(books), "$.tags[*]").unwrap();
    let title = records.bind_in(books, "$.title").unwrap();
    let tag = records.bind_in(tags, "$").unwrap();
    let record = records.next().unwrap().unwrap();
    let mut found = Vec::new();
    for book in record.parts(books).unwrap() {
        let mut titles = Vec::new();
        book.values(title, &mut titles).unwrap();
        for part in book.parts(tags).unwrap() {
            let mut tags = Vec::new();
            part.values(tag, &mut tags).unwrap();
            found.push(format!("{}{}", titles[0].text, tags[0].text));
        }
    }
    assert_eq!(found, ["Ax", "Ay"]);
}

#[test]
fn what_no_record_has_is_known_at_the_end() {
    let mut records = open_text(STORE, "$.store.book[*]", Options::default());
    let slots = ["$.title", "$.titel", "$.isbn"].map(|name| records.bind(name).unwrap());
    while let Some(Ok(record)) = records.next() {
        for slot in slots {
            record.values(slot, &mut Vec::new()).unwrap();
        }
    }
    assert_eq!(records.unmet(), [slots[1]]);
}

#[test]
fn stretches_are_what_a_walk_gives() {
    let item = |n: usize| match n % 4 {
        0 => format!("{{ \"a\": {n}, \"b\": [1, \"x\\ny\"] }}"),
        1 => format!("{{ \"b\": {{ \"c\": null }},\n \"a\": \"{n}\" }}"),
        2 => "[]".to_owned(),
        _ => "{ \"a\": { \"z\": 1 } }".to_owned(),
    };
    let list = |count: usize| (0..count).map(item).collect::<Vec<_>>();
    let lines = Options {
        lines: true,
        ..Options::default()
    };
    let array = format!(
        "{{ \"before\": 1, \"items\": [{}] }}",
        list(300).join(",\n")
    );
    let broken = array.replacen("\"150\"", "\"150", 1);
    let mut documents = list(300);
    documents[100] = "{ \"a\": }".to_owned();
    documents[200] = "{ \"a\": [1, 2 }".to_owned();
    for (text, iterator, options) in [
        (array.clone(), "$.items[*]", Options::default()),
        (array, "$.items[7]", Options::default()),
        (broken, "$.items[*]", Options::default()),
        (documents.join("\n"), "$", lines.clone()),
        (list(300).join("\n"), "$.*", lines),
        (String::new(), "$", Options::default()),
    ] {
        let (mut whole, mut cut) = (
            open_text(&text, iterator, options.clone()),
            open_text(&text, iterator, options),
        );
        let slots = ["$.a", "$.b[*]", "$.never"].map(|path| whole.bind(path).unwrap());
        assert_eq!(
            ["$.a", "$.b[*]", "$.never"].map(|path| cut.bind(path).unwrap()),
            slots
        );
        let walked = told(&mut *whole, &slots);
        let (parts, count) = told_in_parts(&mut *cut, &slots);
        assert_eq!(parts, walked);
        assert!(count > 2 || walked.len() < 3, "{count}");
        assert_eq!(cut.unmet(), whole.unmet());
    }
}

#[test]
fn a_stretch_has_so_many_records_at_most_however_small_they_are() {
    let broken = Options {
        lines: true,
        ..Options::default()
    };
    let mut cut = open_text(&"x\n".repeat(10_000), "$", broken);
    let (told, count) = told_in_parts(&mut *cut, &[]);
    assert_eq!(told.len(), 10_000);
    assert!(count > 2, "{count}");
}

#[test]
fn paths_that_are_none_are_refused() {
    let mut records = open_text("[]", "$", Options::default());
    for wrong in ["$.", "$.a[", "Dhkef;esf", "$[?(@.a]", "$.a b", ""] {
        assert!(records.bind(wrong).is_err(), "{wrong}");
    }
}

proptest::proptest! {
    /// Streaming and the whole document give the same, whatever the document and wherever the buffer ends.
    #[test]
    fn streaming_agrees_with_the_whole(
        values in proptest::collection::vec("[a-zé\"\\\\\n]{0,20}", 0..20),
        filler in 0_usize..70_000,
    ) {
        let items: Vec<serde_json::Value> =
            values.iter().map(|value| serde_json::json!({ "v": value })).collect();
        let document = serde_json::json!({ "a": " ".repeat(filler), "list": items }).to_string();
        let expected: Vec<Vec<String>> = values.iter().map(|value| vec![value.clone()]).collect();
        proptest::prop_assert_eq!(read(&document, "$.list[*]", "$.v"), expected.clone());
        proptest::prop_assert_eq!(read(&document, "$.list[0:]", "$.v"), expected);
    }
}

#[test]
fn escapes_that_break_off_are_refused() {
    for whole in ["$.a", r"$['\u00e4']", r"$['\\u']", r"$['\n']"] {
        assert!(Path::compile(whole, false).is_ok(), "{whole}");
    }
    let pair = r#"{ "\ud83d\ude00": "one", "x😀y": "two" }"#;
    assert_eq!(read(pair, "$", r"$['\ud83d\ude00']"), [["one"]]);
    assert_eq!(read(pair, "$", r"$['x\uD83D\uDE00\u0079']"), [["two"]]);
    assert_eq!(
        read(pair, "$", r"$[?@ == 'one' || @ == '\ud83d\ude00']"),
        [["one"]]
    );
    for broken in [
        r"$['\ud83d\u0041']",
        r"$['\u",
        r"$['\u12",
        r"$['\u+123']",
        r"$['\ud83d",
        r"$['\ud83d\u",
        r"$['\ud83dx']",
        "$.x[?match(@.b, 'x.*d\\u",
    ] {
        assert!(Path::compile(broken, false).is_err(), "{broken}");
    }
}
