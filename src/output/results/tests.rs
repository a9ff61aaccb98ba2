use super::*;
use oxrdf::{BlankNode, Literal, NamedNode, Term, Triple, Variable};

fn rows() -> Solutions {
    let iri = |text: &str| Term::from(NamedNode::new_unchecked(text));
    let typed = |value: &str, kind: &str| {
        let kind = NamedNode::new_unchecked(format!("http://www.w3.org/2001/XMLSchema#{kind}"));
        Some(Term::from(Literal::new_typed_literal(value, kind)))
    };
    let text = |text: &str| Some(Term::from(Literal::new_simple_literal(text)));
    let triple = Triple::new(
        BlankNode::new_unchecked("b"),
        NamedNode::new_unchecked("http://schema.org/name"),
        Literal::new_simple_literal("x"),
    );
    Solutions {
        variables: vec![
            Variable::new_unchecked("thing"),
            Variable::new_unchecked("value"),
        ],
        rows: vec![
            vec![
                Some(iri("http://schema.org/Person")),
                text("a|b, \"c\"\n*d*\\"),
            ],
            vec![
                Some(iri("http://example.org/a/b")),
                typed("1.50", "decimal"),
            ],
            vec![None, typed("9007199254740993", "integer")],
            vec![text(""), typed("+07", "integer")],
            vec![Some(Term::from(triple)), typed("1", "boolean")],
            vec![
                Some(Term::from(BlankNode::new_unchecked("n1"))),
                typed("INF", "double"),
            ],
            vec![text("\u{1b}[31m"), text("حزب ۱")],
        ],
    }
}

fn written(format: ResultFormat, width: Option<usize>) -> String {
    let options = Options {
        prefixes: Prefixes::known(),
        width,
    };
    let mut out = Vec::new();
    write_solutions(&rows(), format, &options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn csv_is_read_back_as_written() {
    let text = written(ResultFormat::Csv, None);
    assert!(!text.contains('\r'));
    let mut reader = ::csv::Reader::from_reader(text.as_bytes());
    assert_eq!(reader.headers().unwrap(), vec!["thing", "value"]);
    let read: Vec<Vec<String>> = reader
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect())
        .collect();
    assert_eq!(read[0], ["http://schema.org/Person", "a|b, \"c\"\n*d*\\"]);
    assert_eq!(read[2], ["", "9007199254740993"]);
    assert_eq!(read[4][0], "<<( _:b <http://schema.org/name> \"x\" )>>");
    assert_eq!(read[6], ["\u{1b}[31m", "حزب ۱"]);
}

#[test]
fn one_column_without_a_value_is_still_a_row() {
    let solutions = Solutions {
        variables: vec![Variable::new_unchecked("x")],
        rows: vec![vec![None], vec![None]],
    };
    let mut out = Vec::new();
    csv::write(&solutions, &mut out).unwrap();
    assert_eq!(::csv::Reader::from_reader(&out[..]).records().count(), 2);
    let none = Solutions {
        variables: Vec::new(),
        rows: vec![Vec::new()],
    };
    for format in ResultFormat::ALL {
        let options = Options {
            prefixes: Prefixes::none(),
            width: Some(20),
        };
        write_solutions(&none, format, &options, &mut Vec::new()).unwrap();
    }
}

#[test]
fn json_and_xml_have_a_row_a_line_and_are_read_back() {
    use sparesults::{QueryResultsFormat, QueryResultsParser, ReaderQueryResultsParserOutput};
    for (format, library) in [
        (ResultFormat::Json, QueryResultsFormat::Json),
        (ResultFormat::Xml, QueryResultsFormat::Xml),
        (ResultFormat::Tsv, QueryResultsFormat::Tsv),
    ] {
        let text = written(format, None).replace("\u{1b}", "");
        assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{text}");
        assert!(text.lines().count() > rows().rows.len(), "{text}");
        let parser = QueryResultsParser::from_format(library);
        let read = match parser.for_reader(text.as_bytes()).unwrap() {
            ReaderQueryResultsParserOutput::Solutions(read) => read,
            ReaderQueryResultsParserOutput::Boolean(_) => panic!("{text}"),
        };
        let read: Vec<Vec<Option<Term>>> = read.map(|row| row.unwrap().values().to_vec()).collect();
        let expected = rows().rows;
        assert_eq!(read.len(), expected.len());
        assert_eq!(read[..4], expected[..4], "{format}");
    }
}

#[test]
fn json_lines_hold_plain_values() {
    let text = written(ResultFormat::JsonLines, None);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[1],
        r#"{"thing":"http://example.org/a/b","value":1.50}"#
    );
    assert_eq!(lines[2], r#"{"thing":null,"value":"9007199254740993"}"#);
    assert_eq!(lines[3], r#"{"thing":"","value":7}"#);
    assert!(lines[4].ends_with(r#","value":true}"#));
    assert_eq!(lines[5], r#"{"thing":"_:n1","value":"INF"}"#);
    for line in lines {
        let read: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(read.as_object().unwrap().len(), 2);
    }
}

#[test]
fn markdown_cells_end_where_they_should() {
    let text = written(ResultFormat::Markdown, None);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[..2], ["| thing | value |", "| --- | --- |"]);
    assert_eq!(lines[2], r#"| schema:Person | a\|b, "c"\\n\*d\*\\ |"#);
    assert_eq!(lines[3], r"| \<http://example.org/a/b> | 1.50 |");
    assert_eq!(lines.len(), 2 + rows().rows.len());
}

#[test]
fn a_table_fits_and_data_drives_no_terminal() {
    let text = written(ResultFormat::Table, None);
    assert_eq!(text.lines().count(), rows().rows.len() + 4, "{text}");
    assert!(text.contains("│ schema:Person"), "{text}");
    assert!(text.contains(r"\u{1b}[31m"), "{text}");
    assert!(text.contains("\u{2068}حزب ۱\u{2069}"), "{text}");
    assert!(!text.contains('\u{1f}') && !text.contains('\u{1b}'));
    for width in [0, 1, 10, 30, 60] {
        let text = written(ResultFormat::Table, Some(width));
        let open = text.matches('\u{2068}').count();
        assert_eq!(open, text.matches('\u{2069}').count());
        if width >= 30 {
            let isolates = ['\u{2068}', '\u{2069}'];
            let long = |line: &&str| line.replace(isolates, "").chars().count() > width;
            assert_eq!(text.lines().find(long), None, "{width}:\n{text}");
        }
    }
}

#[test]
fn answers_to_ask_end_their_line() {
    for format in ResultFormat::ALL {
        let mut out = Vec::new();
        write_boolean(false, format, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(
            text.contains("false") && text.ends_with('\n'),
            "{format}: {text}"
        );
    }
}

#[test]
fn every_name_and_ending_leads_to_its_format() {
    for format in ResultFormat::ALL {
        for name in format.names() {
            assert_eq!(ResultFormat::from_name(&name.to_uppercase()), Ok(format));
        }
        for ending in format.endings() {
            let path = format!("a.b/c.{ending}");
            assert_eq!(ResultFormat::from_path(path.as_ref()), Some(format));
        }
    }
    let error = ResultFormat::from_name("cvs").unwrap_err();
    assert_eq!(error.0[0].hints[0], "did you mean csv?");
    let error = ResultFormat::from_name("turtle").unwrap_err();
    assert!(error.0[0].hints[0].contains("CONSTRUCT"), "{error}");
}
