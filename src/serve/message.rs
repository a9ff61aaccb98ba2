//! Strict readers of the messages of the Reconciliation Service API, 0.2 and 1.0-draft.
//!
//! A message is compared with the shape that the specification gives it; the first deviation is named with its path.

use serde_json::Value;

use super::shape::Shape::{
    self, And, Bool, Either, Holds, Integer, Map, Number, Set, Such, Text, Type, Word,
};
use super::shape::{MAY, MUST, closed, described, list, named, open};

/// A version of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// 0.2, the report of April 2023.
    V02,
    /// 1.0-draft.
    V10,
}

impl Version {
    /// Returns the version as the manifest names it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::V02 => "0.2",
            Self::V10 => "1.0-draft",
        }
    }
}

/// A kind of message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The description of a service.
    Manifest,
    /// Queries, several at once.
    QueryBatch,
    /// The answer to them.
    ResultBatch,
    /// One candidate of an answer.
    Candidate,
    /// Entities, types suggested for a prefix.
    SuggestEntities,
    /// Types suggested.
    SuggestTypes,
    /// Properties suggested.
    SuggestProperties,
    /// Properties proposed for a type.
    Proposal,
    /// Which properties of which entities are wanted.
    ExtensionQuery,
    /// Their values.
    ExtensionResponse,
    /// What a manifest says of previews.
    Preview,
    /// What a manifest says of extension.
    Extension,
    /// What a manifest says of a suggest service.
    SuggestService,
    /// How to log in.
    Security,
    /// A short text on an entity.
    Flyout,
}

/// Checks that a message has the shape that a version of the specification demands.
///
/// # Errors
/// What deviates first, with its path.
pub fn check(kind: Kind, version: Version, message: &Value) -> Result<(), String> {
    let new = version == Version::V10;
    shape(kind, new).check(message, &mut Vec::new())
}

fn type_or_id(new: bool) -> Shape {
    Either(vec![named(MUST, MAY, new), Text], "a type or its id")
}

fn shape(kind: Kind, new: bool) -> Shape {
    match kind {
        Kind::Manifest => manifest(new),
        Kind::QueryBatch if new => query_batch_10(),
        Kind::QueryBatch => query_batch_02(),
        Kind::ResultBatch => {
            let field = if new { "candidates" } else { "result" };
            let one = open(vec![(field, MUST, list(candidate(new)))]);
            if new {
                open(vec![("results", MUST, list(one))])
            } else {
                Map(Box::new(one))
            }
        }
        Kind::Candidate => candidate(new),
        Kind::SuggestEntities => result(open(described(
            vec![
                ("id", MUST, Text),
                ("name", MUST, Text),
                ("description", MAY, Text),
                ("notable", MAY, list(type_or_id(new))),
            ],
            new,
        ))),
        Kind::SuggestTypes => result(Type(new)),
        Kind::SuggestProperties => {
            let mut fields = property(new);
            if new {
                fields.push(("matchQualifiers", MAY, list(named(MUST, MUST, new))));
            }
            result(open(fields))
        }
        Kind::Proposal => open(vec![
            ("properties", MUST, list(open(property(new)))),
            ("type", MAY, Text),
            ("limit", MAY, Number),
        ]),
        Kind::ExtensionQuery => open(vec![
            ("ids", MUST, list(Text)),
            (
                "properties",
                MUST,
                list(open(vec![
                    ("id", MUST, Text),
                    ("settings", MAY, open(Vec::new())),
                ])),
            ),
        ]),
        Kind::ExtensionResponse => extension_response(new),
        Kind::Preview => preview(new),
        Kind::Extension => extension(new),
        Kind::SuggestService => suggest_service(),
        Kind::Security => security(),
        Kind::Flyout => open(vec![("id", MUST, Text), ("html", MUST, Text)]),
    }
}

fn result(of: Shape) -> Shape {
    open(vec![("result", MUST, list(of))])
}

fn property(new: bool) -> Vec<(&'static str, bool, Shape)> {
    described(
        vec![
            ("id", MUST, Text),
            ("name", MUST, Text),
            ("description", MAY, Text),
        ],
        new,
    )
}

fn candidate(new: bool) -> Shape {
    let feature = described(
        vec![
            ("id", new, Text),
            ("name", new, Text),
            (
                "value",
                new,
                Either(vec![Bool, Number], "a number or true or false"),
            ),
        ],
        new,
    );
    open(described(
        vec![
            ("id", MUST, Text),
            ("name", MUST, Text),
            ("description", MAY, Text),
            ("score", !new, Number),
            ("features", MAY, list(open(feature))),
            ("match", MAY, Bool),
            ("type", MAY, list(type_or_id(new))),
        ],
        new,
    ))
}

fn values(new: bool) -> Shape {
    let one = || Either(vec![Text, Number, Bool, named(MUST, MAY, new)], "a value");
    Either(vec![one(), list(one())], "a value or a list of values")
}

fn query_batch_02() -> Shape {
    let query = closed(vec![
        ("query", MAY, Text),
        (
            "type",
            MAY,
            Either(vec![Text, list(Text)], "a type or a list of types"),
        ),
        ("limit", MAY, Number),
        (
            "properties",
            MAY,
            list(open(vec![("pid", MUST, Text), ("v", MUST, values(false))])),
        ),
        ("type_strict", MAY, Word(&["any", "should", "all"])),
    ]);
    let says_something = |query: &Value| {
        query.get("query").is_some()
            || query
                .get("properties")
                .and_then(Value::as_array)
                .is_some_and(|list| !list.is_empty())
    };
    Map(Box::new(And(
        Box::new(query),
        says_something,
        "a query needs \"query\" or some \"properties\"",
    )))
}

fn query_batch_10() -> Shape {
    let condition = open(vec![
        ("matchType", MUST, Word(&["name", "id", "property"])),
        ("propertyId", MAY, Text),
        ("propertyValue", MUST, values(true)),
        ("required", MAY, Bool),
        ("matchQuantifier", MAY, Word(&["any", "all", "none"])),
        ("matchQualifier", MAY, Text),
    ]);
    let query = closed(described(
        vec![
            ("type", MAY, Text),
            ("limit", MAY, Number),
            ("conditions", MUST, Shape::List(Box::new(condition), 1)),
        ],
        true,
    ));
    open(vec![("queries", MUST, list(query))])
}

fn template(new: bool) -> Shape {
    let url = if new {
        Such(
            |text| {
                text.split_once('{').is_some_and(|(_, rest)| {
                    rest.rsplit_once('}')
                        .is_some_and(|(inner, _)| inner.contains("id"))
                })
            },
            "an address with {id} in it",
        )
    } else {
        Such(
            |text| text.contains("{{id}}"),
            "an address with {{id}} in it",
        )
    };
    open(vec![("url", MUST, url)])
}

fn preview(new: bool) -> Shape {
    let mut fields = vec![("width", MUST, Integer), ("height", MUST, Integer)];
    if !new {
        fields.push((
            "url",
            MUST,
            Such(
                |text| text.contains("{{id}}"),
                "an address with {{id}} in it",
            ),
        ));
    }
    open(fields)
}

fn suggest_service() -> Shape {
    open(vec![
        ("service_url", MAY, Text),
        ("service_path", MAY, Text),
        ("flyout_service_url", MAY, Text),
        (
            "flyout_service_path",
            MAY,
            Such(|text| text.contains("${id}"), "a path with ${id} in it"),
        ),
    ])
}

fn setting(kind: &'static [&'static str], default: Shape, new: bool) -> Shape {
    let (first, second, help) = if new {
        ("id", "name", "helpText")
    } else {
        ("label", "name", "help_text")
    };
    let mut fields = vec![
        ("type", MUST, Word(kind)),
        ("default", MAY, default),
        (first, MUST, Text),
        (second, MUST, Text),
        (help, MAY, Text),
    ];
    if kind == ["select"] {
        let choice = described(vec![("value", MUST, Text), ("name", MUST, Text)], new);
        fields.push(("choices", MUST, list(open(choice))));
    }
    open(described(fields, new))
}

fn extension(new: bool) -> Shape {
    let settings = list(Either(
        vec![
            setting(&["number"], Number, new),
            setting(&["text"], Text, new),
            setting(&["checkbox"], Bool, new),
            setting(&["select"], Text, new),
        ],
        "a setting of one of the types number, text, checkbox, select",
    ));
    if new {
        return open(vec![
            ("proposeProperties", MAY, Bool),
            ("propertySettings", MAY, settings),
        ]);
    }
    open(vec![
        (
            "propose_properties",
            MAY,
            open(vec![
                ("service_url", MAY, Text),
                ("service_path", MAY, Text),
            ]),
        ),
        ("property_settings", MAY, settings),
    ])
}

fn security() -> Shape {
    Either(
        vec![
            open(vec![
                ("type", MUST, Word(&["apiKey"])),
                ("name", MUST, Text),
                ("in", MUST, Word(&["header", "query", "cookie"])),
            ]),
            open(vec![
                ("type", MUST, Word(&["http"])),
                ("scheme", MUST, Text),
            ]),
            open(vec![("type", MUST, Word(&["basic", "oauth2"]))]),
            open(vec![
                ("type", MUST, Word(&["openIdConnect"])),
                ("openIdConnectUrl", MUST, Text),
            ]),
        ],
        "a security scheme of OpenAPI",
    )
}

fn manifest(new: bool) -> Shape {
    let suggest = if new {
        open(vec![
            ("entity", MUST, Bool),
            ("property", MUST, Bool),
            ("type", MUST, Bool),
        ])
    } else {
        open(vec![
            ("entity", MAY, suggest_service()),
            ("property", MAY, suggest_service()),
            ("type", MAY, suggest_service()),
        ])
    };
    let mut fields = vec![
        (
            "versions",
            MUST,
            Holds(if new { "1.0-draft" } else { "0.2" }),
        ),
        ("name", MUST, Text),
        ("documentation", MAY, Text),
        ("serviceVersion", MAY, Text),
        ("logo", MAY, Text),
        ("authentication", MAY, security()),
        ("view", new, template(new)),
        (
            if new { "featureView" } else { "feature_view" },
            MAY,
            template(new),
        ),
        ("defaultTypes", MAY, Set(Box::new(Type(new)))),
        ("suggest", MAY, suggest),
        ("preview", MAY, preview(new)),
        ("extend", MAY, extension(new)),
    ];
    if new {
        fields.push(("standardizedScore", MAY, Bool));
    } else {
        fields.push(("identifierSpace", MUST, Text));
        fields.push(("schemaSpace", MUST, Text));
    }
    open(described(fields, new))
}

fn extension_response(new: bool) -> Shape {
    let value = || {
        Either(
            vec![
                closed(Vec::new()),
                closed(described(property(false), new)),
                closed(described(vec![("str", MUST, Text)], new)),
                closed(vec![("float", MUST, Number)]),
                closed(vec![("int", MUST, Integer)]),
                closed(vec![(
                    "date",
                    MUST,
                    Such(is_date_time, "a date and time of ISO 8601"),
                )]),
            ],
            "an entity, a text, a number, a date or nothing",
        )
    };
    let rows = if new {
        let cell = open(vec![("id", MAY, Text), ("values", MAY, list(value()))]);
        list(open(vec![
            ("id", MAY, Text),
            ("properties", MAY, list(cell)),
        ]))
    } else {
        Map(Box::new(Map(Box::new(list(value())))))
    };
    let meta = described(
        vec![
            ("id", MUST, Text),
            ("name", MUST, Text),
            ("type", MAY, named(MUST, MAY, new)),
            (
                "service",
                MAY,
                Such(
                    |text| text.starts_with("http://") || text.starts_with("https://"),
                    "an address",
                ),
            ),
        ],
        new,
    );
    open(vec![("meta", MUST, list(open(meta))), ("rows", MUST, rows)])
}

/// Whether a text is a date and time of ISO 8601 with seconds.
fn is_date_time(text: &str) -> bool {
    let Some((date, time)) = text.split_once('T') else {
        return false;
    };
    let two = |text: &str, least: u8, most: u8| {
        text.len() == 2
            && text.bytes().all(|byte| byte.is_ascii_digit())
            && text
                .parse::<u8>()
                .is_ok_and(|number| (least..=most).contains(&number))
    };
    let unsigned = date.strip_prefix('-').unwrap_or(date);
    let parts: Vec<&str> = unsigned.split('-').collect();
    let [year, month, day] = parts[..] else {
        return false;
    };
    let year = year.len() >= 4
        && year.bytes().all(|byte| byte.is_ascii_digit())
        && (year.len() == 4 || !year.starts_with('0'));
    let zone = time.find(['Z', '+', '-']).unwrap_or(time.len());
    let (clock, zone) = time.split_at(zone);
    let zone = match zone.strip_prefix(['+', '-']) {
        Some(offset) => offset
            .split_once(':')
            .is_some_and(|(hours, minutes)| two(hours, 0, 23) && two(minutes, 0, 59)),
        None => zone.is_empty() || zone == "Z",
    };
    let (clock, fraction) = clock
        .split_once('.')
        .map_or((clock, "0"), |(clock, fraction)| (clock, fraction));
    let clock: Vec<&str> = clock.split(':').collect();
    let [hours, minutes, seconds] = clock[..] else {
        return false;
    };
    year && two(month, 1, 12)
        && two(day, 1, 31)
        && two(hours, 0, 23)
        && two(minutes, 0, 59)
        && two(seconds, 0, 59)
        && !fraction.is_empty()
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
        && zone
}
