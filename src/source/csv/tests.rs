use proptest::prelude::*;

use super::*;
use crate::source::testing::{told, told_in_parts};

fn table(bytes: impl AsRef<[u8]>, options: Options) -> Result<Box<dyn Records>> {
    open(
        Box::new(Cursor::new(bytes.as_ref().to_vec())),
        "t.csv",
        options,
    )
}

/// Returns each row as its line and cells (`~` for null), each fault as its line and message.
fn rows(bytes: impl AsRef<[u8]>, columns: &[&str], options: Options) -> Vec<String> {
    let mut table = table(bytes, options).unwrap();
    let slots: Vec<_> = columns
        .iter()
        .map(|column| table.bind(column).unwrap())
        .collect();
    let mut rows = Vec::new();
    while let Some(row) = table.next() {
        rows.push(match row {
            Ok(row) => {
                let cells: Vec<_> = slots
                    .iter()
                    .map(|&slot| row.plain(slot).unwrap_or("~"))
                    .collect();
                format!("{} {}", row.origin().line, cells.join("|"))
            }
            Err(fault) => format!("{} {:?}: {}", fault.origin.line, fault.kind, fault.message),
        });
    }
    rows
}

#[test]
fn lines_are_exact_whatever_the_line_ends() {
    let expected = ["2 1|~", "4 2\nx|b", "7 3|c"];
    let unix = "a,b\n1,\n\n\"2\nx\",b\n\n3,c";
    assert_eq!(rows(unix, &["a", "b"], Options::default()), expected);
    assert_eq!(
        rows(format!("\u{feff}{unix}\n"), &["a", "b"], Options::default()),
        expected
    );
    let dos = rows(unix.replace('\n', "\r\n"), &["a", "b"], Options::default());
    assert_eq!(dos, ["2 1|~", "4 2\r\nx|b", "7 3|c"]);
    let mixed = rows(
        "a,b\r\n1,\n\r\n\"2\nx\",b\n\n3,c\r\n",
        &["a", "b"],
        Options::default(),
    );
    assert_eq!(mixed, expected);
}

#[test]
fn broken_rows_are_faults_and_the_rest_is_read() {
    let text = "a,b\n1,2,3\n4,5\n6\n7,8\n9,\"open\n10,11\n";
    assert_eq!(
        rows(text, &["b", "a"], Options::default()),
        [
            "2 BrokenRow: this row has 3 cells, the header has 2",
            "3 5|4",
            "4 BrokenRow: this row has 1 cell, the header has 2",
            "5 8|7",
            "6 BrokenRow: a quotation mark in this row is not closed before the end of the file",
        ]
    );
    let error = table("a,\"b\nc,d", Options::default()).err().unwrap();
    assert!(error.to_string().contains("FM0104") && error.to_string().contains("t.csv:1"));
    assert!(
        table("a,b\r1,2\r", Options::default())
            .err()
            .unwrap()
            .to_string()
            .contains("carriage returns")
    );
}

#[test]
fn other_encodings_are_told() {
    let wide: Vec<u8> = "a,b\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert!(
        table(wide, Options::default())
            .err()
            .unwrap()
            .to_string()
            .contains("UTF-16BE")
    );
    assert!(
        table(b"a,\xff\n", Options::default())
            .err()
            .unwrap()
            .to_string()
            .contains("FM0103")
    );
    let found = rows(b"a,b\n1,2\n3,\xff\n4,5\n", &["a"], Options::default());
    assert_eq!(
        found,
        [
            "2 1",
            "3 Encoding: cell 2 is not UTF-8 after its first 0 bytes"
        ]
    );
}

#[test]
fn references_are_the_titles() {
    let mut found = table("name,town,town\nx,y,z\n", Options::default()).unwrap();
    assert_eq!(found.bind("name").unwrap(), 0);
    let fault = found.bind("nmae").unwrap_err();
    assert_eq!(
        (fault.kind, fault.hint.as_deref()),
        (FaultKind::UnknownReference, Some("did you mean \"name\"?"))
    );
    assert_eq!(
        found.bind("town").unwrap_err().kind,
        FaultKind::BadReference
    );
    assert_eq!(
        table("", Options::default())
            .unwrap()
            .bind("a")
            .unwrap_err()
            .kind,
        FaultKind::UnknownReference
    );
    assert!(table("", Options::default()).unwrap().next().is_none());
}

#[test]
fn options_hold() {
    let mut options = Options::for_file("links/x.SSSOM.tsv");
    options.nulls.push("NA".to_owned());
    let text = "#a: b\n# \"quoted\n\ta\tb\n1\tNA\t\n#x\ty\tz\n";
    assert_eq!(
        rows(text, &["", "a", "b"], options),
        ["4 1|~|~", "5 #x|y|z"]
    );
    assert_eq!(Options::for_file("x.csv"), Options::default());
    assert_eq!(
        rows(
            "a\n\n \n",
            &["a"],
            Options {
                nulls: Vec::new(),
                ..Options::default()
            }
        ),
        ["3  "]
    );
}

#[test]
fn places_and_keys() {
    let mut found = table(
        "a,b\n\"x\ny\",1\nxy,1\n\"x\ny\",1\nx,y1\n",
        Options::default(),
    )
    .unwrap();
    let slot = found.bind("b").unwrap();
    let first = found.next().unwrap().unwrap();
    let origin = first.origin_of(slot, 0);
    assert_eq!(
        (origin.line, origin.row, origin.cell.as_deref()),
        (3, Some(1), Some("b"))
    );
    let key = first.key();
    assert_eq!(first.key(), key);
    let keys: Vec<_> = std::iter::from_fn(|| found.next().map(|row| row.unwrap().key())).collect();
    assert_eq!(
        keys[1],
        RecordKey {
            hash: key.hash,
            occurrence: 1
        }
    );
    assert!(keys[0].hash != key.hash && keys[0].hash != keys[2].hash);
}

#[test]
fn csv_spectrum() {
    let Ok(folder) = std::fs::read_dir("../shared/suites/csv-spectrum/csvs") else {
        eprintln!("skipped: ../shared/suites/csv-spectrum is absent");
        return;
    };
    let mut count = 0;
    for path in folder.map(|entry| entry.unwrap().path()) {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let expected =
            std::fs::read(format!("../shared/suites/csv-spectrum/json/{name}.json")).unwrap();
        let expected: Vec<std::collections::BTreeMap<String, String>> =
            serde_json::from_slice(&expected).unwrap();
        let options = Options {
            nulls: Vec::new(),
            ..Options::default()
        };
        let mut table = table(std::fs::read(&path).unwrap(), options).unwrap();
        for object in &expected {
            let slots: Vec<_> = object
                .keys()
                .map(|column| table.bind(column).unwrap())
                .collect();
            let row = table.next().unwrap().unwrap();
            let cells: Vec<_> = slots.iter().map(|&slot| row.plain(slot).unwrap()).collect();
            assert_eq!(cells, object.values().collect::<Vec<_>>(), "{name}");
        }
        assert!(table.next().is_none(), "{name}");
        count += 1;
    }
    assert_eq!(count, 11);
}

#[test]
fn parts_are_what_a_walk_gives() {
    // Long enough for several blocks, with all that moves lines and rows.
    let mut text = String::from("x,y\n");
    for number in 0..30_000 {
        text.push_str(match number % 7 {
            0 => "plain,\"quoted \"\"cell\"\"\"\r\n",
            1 => "\"two\nlines\",z\n\n",
            2 => "\n\r\nb\"c,d\"\n",
            3 => "too,many,cells\n",
            _ => "12345,some more text\n",
        });
    }
    for (end, faults) in [("1,2", 4286), ("\"open", 4287)] {
        let text = format!("{text}{end}");
        let walked = told(&mut *table(&text, Options::default()).unwrap(), &[0, 1]);
        let broken = walked
            .iter()
            .filter(|row| row.contains("BrokenRow"))
            .count();
        assert_eq!(broken, faults);
        let (parts, count) =
            told_in_parts(&mut *table(&text, Options::default()).unwrap(), &[0, 1]);
        assert!(count > 2, "{count}");
        assert_eq!(parts, walked);
    }
}

#[test]
fn escapes_of_dialects() {
    let options = Options {
        quote: Some(b'\''),
        escape: Some(b'\\'),
        ..Options::default()
    };
    let text = "a,b\n'it\\'s, \\\\ so',\"x\"\n";
    assert_eq!(rows(text, &["a", "b"], options), ["2 it's, \\ so|\"x\""]);
    let bare = Options {
        quote: None,
        ..Options::default()
    };
    assert_eq!(rows("a,b\n\"x,y\"\n", &["a", "b"], bare), ["2 \"x|y\""]);
}

proptest! {
    #[test]
    fn any_text_is_cut_as_it_is_walked(text in "([a\"\n\r, ü]|\"\"|\n\"){0,60}") {
        if let (Ok(mut table), Ok(mut whole)) =
            (table(&text, Options::default()), table(&text, Options::default()))
        {
            let (parts, _) = told_in_parts(&mut *whole, &[0, 1]);
            prop_assert_eq!(parts, told(&mut *table, &[0, 1]));
        }
    }

    #[test]
    fn rows_are_counted_as_they_are_read(text in "([a\"\n\r, ü]|\"\"|\n\"){0,60}") {
        let form = Form { delimiter: b',', quote: Some(b'"'), escape: None };
        let found = rows::extent(text.as_bytes(), form, true);
        let block = Block { text: text.clone(), ..Block::default() };
        let mut part = Part::new(block, 1, 0);
        while part.advance(form) {}
        prop_assert_eq!((found.rows, found.end), (part.number, text.len()));
        // Whatever is cut off by a block that ends early is a stretch of whole rows.
        let early = rows::extent(text.as_bytes(), form, false);
        let block = Block { text: text[..early.end].to_owned(), ..Block::default() };
        let mut first = Part::new(block, 1, 0);
        while first.advance(form) { prop_assert!(!first.row.unclosed); }
        prop_assert_eq!((early.rows, early.lines + 1), (first.number, first.line));
    }

    #[test]
    fn what_is_written_is_read(cells in proptest::collection::vec("[ab,\"\n\r ü]{0,6}", 2..20)) {
        let mut text = String::from("x,y\n");
        for pair in cells.chunks_exact(2) {
            let quoted: Vec<_> = pair.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
            text.push_str(&quoted.join(","));
            text.push_str("\r\n");
        }
        let mut table = table(&text, Options { nulls: Vec::new(), ..Options::default() }).unwrap();
        for pair in cells.chunks_exact(2) {
            let row = table.next().unwrap().unwrap();
            prop_assert_eq!(row.plain(0), Some(&*pair[0]));
            prop_assert_eq!(row.plain(1), Some(&*pair[1]));
        }
        prop_assert!(table.next().is_none());
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
        if let Ok(mut table) = table(&bytes, Options::default()) {
            while let Some(row) = table.next() {
                if let Ok(row) = row {
                    let _ = (row.key(), row.origin_of(0, 0), row.quote());
                }
            }
        }
    }
}
