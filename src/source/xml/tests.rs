use std::io::Cursor as Bytes;

use super::*;
use crate::record::{Origin, Slot};
use crate::source::testing::{told, told_in_parts};

fn open_text(text: &str, iterator: &str, namespaces: &[(&str, &str)]) -> Box<dyn Records> {
    let options = Options {
        iterator: Some(iterator.to_owned()),
        namespaces: namespaces
            .iter()
            .map(|(prefix, iri)| ((*prefix).to_owned(), (*iri).to_owned()))
            .collect(),
        nulls: Vec::new(),
    };
    open(
        Box::new(Bytes::new(text.as_bytes().to_vec())),
        "a.xml",
        options,
    )
    .unwrap()
}

/// Returns the values of references in every record; a fault ends it with its message.
fn try_read(
    mut records: Box<dyn Records>,
    references: &[&str],
) -> std::result::Result<Vec<Vec<String>>, String> {
    let slots: Vec<Slot> = references
        .iter()
        .map(|reference| records.bind(reference).unwrap())
        .collect();
    let mut found = Vec::new();
    while let Some(next) = records.next() {
        let record = next.map_err(|fault| fault.message)?;
        let mut row = Vec::new();
        for slot in &slots {
            let mut values = Vec::new();
            record.values(*slot, &mut values).unwrap();
            if let Some(plain) = record.plain(*slot) {
                assert_eq!(plain, values[0].text);
            }
            row.push(
                values
                    .into_iter()
                    .map(|value| value.text.into_owned())
                    .collect::<Vec<_>>()
                    .join("|"),
            );
        }
        found.push(row);
    }
    Ok(found)
}

fn read(text: &str, iterator: &str, references: &[&str]) -> Vec<Vec<String>> {
    try_read(open_text(text, iterator, &[]), references).unwrap()
}

const LIST: &str = "<list owner='me'>
  <group n='1'><item id='a' kind='x'><name>One &amp; <b>only</b></name><tag>p</tag><tag>q</tag></item>
  <item id='b'><name><![CDATA[<Two>]]></name></item></group>
  <group n='2'><item id='c' kind='x'><name/></item></group>
</list>";

#[test]
fn records_are_found_while_reading_and_in_the_whole_alike() {
    let expected = [["a", "One & only"], ["b", "<Two>"], ["c", ""]];
    for iterator in [
        "/list/group/item",
        "//item",
        "/list//item",
        "//group/item",
        "list/group/item",
        "/list/*/item",
        "//item[true()]",
        "/list/group/item[position() < 9]",
        "/descendant::item",
    ] {
        assert_eq!(
            read(LIST, iterator, &["@id", "name"]),
            expected,
            "{iterator}"
        );
    }
    assert_eq!(read(LIST, "//item[@kind='x']", &["@id"]), [["a"], ["c"]]);
    assert_eq!(read(LIST, "//group[2]/item[1]", &["@id"]), [["c"]]);
    assert_eq!(read(LIST, "//item[last()]", &["@id"]), [["b"], ["c"]]);
    assert_eq!(
        read(LIST, "//item[tag='q'] | //group[@n=2]", &["@id", "@n"]),
        [["a", ""], ["", "2"]]
    );
}

#[test]
fn references_look_up_down_and_around() {
    let one = |reference: &str| {
        read(LIST, "/list/group/item", &[reference])
            .into_iter()
            .map(|mut row| row.remove(0))
            .collect::<Vec<_>>()
    };
    assert_eq!(one("../@n"), ["1", "1", "2"]);
    assert_eq!(one("../../@owner"), ["me", "me", "me"]);
    assert_eq!(one("ancestor::list/@owner"), ["me", "me", "me"]);
    assert_eq!(one("tag"), ["p|q", "", ""]);
    assert_eq!(one("tag[2]"), ["q", "", ""]);
    assert_eq!(one("name/b/text()"), ["only", "", ""]);
    assert_eq!(one("count(tag)"), ["2", "0", "0"]);
    assert_eq!(one("following-sibling::item/@id"), ["b", "", ""]);
    assert_eq!(one("/list/group[2]/item/@id"), ["c", "c", "c"]);
    assert_eq!(one("concat(@id, '-', ../@n)"), ["a-1", "b-1", "c-2"]);
    assert_eq!(one("translate(@id, 'abc', 'ABC')"), ["A", "B", "C"]);
    assert_eq!(one("../item[1]/@id"), ["a", "a", "c"]);
    assert_eq!(one("name()"), ["item", "item", "item"]);
    assert_eq!(one("."), ["One & onlypq", "<Two>", ""]);
}

#[test]
fn records_within_records_are_records() {
    let nested = "<a><s i='1'><s i='2'/><t/></s><s i='3'/></a>";
    assert_eq!(read(nested, "//s", &["@i"]), [["1"], ["2"], ["3"]]);
    assert_eq!(
        read(nested, "//s", &["@i", "count(s)", "../@i"]),
        [["1", "1", ""], ["2", "0", "1"], ["3", "0", ""]]
    );
}

#[test]
fn namespaces_are_those_of_the_mapping() {
    let text = "<r xmlns='http://d/' xmlns:e='http://e/'><e:x e:k='1' k='2'>v</e:x><x>w</x></r>";
    let strict = |iterator: &str, reference: &str| {
        let records = open_text(text, iterator, &[("p", "http://e/"), ("d", "http://d/")]);
        try_read(records, &[reference]).unwrap()
    };
    assert_eq!(strict("/d:r/p:x", "@p:k"), [["1"]]);
    assert_eq!(strict("/d:r/p:x", "@k"), [["2"]]);
    assert_eq!(strict("/d:r/d:*", "."), [["w"]]);
    assert!(strict("/r/x", ".").is_empty());
    // Without any, names are compared as the document writes them.
    assert_eq!(read(text, "/r/e:x", &["."]), [["v"]]);
    assert_eq!(read(text, "/r/x", &["."]), [["w"]]);
}

#[test]
fn places_are_told() {
    let mut records = open_text("<a>\n <é x='1'/>\n <b>\n</b></a>", "/a/*", &[]);
    let x = records.bind("@x").unwrap();
    let first = records.next().unwrap().unwrap();
    assert_eq!((first.origin().line, first.origin().column), (2, 2));
    assert_eq!(first.origin_of(x, 0).pointer.as_deref(), Some("/a/é/@x"));
    let second = records.next().unwrap().unwrap();
    assert_eq!((second.origin().line, second.origin().column), (3, 2));
}

#[test]
fn broken_documents_are_refused() {
    let wrong = [
        "<a><b></a>",
        "<a>",
        "",
        "<a/><b/>",
        "<a/>x",
        "<a x='1' x='2'/>",
        "<a>&nope;</a>",
        "<!DOCTYPE a [<!ENTITY e 'boom'>]><a>&e;</a>",
        "<a x='&e;'/>",
        "<e:a/>",
        "<a>\u{0}</a>&#0;",
    ];
    for text in wrong {
        for iterator in ["/a", "//a[1]"] {
            assert!(
                try_read(open_text(text, iterator, &[]), &["."]).is_err(),
                "{text}"
            );
        }
    }
    let deep = format!("{}{}", "<a>".repeat(5000), "</a>".repeat(5000));
    let error = try_read(open_text(&deep, "/a", &[]), &["."]).unwrap_err();
    assert!(error.contains("too deep"), "{error}");
}

#[test]
fn declared_encodings_are_followed() {
    let read_bytes = |bytes: Vec<u8>| {
        let options = Options {
            iterator: Some("/a".to_owned()),
            ..Options::default()
        };
        let records = open(Box::new(Bytes::new(bytes)), "a.xml", options).unwrap();
        try_read(records, &["."]).unwrap()
    };
    let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>caf\xe9</a>".to_vec();
    assert_eq!(read_bytes(latin), [["café"]]);
    let wide: Vec<u8> = "\u{feff}<?xml version='1.0' encoding='UTF-16'?><a>é</a>"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(read_bytes(wide), [["é"]]);
    // What stands where the quotation mark should be may be of more than one byte: it names no encoding.
    for odd in ["\u{feff}\"ISO-8859-1\"", "“ISO-8859-1”", "é", ""] {
        let text = format!("<?xml version='1.0' encoding={odd}?><a>é</a>");
        let records = open_text(&text, "/a", &[]);
        if let Ok(found) = try_read(records, &["."]) {
            assert_eq!(found, [["é"]], "{odd}");
        }
    }
}

#[test]
fn expressions_that_are_none_are_refused() {
    let mut records = open_text("<a/>", "/a", &[]);
    let wrong = [
        "",
        "a[",
        "a/",
        "nope()",
        "a b",
        "count()",
        "$x",
        "a[1",
        "foo::a",
        "'a",
        "1 +",
        "comment()",
        "//processing-instruction()",
        "processing-instruction('x')",
        "text('x')",
    ];
    for wrong in wrong {
        assert!(records.bind(wrong).is_err(), "{wrong}");
    }
    let nested = format!("{}1{}", "(".repeat(5000), ")".repeat(5000));
    assert!(records.bind(&nested).is_err());
    assert!(records.bind(&vec!["1"; 5000].join("+")).is_err());
    let options = Options {
        iterator: Some("count(a)".to_owned()),
        ..Options::default()
    };
    assert!(open(Box::new(Bytes::new(Vec::new())), "a.xml", options).is_err());
}

#[test]
fn expressions_are_evaluated_as_xpath_says() {
    let one = |expression: &str| {
        read(
            "<a><n>1</n><n>2</n><n>x</n><s> b  c </s></a>",
            "/a",
            &[expression],
        )[0][0]
            .clone()
    };
    let table = [
        ("1 + 2 * 3", "7"),
        ("7 mod 4 - 1", "2"),
        ("10 div 4", "2.5"),
        ("-(2)", "-2"),
        ("n = 2", "true"),
        ("n != 2", "true"),
        ("not(n = 9)", "true"),
        ("n < 1", "false"),
        ("n >= 2 and 1", "true"),
        ("0 or ''", "false"),
        ("sum(n[. < 3])", "3"),
        ("number('x')", "NaN"),
        ("1 div 0", "Infinity"),
        ("substring('12345', 2, 3)", "234"),
        ("substring('12345', 1.5, 2.6)", "234"),
        ("substring-after('a=b', '=')", "b"),
        ("normalize-space(s)", "b c"),
        ("string-length(s)", "6"),
        ("string(n)", "1"),
        ("string-join(n, '+')", "1+2+x"),
        ("starts-with(s, ' b')", "true"),
        ("n[last()]", "x"),
        ("n[position() = 2]", "2"),
        ("(n)[3]", "x"),
        ("n[2]/preceding-sibling::n", "1"),
        ("upper-case('é')", "É"),
        ("round(2.5) + floor(1.9) + ceiling(1.1)", "6"),
        ("boolean(zzz)", "false"),
        ("local-name(*[4])", "s"),
        ("self::a/n[1] | n[1]", "1"),
    ];
    for (expression, expected) in table {
        assert_eq!(one(expression), expected, "{expression}");
    }
}

/// Hands out a byte at a time, so that no element ever lies in the buffer whole.
struct Dripping(Bytes<Vec<u8>>);

impl Read for Dripping {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let one = into.len().min(1);
        self.0.read(&mut into[..one])
    }
}

/// Records in groups of any size, in each other, beside what is none.
fn groups(count: usize) -> String {
    let item = |n: usize| match n % 5 {
        0 => format!("<item id='{n}'><a>{n}</a><b>x &amp; y</b></item>"),
        1 => format!("<item id='{n}'>\n<a>{n}</a><item id='in'><a>inner</a></item><b/></item>"),
        2 => "<other><item/><deep><x>1</x></deep></other><other/>".to_owned(),
        3 => format!("<item id='{n}'/>text"),
        _ => format!("<more><a>{n}</a></more>"),
    };
    let mut text = "<list owner='me' xmlns='u:n'>".to_owned();
    for group in 0..count {
        let items: String = (0..group * group % 23).map(item).collect();
        text += &format!("<group n='{group}'><head>h</head>{items}</group>\n");
    }
    text + "</list>"
}

#[test]
fn stretches_are_what_a_walk_gives() {
    let whole = groups(60);
    let broken = whole.replacen("<group n='40'>", "<group n='40'", 1);
    let references = ["a", "b", "@id", "../@n", "../../@owner", "never"];
    for text in [whole.as_str(), &broken, "<list/>", "<list><group>", ""] {
        for iterator in [
            "//item",
            "/list/group/item",
            "/list/group",
            "/list",
            "//a",
            "/list/group/other/deep",
        ] {
            let (mut walked, mut cut) = (
                open_text(text, iterator, &[]),
                open_text(text, iterator, &[]),
            );
            let slots = references.map(|reference| walked.bind(reference).unwrap());
            assert_eq!(
                references.map(|reference| cut.bind(reference).unwrap()),
                slots
            );
            let expected = told(&mut *walked, &slots);
            let (parts, count) = told_in_parts(&mut *cut, &slots);
            let differ = parts
                .iter()
                .zip(&expected)
                .find(|(part, whole)| part != whole);
            assert_eq!(differ, None, "{iterator}");
            assert_eq!(parts.len(), expected.len(), "{iterator}");
            assert!(
                count > 2 || expected.len() < 4,
                "{iterator}: {count} of {}",
                expected.len()
            );
            assert_eq!(cut.unmet(), walked.unmet(), "{iterator}");
        }
    }
}

#[test]
fn stretches_do_not_grow_dear_with_names_nor_with_what_holds_them() {
    // Each record has a name of its own, and what holds them is longer than a stretch.
    let records: String = (0..300)
        .map(|n| format!("<n{n}><x{n}>{n}</x{n}></n{n}>"))
        .collect();
    let text = format!("<list about='{}'>{records}</list>", "x".repeat(2_000));
    let mut cut = open_text(&text, "/list/*", &[]);
    let slots = [".", "../@about"].map(|reference| cut.bind(reference).unwrap());
    let (parts, count) = told_in_parts(&mut *cut, &slots);
    assert_eq!(parts.len(), 300);
    assert!((3..60).contains(&count), "{count}");
    let mut walked = open_text(&text, "/list/*", &[]);
    let _ = [".", "../@about"].map(|reference| walked.bind(reference).unwrap());
    assert!(parts == told(&mut *walked, &slots));
}

/// Returns everything that is seen of a document: values, places, keys, and the fault that ends it.
fn seen(input: Box<dyn Read + Send>, iterator: &str) -> Vec<String> {
    let options = Options {
        iterator: Some(iterator.to_owned()),
        ..Options::default()
    };
    let mut records = open(input, "a.xml", options).unwrap();
    let slots = ["a", "b", "."].map(|reference| records.bind(reference).unwrap());
    let mut all = Vec::new();
    loop {
        match records.next() {
            None => break,
            Some(Err(fault)) => {
                all.push(format!("{fault:?}"));
                break;
            }
            Some(Ok(record)) => {
                all.push(format!("{:?} {:?}", record.origin(), record.key()));
                for slot in slots {
                    let mut values = Vec::new();
                    record.values(slot, &mut values).unwrap();
                    let places: Vec<Origin> = (0..values.len())
                        .map(|index| record.origin_of(slot, index))
                        .collect();
                    all.push(format!("{values:?} {places:?}"));
                }
            }
        }
    }
    all
}

#[test]
fn elements_taken_whole_are_those_that_the_parser_reads() {
    // Where elements are taken whole and where the parser has to, next to each other in every order.
    let pieces = [
        "<a>1</a>",
        "<b>\u{e4}\u{4e00}</b>",
        "<a></a>",
        "<b/>",
        "<a x='1'>2</a>",
        "<b>&amp;</b>",
        "<a>two\nlines</a>",
        "\n  ",
        "text",
        "<!-- c -->",
        "<![CDATA[<a>0</a>]]>",
        "<b><a>in</a></b>",
        "<b xmlns='urn:x'>9</b>",
        "<a>1</b>",
        "<p:a>1</p:a>",
        "<a>]]></a>",
    ];
    // What is read to find the encoding comes in one piece; it ends before the records begin.
    let head = format!("<!--{}--><r>", ". ".repeat(200));
    let mut whole = 0;
    for first in pieces {
        for second in pieces {
            for third in ["<a>1</a>", "<b/>", "\n<b>x</b>\n"] {
                let text = format!("{head}<q>{first}{second}{third}</q><q>{third}</q></r>");
                for iterator in ["/r/q", "/r/q/a", "/r/q[true()]"] {
                    let bytes = || Bytes::new(text.clone().into_bytes());
                    let quick = seen(Box::new(bytes()), iterator);
                    let slow = seen(Box::new(Dripping(bytes())), iterator);
                    assert_eq!(quick, slow, "{iterator} in {text}");
                    whole += usize::from(quick.len() > 1);
                }
            }
        }
    }
    assert!(whole > 1000, "{whole} documents had a record");
}
