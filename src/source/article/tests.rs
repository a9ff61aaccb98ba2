use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;
use crate::record::FaultKind;
use crate::source::article::table::cell_text;
use crate::source::text::fold_space;

const GUILD: &str = "\u{feff}= Guild of Millers =\r\n\r\nInfobox\r\n- Logo: 120px\r\n- Parts: Wheel, Stone (old, worn)\r\n\
    - Head1_title: Master\r\n- Head1_name: Ada Oak\r\n- Head2_name: Bo Elm\r\n\r\n\
    The Guild of Millers (Гильдия мельников;  صنف آسیابانان) was a guild. It met\r\nin a mill.\r\n\r\n\
    == Masters ==\r\nThere were four:\r\n\r\n| Name | Took seat | Notes |\r\n| First hall | | |\r\n| Ada | 1901 | a \\| b |\r\n\
    | Bo | 1905 | |\r\n| Last hall | | |\r\n";

const KEYS: &str = "scope,written,canonical,pattern,reason\ninfobox,head name,head,,\ninfobox,head title,head/label,,\n\
    infobox,logo,,^\\d+px$,\"a size, not a fact\"\ncolumn,Took seat,start,,\n";

fn article(text: &str) -> Article {
    Article::parse(Arc::from(text), Arc::from("a.txt"))
}

/// Returns the records of an iterator, each as its line, column and values (`~` for null), and the faults.
fn dump(
    article: &Article,
    iterator: &str,
    synonyms: Option<&Synonyms>,
    columns: &[&str],
) -> (Vec<String>, Vec<String>) {
    let mut records = article.records(iterator, synonyms).unwrap();
    let slots: Vec<_> = columns
        .iter()
        .map(|column| records.bind(column).unwrap())
        .collect();
    let (mut rows, mut faults) = (Vec::new(), Vec::new());
    while let Some(record) = records.next() {
        match record {
            Ok(record) => {
                let origin = record.origin();
                let values: Vec<_> = slots
                    .iter()
                    .map(|&slot| record.plain(slot).unwrap_or("~"))
                    .collect();
                rows.push(format!(
                    "{}:{} {}",
                    origin.line,
                    origin.column,
                    values.join("|")
                ));
            }
            Err(fault) => faults.push(format!(
                "{}:{} {:?}",
                fault.origin.line, fault.origin.column, fault.kind
            )),
        }
    }
    (rows, faults)
}

#[test]
fn every_iterator_makes_its_records() {
    let guild = article(GUILD);
    let keys = Synonyms::read(KEYS, "keys.csv").unwrap();
    let all = |iterator, columns: &[&str]| dump(&guild, iterator, Some(&keys), columns).0;
    assert_eq!(
        all("article", &["title", "file"]),
        ["1:1 Guild of Millers|a.txt"]
    );
    assert_eq!(
        all("infobox", &["key", "written", "value"]),
        [
            "4:1 logo|Logo|~",
            "5:1 parts|Parts|Wheel, Stone (old, worn)",
            "6:1 head/label|Head1_title|Master",
            "7:1 head|Head1_name|Ada Oak",
            "8:1 head|Head2_name|Bo Elm",
        ]
    );
    assert_eq!(
        all(
            "infobox[ Head ]",
            &["item", "label", "number", "note", "title"]
        ),
        [
            "7:15 Ada Oak|Master|1|~|Guild of Millers",
            "8:15 Bo Elm|Head2_name|2|~|Guild of Millers"
        ]
    );
    assert_eq!(
        all("infobox[parts]", &["item"]),
        ["5:10 Wheel", "5:17 Stone (old, worn)"]
    );
    assert_eq!(all("infobox[logo]", &["item"]), Vec::<String>::new());
    assert_eq!(
        all("names", &["name", "label"]),
        ["10:23 Гильдия мельников|~", "10:43 صنف آسیابانان|~"]
    );
    assert_eq!(
        all(
            "rows",
            &[
                "heading",
                "section",
                "table",
                "row",
                "Name",
                "start",
                "Notes",
                "Took seat",
                "other"
            ]
        ),
        [
            "18:1 First hall|Masters|1|1|Ada|1901|a | b|~|~",
            "19:1 First hall|Masters|1|2|Bo|1905|~|~|~",
            "20:1 First hall|Masters|1|3|Last hall|~|~|~|~",
        ]
    );
    assert_eq!(
        all("sentences", &["text", "section", "paragraph", "sentence"]),
        [
            "10:1 The Guild of Millers (Гильдия мельников; صنف آسیابانان) was a guild.|Guild of Millers|1|1",
            "10:71 It met in a mill.|Guild of Millers|1|2",
            "14:1 There were four:|Masters|2|1",
        ]
    );
    assert_eq!(all("paragraphs", &["paragraph"]).len(), 2);
    assert_eq!(all("sections", &["heading", "level"]), ["13:1 Masters|2"]);
}

#[test]
fn faults_come_with_the_records() {
    let text = "= A =\nInfobox\n- Key: x\nstray\n\n| a | b | a | row |\n| 1 | 2 | 3 | 4 |\n| 1 | 2 | 3 | 4 | 5 |\n| lone |\n";
    let (rows, faults) = dump(&article(text), "rows", None, &["a", "b", "row"]);
    assert_eq!(rows, ["7:1 1|2|1", "9:1 lone|~|2"]);
    assert_eq!(
        faults,
        [
            "4:1 UnknownLine",
            "8:1 BrokenRow",
            "6:11 BrokenRow",
            "6:15 BrokenRow",
            "9:1 LonelyCell"
        ]
    );
    let (rows, faults) = dump(&article(text), "article", None, &["title"]);
    assert_eq!((rows.len(), faults.len()), (1, 2));
}

#[test]
fn origins_quotes_and_keys() {
    let guild = article(GUILD);
    let mut rows = guild.records("rows", None).unwrap();
    let [name, heading] = ["Name", "heading"].map(|column| rows.bind(column).unwrap());
    let row = rows.next().unwrap().unwrap();
    let origin = row.origin_of(name, 0);
    assert_eq!(
        (
            origin.line,
            origin.column,
            origin.row,
            origin.cell.as_deref()
        ),
        (18, 3, Some(1), Some("Name"))
    );
    assert_eq!(row.origin_of(heading, 0).line, 17);
    assert_eq!(row.quote().unwrap(), "| Ada | 1901 | a \\| b |");
    let key = row.key();
    let moved = article(&GUILD.replace(
        "== Masters ==",
        "Another paragraph.\n\n== Masters ==\n\n| x |\n| y |\n",
    ));
    let mut rows = moved.records("rows", None).unwrap();
    let keys: Vec<_> = std::iter::from_fn(|| rows.next().map(|row| row.ok().map(|row| row.key())))
        .flatten()
        .collect();
    assert!(keys.contains(&key));
    let twice = article("= A =\nInfobox\n- Part: x, y, x\n");
    let mut items = twice.records("infobox[part]", None).unwrap();
    let keys: Vec<_> =
        std::iter::from_fn(|| items.next().map(|item| item.unwrap().key())).collect();
    assert_eq!(
        (keys[0].hash, keys[0].occurrence, keys[2].occurrence),
        (keys[2].hash, 0, 1)
    );
}

#[test]
fn wrong_iterators_and_references_are_told() {
    let guild = article(GUILD);
    let error = guild.records("row", None).err().unwrap();
    assert!(error.0[0].hints[0].contains("\"rows\"") && error.0[0].hints[1].contains("sentences"));
    for wrong in [
        "",
        "infobox[",
        "infobox[]",
        "infobox[ _ ]",
        "tables",
        "infobox[a]b",
    ] {
        assert!(guild.records(wrong, None).is_err(), "{wrong}");
    }
    let fault = guild
        .records("names", None)
        .unwrap()
        .bind("nmae")
        .unwrap_err();
    assert_eq!(
        (fault.kind, fault.hint.as_deref()),
        (FaultKind::UnknownReference, Some("did you mean \"name\"?"))
    );
    assert!(
        guild
            .records("rows", None)
            .unwrap()
            .bind("Anything")
            .is_ok()
    );
}

#[test]
fn units_stand_where_the_records_say() {
    let guild = article(GUILD);
    let keys = Synonyms::read(KEYS, "keys.csv").unwrap();
    let units = guild.units(Some(&keys));
    assert_eq!(units.len(), 6 + 2 + 5 + 2);
    assert_eq!(units[0].ignored.as_deref(), Some("a size, not a fact"));
    let unknown: Vec<_> = units
        .iter()
        .filter(|unit| !unit.known)
        .map(|unit| (unit.origin.line, unit.origin.column))
        .collect();
    assert_eq!(
        unknown,
        [
            (5, 10),
            (5, 17),
            (17, 3),
            (18, 3),
            (18, 16),
            (19, 3),
            (20, 3)
        ]
    );
    let mut rows = guild.records("rows", Some(&keys)).unwrap();
    let slots = ["Name", "start", "Notes", "heading"].map(|column| rows.bind(column).unwrap());
    let mut used = Vec::new();
    while let Some(row) = rows.next() {
        let Ok(row) = row else { continue };
        used.extend(
            slots
                .iter()
                .filter(|&&slot| row.plain(slot).is_some())
                .map(|&slot| row.origin_of(slot, 0).span),
        );
    }
    let cells = units
        .iter()
        .filter(|unit| matches!(unit.what, UnitKind::Cell { .. } | UnitKind::Heading { .. }));
    assert!(
        cells.clone().count() == 7 && cells.clone().all(|unit| used.contains(&unit.origin.span))
    );
}

#[test]
fn passages_are_in_order() {
    let passages = passages(GUILD);
    assert_eq!(passages.len(), 1 + 5 + 3 + 1 + 5);
    assert!(
        passages
            .windows(2)
            .all(|two| two[0].span.end <= two[1].span.start)
    );
    assert_eq!((passages[7].line, passages[7].column), (10, 71));
}

fn shared() -> Option<Article> {
    let text = std::fs::read_dir("../shared/data").ok().and_then(|files| {
        let mut texts = files.filter_map(|file| Some(file.ok()?.path()));
        std::fs::read(texts.find(|path| path.extension().is_some_and(|ending| ending == "txt"))?)
            .ok()
    });
    if text.is_none() {
        eprintln!("skipped: ../shared/data is absent");
    }
    text.map(|text| article(text::decode(&text, "a.txt").unwrap()))
}

#[test]
fn a_real_article() {
    let Some(real) = shared() else { return };
    let count = |iterator, columns: &[&str]| {
        let (rows, faults) = dump(&real, iterator, None, columns);
        assert_eq!(faults, Vec::<String>::new(), "{iterator}");
        rows
    };
    assert_eq!(count("infobox", &["value"]).len(), 8);
    let names = count("names", &["name"]);
    assert_eq!(names.len(), 4);
    assert!(names[3].starts_with("13:113 "), "{names:?}");
    let rows = count("rows", &["heading", "Name", "section"]);
    let headings: std::collections::BTreeSet<_> = rows
        .iter()
        .filter_map(|row| row.split(['|', ' ']).nth(1))
        .collect();
    assert_eq!((rows.len(), headings.len()), (7, 2));
    assert!(
        rows.iter()
            .all(|row| !row.contains('~') && row.ends_with("|Party leaders"))
    );
    assert_eq!(count("sentences", &["text"]).len(), 3 + 1 + 6 + 2 + 1);
    assert_eq!(real.units(None).len(), 10 + 2 + 21 + 4);
}

#[test]
fn hostile_articles_take_linear_time() {
    let wide = |unit: &str, count: usize| unit.repeat(count);
    let texts = [
        format!("= A =\n{}", wide("A b c. ", 1_500_000)),
        format!("= A =\n({}", wide("(", 1_000_000)),
        format!("= A =\nInfobox\n- K: {}", wide("x (1920), ", 200_000)),
        format!("= A =\nInfobox\n- K:\n{}", wide("  - x\n", 200_000)),
        format!(
            "= A =\n|{}\n|{}\n| x |\n",
            wide("a|", 100_000),
            wide("1|", 100_000)
        ),
        format!("= A =\n{}", wide("| a | b |\n", 200_000)),
        format!("= A =\n{}", wide("=", 1_000_000)),
        format!("= A =\n{}", wide("\n", 1_000_000)),
    ];
    for text in texts {
        let start = Instant::now();
        let hostile = article(&text);
        for iterator in [
            "infobox",
            "infobox[k]",
            "names",
            "rows",
            "sentences",
            "paragraphs",
        ] {
            let mut records = hostile.records(iterator, None).unwrap();
            while let Some(record) = records.next() {
                let _ = record.map(|record| record.origin());
            }
        }
        let _ = (hostile.units(None), hostile.passages());
        assert!(start.elapsed() < Duration::from_secs(60), "{}", &text[..40]);
    }
}

fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        "[=]{0,3} ?[a-cб ]{0,5} ?[=]{0,3}",
        "Infobox ?[a-c:]{0,3}",
        " {0,2}[-*•] ?[ak1_]{1,4} ?:? ?[ab,;()1920–·ا<br>\u{a0}]{0,20}",
        "[|] ?[a-c|\\\\ ü1]{0,16}[|]?",
        "[A-Ca-c.!?…() ;:é\u{301}\t1]{0,40}",
        "[A-Z][a-z]{0,3} \\([Б-Яa-c;:, ]{0,20}\\) is[.]",
        "",
    ]
}

proptest! {
    #[test]
    fn every_value_stands_where_its_origin_says(lines in proptest::collection::vec(line(), 0..24), crlf in proptest::bool::ANY) {
        let text = format!("= A =\n{}", lines.join("\n"));
        let text = if crlf { text.replace('\n', "\r\n") } else { text };
        let any = article(&text);
        let computed = ["file", "key", "table", "row", "paragraph", "sentence", "level", "number", "start", "end"];
        let columns = ["title", "key", "written", "value", "item", "note", "period", "label", "name", "heading", "section",
            "text", "a", "b", "c", "ü", "1"];
        for iterator in ["article", "infobox", "infobox[a]", "infobox[k]", "names", "rows", "paragraphs", "sentences", "sections"] {
            let mut records = any.records(iterator, None).unwrap();
            let slots: Vec<_> = columns.iter().filter(|column| !computed.contains(column)).filter_map(|column| records.bind(column).ok()).collect();
            while let Some(record) = records.next() {
                let Ok(record) = record else { continue };
                for &slot in &slots {
                    let Some(value) = record.plain(slot) else { continue };
                    let origin = record.origin_of(slot, 0);
                    let (start, end) = origin.span.unwrap();
                    let written = &text[start as usize..end as usize];
                    let table = iterator == "rows";
                    let shown = if table { cell_text(written) } else { fold_space(written) };
                    prop_assert_eq!(value, shown);
                    let line = text.split('\n').nth(origin.line as usize - 1).unwrap();
                    let rest: String = line.chars().skip(origin.column as usize - 1).collect();
                    prop_assert!(rest.starts_with(written.split('\n').next().unwrap().trim_end_matches('\r')));
                }
                prop_assert!(record.quote().is_some());
            }
        }
        let _ = (any.units(None), any.passages());
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,200}") {
        let any = article(&text);
        for iterator in ["infobox", "names", "rows", "sentences"] {
            let mut records = any.records(iterator, None).unwrap();
            while records.next().is_some() {}
        }
    }
}
