//! Tables and mappings to measure with, the same in every run: nothing is random, nothing is fetched.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

/// A form that the tables are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Csv,
    Json,
    Xml,
}

impl Form {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Xml => "xml",
        }
    }
}

const CSV: &[Form] = &[Form::Csv];
const ALL: &[Form] = &[Form::Csv, Form::Json, Form::Xml];

/// Tables with a mapping.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) forms: &'static [Form],
    /// Distinct statements.
    pub(crate) expected: usize,
    tables: Vec<Table>,
    maps: Vec<Map>,
}

struct Table {
    name: &'static str,
    columns: Vec<String>,
    rows: Box<dyn Fn(usize) -> Vec<String>>,
    count: usize,
}

struct Map {
    name: String,
    table: usize,
    subject: String,
    class: Option<&'static str>,
    rules: Vec<(String, Object)>,
}

enum Object {
    Text(String),
    Typed(&'static str, &'static str),
    /// Map of the parent, column of the child, column of the parent.
    Join(usize, &'static str, &'static str),
}

const BASE: &str = "http://example.org/";
const XSD: &str = "http://www.w3.org/2001/XMLSchema#";
const RDF_TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";

/// Returns the cases: a network of lines, points, stops and visits, and tables with one property each column.
pub(crate) fn cases(scale: usize) -> Vec<Case> {
    let rows = 100_000 * scale;
    vec![
        network(scale),
        columns("raw", rows, 1, |row| Some(row.to_string())),
        columns("dup", rows, 1, |row| {
            Some((row / 2 * 2 * (row % 2)).to_string())
        }),
        columns("empty", rows, 1, |row| {
            (row % 2 == 0).then(|| row.to_string())
        }),
        columns("maps", rows, 4, |row| Some(row.to_string())),
        join(rows),
    ]
}

fn network(scale: usize) -> Case {
    let (points, stops, visits) = (58_000 * scale, 1_260 * scale, 2_400 * scale);
    let lines = points / 2_000;
    let names = |names: &[&str]| {
        names
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<Vec<_>>()
    };
    // Figures that look like measured ones.
    let degrees = |row: usize, by: usize| format!("{}.{:06}", row % 80, row * by % 1_000_000);
    let stop = |stop: usize| format!("stop_{stop:014}");
    let tables = vec![
        Table {
            name: "points",
            columns: names(&["line", "seq", "lat", "lon", "dist"]),
            rows: Box::new(move |row| {
                vec![
                    format!("line_{:014}", row / 2_000),
                    (row % 2_000).to_string(),
                    degrees(row, 7_919),
                    degrees(row, 104_729),
                    format!("{}.25", row % 2_000 * 14),
                ]
            }),
            count: points,
        },
        Table {
            name: "stops",
            columns: names(&["id", "name", "lat", "lon", "parent"]),
            rows: Box::new(move |row| {
                vec![
                    stop(row),
                    format!("Stop & station {row}"),
                    degrees(row, 7_919),
                    degrees(row, 104_729),
                    if row % 4 == 0 {
                        String::new()
                    } else {
                        stop(row / 4 * 4)
                    },
                ]
            }),
            count: stops,
        },
        Table {
            name: "visits",
            columns: names(&["trip", "stop", "time", "number"]),
            rows: Box::new(move |row| {
                let number = row % 24;
                vec![
                    format!("trip_{:014}", row / 24),
                    stop(row * 7 % stops),
                    format!("{:02}:{:02}:00", number / 2, number % 2 * 30),
                    number.to_string(),
                ]
            }),
            count: visits,
        },
    ];
    let rule = |name: &str, object| (name.to_owned(), object);
    let text = |column: &str| Object::Text(column.to_owned());
    let maps = vec![
        Map {
            name: "Line".to_owned(),
            table: 0,
            subject: format!("{BASE}line/{{line}}"),
            class: Some("Line"),
            rules: vec![rule("point", Object::Join(1, "line", "line"))],
        },
        Map {
            name: "Point".to_owned(),
            table: 0,
            subject: format!("{BASE}point/{{line}}-{{seq}}"),
            class: Some("Point"),
            rules: vec![
                rule("lat", Object::Typed("lat", "double")),
                rule("lon", Object::Typed("lon", "double")),
                rule("sequence", text("seq")),
                rule("distance", Object::Typed("dist", "double")),
            ],
        },
        Map {
            name: "Stop".to_owned(),
            table: 1,
            subject: format!("{BASE}stop/{{id}}"),
            class: Some("Stop"),
            rules: vec![
                rule("name", text("name")),
                rule("lat", Object::Typed("lat", "double")),
                rule("lon", Object::Typed("lon", "double")),
                rule("parent", Object::Join(2, "parent", "id")),
            ],
        },
        Map {
            name: "Visit".to_owned(),
            table: 2,
            subject: format!("{BASE}visit/{{trip}}-{{stop}}-{{number}}"),
            class: Some("Visit"),
            rules: vec![
                rule("time", text("time")),
                rule("number", Object::Typed("number", "integer")),
                rule("at", Object::Join(2, "stop", "id")),
            ],
        },
    ];
    Case {
        name: "network",
        forms: ALL,
        expected: lines + 6 * points + 4 * stops + (stops - stops / 4) + 4 * visits,
        tables,
        maps,
    }
}

/// A table of twenty columns, mapped by so many triples maps; `key` tells which rows are the same, and which are empty.
fn columns(name: &'static str, rows: usize, maps: usize, key: fn(usize) -> Option<String>) -> Case {
    let columns: Vec<String> = (1..=20).map(|column| format!("p{column}")).collect();
    let keys: std::collections::HashSet<Option<String>> = (0..rows).map(key).collect();
    let distinct = keys.iter().filter(|key| key.is_some()).count();
    let with_id = std::iter::once("id".to_owned())
        .chain(columns.clone())
        .collect();
    Case {
        name,
        forms: CSV,
        expected: distinct * 20,
        tables: vec![Table {
            name: "data",
            columns: with_id,
            rows: Box::new(move |row| {
                let key = key(row);
                let id = key.clone().unwrap_or_else(|| format!("e{row}"));
                let cells = (1..=20).map(|column| match &key {
                    Some(key) => format!("V_{column}-{key}"),
                    None => String::new(),
                });
                std::iter::once(id).chain(cells).collect()
            }),
            count: rows,
        }],
        maps: columns
            .chunks(20 / maps)
            .enumerate()
            .map(|(number, columns)| Map {
                name: format!("Map{number}"),
                table: 0,
                subject: format!("{BASE}{number}/{{id}}"),
                class: None,
                rules: columns
                    .iter()
                    .map(|column| (column.clone(), Object::Text(column.clone())))
                    .collect(),
            })
            .collect(),
    }
}

/// Children and parents, five of each with one key; every second key has no partner.
fn join(rows: usize) -> Case {
    let names = || vec!["id".to_owned(), "key".to_owned(), "p".to_owned()];
    let table = |name, other: &'static str| Table {
        name,
        columns: names(),
        rows: Box::new(move |row| {
            let key = row / 5;
            let side = if key % 2 == 0 { "" } else { other };
            vec![row.to_string(), format!("{side}{key}"), format!("P{row}")]
        }),
        count: rows,
    };
    let map = |name: &str, table, subject: &str, rule| Map {
        name: name.to_owned(),
        table,
        subject: format!("{BASE}{subject}/{{id}}"),
        class: None,
        rules: vec![rule],
    };
    Case {
        name: "join",
        forms: CSV,
        expected: rows.div_ceil(10) * 25 + rows,
        tables: vec![table("children", "c"), table("parents", "p")],
        maps: vec![
            map(
                "Child",
                0,
                "child",
                ("j".to_owned(), Object::Join(1, "key", "key")),
            ),
            map(
                "Parent",
                1,
                "parent",
                ("p".to_owned(), Object::Text("p".to_owned())),
            ),
        ],
    }
}

/// Writes the tables of a case in a form, the mapping, and what the peers need.
pub(crate) fn write(case: &Case, form: Form, folder: &Path) -> io::Result<()> {
    for table in &case.tables {
        let file = folder.join(format!("{}.{}", table.name, form.name()));
        fs::write(file, written(table, form))?;
    }
    fs::write(folder.join("mapping.ttl"), mapping(case, form))?;
    fs::write(
        folder.join("factmill.toml"),
        "name = \"bench\"\nmappings = [\"mapping.ttl\"]\n",
    )?;
    fs::write(folder.join("query.sql"), query(case))?;
    fs::write(
        folder.join("duck.py"),
        "import duckdb\nfor query in open('query.sql').read().split(';\\n'):\n    if query.strip(): duckdb.sql(query)\n",
    )?;
    fs::write(
        folder.join("morph.ini"),
        "[CONFIGURATION]\noutput_file=morph.nt\noutput_format=N-TRIPLES\nlogging_level=WARNING\n[DS]\nmappings=mapping.ttl\n",
    )
}

fn written(table: &Table, form: Form) -> String {
    let mut text = String::new();
    match form {
        Form::Csv => text = table.columns.join(",") + "\n",
        Form::Json => text.push('['),
        Form::Xml => text.push_str("<rows>\n"),
    }
    for number in 0..table.count {
        let row = (table.rows)(number);
        let filled = table
            .columns
            .iter()
            .zip(&row)
            .filter(|(_, cell)| !cell.is_empty());
        match form {
            Form::Csv => text.push_str(&row.join(",")),
            Form::Json => {
                let members: Vec<String> = filled
                    .map(|(name, cell)| format!("\"{name}\": \"{cell}\""))
                    .collect();
                let comma = if number == 0 { "" } else { "," };
                let _ = write!(text, "{comma}\n{{{}}}", members.join(", "));
            }
            Form::Xml => {
                text.push_str("<row>");
                for (name, cell) in filled {
                    let _ = write!(text, "<{name}>{}</{name}>", cell.replace('&', "&amp;"));
                }
                text.push_str("</row>");
            }
        }
        if form != Form::Json {
            text.push('\n');
        }
    }
    match form {
        Form::Csv => {}
        Form::Json => text.push_str("\n]\n"),
        Form::Xml => text.push_str("</rows>\n"),
    }
    text
}

fn mapping(case: &Case, form: Form) -> String {
    let mut text = String::from(
        "@prefix rr: <http://www.w3.org/ns/r2rml#> .\n@prefix rml: <http://semweb.mmlab.be/ns/rml#> .\n\
         @prefix ql: <http://semweb.mmlab.be/ns/ql#> .\n@base <http://example.org/maps#> .\n",
    );
    let reading = match form {
        Form::Csv => "ql:CSV",
        Form::Json => "ql:JSONPath ; rml:iterator \"$[*]\"",
        Form::Xml => "ql:XPath ; rml:iterator \"/rows/row\"",
    };
    for map in &case.maps {
        let _ = write!(
            text,
            "\n<#{}> a rr:TriplesMap ;\n  rml:logicalSource [ rml:source \"{}.{}\" ; rml:referenceFormulation {reading} ] ;\n  rr:subjectMap [ rr:template \"{}\" ]",
            map.name,
            case.tables[map.table].name,
            form.name(),
            map.subject
        );
        if let Some(class) = map.class {
            let _ = write!(
                text,
                " ;\n  rr:predicateObjectMap [ rr:predicate <{RDF_TYPE}> ; rr:objectMap [ rr:constant <{BASE}{class}> ] ]"
            );
        }
        for (predicate, object) in &map.rules {
            let object = match object {
                Object::Text(column) => format!("rml:reference \"{column}\""),
                Object::Typed(column, datatype) => {
                    format!("rml:reference \"{column}\" ; rr:datatype <{XSD}{datatype}>")
                }
                Object::Join(parent, child, column) => format!(
                    "rr:parentTriplesMap <#{}> ; rr:joinCondition [ rr:child \"{child}\" ; rr:parent \"{column}\" ]",
                    case.maps[*parent].name
                ),
            };
            let _ = write!(
                text,
                " ;\n  rr:predicateObjectMap [ rr:predicate <{BASE}{predicate}> ; rr:objectMap [ {object} ] ]"
            );
        }
        text.push_str(" .\n");
    }
    text
}

/// Returns the columns of a template, and the template as an SQL expression.
fn template(template: &str, side: &str) -> (Vec<String>, String) {
    let (mut columns, mut pieces) = (Vec::new(), Vec::new());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (column, after) = after.split_once('}').unwrap_or((after, ""));
        pieces.push(format!("'{before}'"));
        pieces.push(format!("{side}.\"{column}\""));
        columns.push(column.to_owned());
        rest = after;
    }
    pieces.push(format!("'{rest}'"));
    (columns, pieces.join(" || "))
}

/// Returns the same work as SQL, both sides of a join made distinct first.
fn query(case: &Case) -> String {
    let mut selects = Vec::new();
    for map in &case.maps {
        let (columns, subject) = template(&map.subject, "c");
        let table = case.tables[map.table].name;
        let mut select = |predicate: &str, object: &str, from: &str| {
            selects.push(format!(
                "SELECT DISTINCT '<' || {subject} || '> <{predicate}> ' || {object} || ' .' AS t FROM {from}"
            ));
        };
        if let Some(class) = map.class {
            select(
                RDF_TYPE,
                &format!("'<{BASE}{class}>'"),
                &format!("{table} c"),
            );
        }
        for (predicate, object) in &map.rules {
            let predicate = format!("{BASE}{predicate}");
            match object {
                Object::Text(column) => {
                    select(
                        &predicate,
                        &format!("'\"' || c.\"{column}\" || '\"'"),
                        &format!("{table} c"),
                    );
                }
                Object::Typed(column, datatype) => select(
                    &predicate,
                    &format!("'\"' || c.\"{column}\" || '\"^^<{XSD}{datatype}>'"),
                    &format!("{table} c"),
                ),
                Object::Join(parent, child, column) => {
                    let parent = &case.maps[*parent];
                    let (of_parent, object) = template(&parent.subject, "p");
                    let side = |table: &str, columns: &[String], key: &str| {
                        let mut all: Vec<&str> = columns.iter().map(String::as_str).collect();
                        all.push(key);
                        all.sort_unstable();
                        all.dedup();
                        format!("(SELECT DISTINCT \"{}\" FROM {table})", all.join("\", \""))
                    };
                    let from = format!(
                        "{} c JOIN {} p ON c.\"{child}\" = p.\"{column}\"",
                        side(table, &columns, child),
                        side(case.tables[parent.table].name, &of_parent, column)
                    );
                    select(&predicate, &format!("'<' || {object} || '>'"), &from);
                }
            }
        }
    }
    let mut text = String::from("SET enable_progress_bar = false;\n");
    for table in &case.tables {
        let _ = writeln!(
            text,
            "CREATE TEMP VIEW {0} AS SELECT * FROM read_csv('{0}.csv', header = true, all_varchar = true);",
            table.name
        );
    }
    let _ = writeln!(
        text,
        "COPY (SELECT t FROM ({}) WHERE t IS NOT NULL) TO 'duckdb.nt' (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\\x01');",
        selects.join("\nUNION ALL\n")
    );
    text
}
