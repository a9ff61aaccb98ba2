//! Seeded faults: every kind of contradiction is found in mutated copies of the example and explained with the sources of
//! both sides, the untouched example has its two, and where nothing contradicts nothing is told.

use serde_json::Value;

use crate::support::Project;

const ARTICLE: &str = "data/articles/communist-party-of-bukhara.txt";
const OTHER: &str = "data/articles/other.txt";
const LIVES: &str = "data/persons.csv";
const EVENTS: &str = "data/events.csv";
const SPANS: &str = "data/lifespans.csv";
const CLAIMS: &str = "data/claims.csv";
const AFFILIATIONS: &str = "data/affiliations.csv";

/// A change: file, what stands there, what shall stand there; without an old text the new one is appended.
type Edit<'a> = (&'a str, &'a str, &'a str);

/// What the untouched example has.
const KNOWN: [(&str, &str); 2] = [
    (
        "claimed duration",
        "\"five-year existence\" against 1918-09 to 1924-10-27",
    ),
    (
        "event after dissolution",
        "the tenure of Akhmetbek Mavlyanbekov ends 1924-11-15, after the dissolution 1924-10-27",
    ),
];

/// Builds a changed copy of the example and returns its contradictions beyond the known ones.
#[track_caller]
fn beyond(edits: &[Edit<'_>]) -> (Project, Vec<Value>) {
    let project = Project::example();
    for (file, old, new) in edits {
        if old.is_empty() {
            let before = std::fs::read_to_string(project.path(file)).unwrap_or_default();
            project.write(file, &format!("{before}{new}"));
        } else {
            project.replace(file, old, new);
        }
    }
    let _ = project.run(&["build"]).expect(0);
    let found = conflicts(&project);
    let beyond = found
        .into_iter()
        .filter(|one| {
            !KNOWN
                .iter()
                .any(|(kind, detail)| one["kind"] == *kind && one["detail"] == *detail)
        })
        .collect();
    (project, beyond)
}

#[track_caller]
fn conflicts(project: &Project) -> Vec<Value> {
    let text = project.run(&["conflicts", "--json"]).expect(0);
    let value: Value = serde_json::from_str(&text).unwrap();
    let found = value["conflicts"].as_array().unwrap().clone();
    // The saved query says the same.
    assert_eq!(project.rows("contradictions").len(), found.len());
    found
}

/// Demands that a change is found as a contradiction of this kind, with a source of each side, one of them what was changed.
#[track_caller]
fn seeded(kind: &str, edits: &[Edit<'_>]) {
    let (project, found) = beyond(edits);
    for one in &found {
        let statements = one["statements"].as_array().unwrap();
        assert!(statements.len() >= 2, "{one:#}");
        for statement in statements {
            let places = places(statement);
            assert!(
                places
                    .iter()
                    .any(|(file, line)| file.starts_with("data/") && *line > 0),
                "{one:#}"
            );
        }
    }
    let changed: Vec<(String, u64)> = edits
        .iter()
        .map(|(file, _, new)| {
            let text = project.read(file);
            let at = text
                .find(new)
                .unwrap_or_else(|| panic!("{new:?} in {file}"));
            let first_line = text[..at].matches('\n').count() as u64 + 1;
            ((*file).to_owned(), first_line)
        })
        .collect();
    let explained = found.iter().filter(|one| one["kind"] == kind).any(|one| {
        let all: Vec<_> = one["statements"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(places)
            .collect();
        changed.iter().any(|(file, line)| {
            // A text of several lines may be explained by any of them.
            all.iter()
                .any(|(other, at)| other == file && (at >= line) && *at <= line + 20)
        })
    });
    assert!(explained, "{kind} is not found for {edits:?}:\n{found:#?}");
}

fn places(statement: &Value) -> Vec<(String, u64)> {
    let derivations = statement["derivations"].as_array().unwrap().iter();
    derivations
        .flat_map(|one| one["places"].as_array().unwrap())
        .map(|place| {
            let file = place["file"].as_str().unwrap().to_owned();
            (file, place["line"].as_u64().unwrap_or(0))
        })
        .collect()
}

/// Demands that a change makes contradictions of these kinds and no others.
#[track_caller]
fn exactly(kinds: &[&str], edits: &[Edit<'_>]) {
    let (_, found) = beyond(edits);
    let mut told: Vec<&str> = found
        .iter()
        .filter_map(|one| one["kind"].as_str())
        .collect();
    told.sort_unstable();
    assert_eq!(told, kinds, "{edits:?}: {found:#?}");
}

#[test]
fn the_untouched_example_has_its_two() {
    let (project, found) = beyond(&[]);
    assert_eq!(found, Vec::<Value>::new());
    assert_eq!(conflicts(&project).len(), 2);
}

#[test]
fn what_happens_after_the_dissolution() {
    let kind = "event after dissolution";
    for edits in [
        &[(ARTICLE, "15 November 1924", "15 November 1926")] as &[Edit<'_>],
        &[(ARTICLE, "| December 1923 |\n", "| July 1925 |\n")],
        &[(
            ARTICLE,
            "27 June 1919 | 6 October 1920",
            "27 June 1919 | 6 October 1926",
        )],
        &[(ARTICLE, "10 January 1922", "10 January 1932")],
        &[(
            ARTICLE,
            "5 July 1921 | 10 January 1922",
            "5 July 1931 | 10 January 1932",
        )],
        &[(ARTICLE, "(1922–1924)", "(1922–1926)")],
        &[(ARTICLE, "| June 1923 |", "| 1925 |")],
        &[(AFFILIATIONS, "1922-02-01", "1925-02-01")],
        &[(
            EVENTS,
            "Bukhara,Congress,1920-08-16/1920-08-18",
            "Bukhara,Congress,1926-08-16/1926-08-18",
        )],
        &[(
            EVENTS,
            "International,Congress,1920-22",
            "International,Congress,1926-22",
        )],
        &[(EVENTS, ",,1920-10-08,", ",,1925-10-08,")],
        // The dissolution is moved in every source, before tenures and events.
        &[
            (ARTICLE, "27 October 1924", "27 October 1922"),
            (SPANS, ",,1924,", ",,1922,"),
        ],
        &[
            (ARTICLE, "27 October 1924", "1 January 1920"),
            (SPANS, ",,1924,", ",,1920-01,"),
        ],
    ] {
        seeded(kind, edits);
    }
}

#[test]
fn what_happens_before_the_foundation() {
    let kind = "event before foundation";
    for edits in [
        &[(ARTICLE, "27 June 1919", "27 June 1917")] as &[Edit<'_>],
        &[(
            ARTICLE,
            "27 June 1919 | 6 October 1920",
            "27 June 1909 | 6 October 1910",
        )],
        &[(ARTICLE, "| 1922 | June 1923", "| 1912 | June 1913")],
        &[(ARTICLE, "| 4 July 1923 |", "| 4 July 1913 |")],
        &[(ARTICLE, "(1922–1924)", "(1912–1924)")],
        &[(AFFILIATIONS, "1922-02-01", "1918-02-01")],
        &[(
            EVENTS,
            "Bukhara,Congress,1920-08-16/1920-08-18",
            "Bukhara,Congress,1902-08-16/1902-08-18",
        )],
        &[(
            EVENTS,
            "International,Congress,1920-22",
            "International,Congress,1916-22",
        )],
        &[(EVENTS, ",,1920-10-08,", ",,1910-10-08,")],
        &[(
            EVENTS,
            "Dissolution of the Communist Party of Bukhara,,1924",
            "Dissolution of the Communist Party of Bukhara,,1914",
        )],
        &[
            (ARTICLE, "September 1918", "September 1921"),
            (SPANS, ",1918,", ",1921,"),
        ],
        &[
            (ARTICLE, "September 1918", "1 July 1919"),
            (SPANS, ",1918,", ",1919-07,"),
        ],
    ] {
        seeded(kind, edits);
    }
}

#[test]
fn two_holders_of_one_seat() {
    let kind = "overlapping tenures";
    let row = "| Abdurashid Mukamilov |";
    let second = |start: &str, end: &str| format!("| Somebody Else | {start} | {end} |\n{row}");
    seeded(
        kind,
        &[(ARTICLE, row, &second("1 August 1921", "1 September 1921"))],
    );
    seeded(
        kind,
        &[(ARTICLE, row, &second("5 July 1921", "10 January 1922"))],
    );
    seeded(kind, &[(ARTICLE, row, &second("1921", "1923"))]);
    seeded(kind, &[(ARTICLE, row, &second("1 August 1921", ""))]);
    for edits in [
        &[(ARTICLE, "| 4 July 1923 |", "| 4 January 1923 |")] as &[Edit<'_>],
        &[(ARTICLE, "| December 1923 |\n", "| December 1924 |\n")],
        &[(ARTICLE, "| June 1923 |", "| June 1924 |")],
        &[(ARTICLE, "10 January 1922", "10 January 1923")],
        &[(
            ARTICLE,
            "27 June 1919 | 6 October 1920",
            "27 June 1919 | 6 October 1921",
        )],
        &[(
            ARTICLE,
            "23 February 1921 | 3 July 1921",
            "23 February 1920 | 3 July 1921",
        )],
        &[(
            ARTICLE,
            "6 October 1920 | 23 February 1921",
            "6 October 1919 | 23 February 1921",
        )],
        &[(
            ARTICLE,
            "Mavlyanbekov | December 1923",
            "Mavlyanbekov | December 1922",
        )],
        &[(
            ARTICLE,
            "Mavlyanbekov | December 1923",
            "Mavlyanbekov | 1922",
        )],
        &[(
            ARTICLE,
            "5 July 1921 | 10 January 1922",
            "5 July 1923 | 10 January 1924",
        )],
    ] {
        seeded(kind, edits);
    }
    // One more holder is also one more than the article counts.
    exactly(
        &["claimed number", kind],
        &[(ARTICLE, row, &second("1 August 1921", "1 September 1921"))],
    );
    // Who only acts is no second holder, and an overlap that is only possible is none: he may have left on the first of June.
    exactly(
        &[],
        &[(
            ARTICLE,
            "Rakhimbayev | 4 July 1923 |",
            "Rakhimbayev (acting) | 4 January 1923 |",
        )],
    );
    exactly(
        &[],
        &[(
            ARTICLE,
            "Rakhimbayev | 4 July 1923 |",
            "Rakhimbayev | 4 June 1923 |",
        )],
    );
}

#[test]
fn an_end_before_its_beginning() {
    let kind = "end before beginning";
    for edits in [
        &[(
            ARTICLE,
            "6 October 1920 | 23 February 1921",
            "6 October 1920 | 23 February 1920",
        )] as &[Edit<'_>],
        &[(
            ARTICLE,
            "27 June 1919 | 6 October 1920",
            "27 June 1921 | 6 October 1920",
        )],
        &[(
            ARTICLE,
            "27 June 1919 | 6 October 1920",
            "6 October 1920 | 27 June 1919",
        )],
        &[(
            ARTICLE,
            "23 February 1921 | 3 July 1921",
            "23 February 1922 | 3 July 1921",
        )],
        &[(
            ARTICLE,
            "5 July 1921 | 10 January 1922",
            "5 July 1922 | 10 January 1922",
        )],
        &[(ARTICLE, "| 1922 | June 1923", "| 1923 | June 1922")],
        &[(ARTICLE, "| 1922 | June 1923", "| 1924 | June 1923")],
        &[(
            ARTICLE,
            "4 July 1923 | December 1923",
            "4 July 1923 | June 1923",
        )],
        &[(
            ARTICLE,
            "December 1923 | 15 November 1924",
            "December 1924 | 15 November 1924",
        )],
        &[(ARTICLE, "(1922–1924)", "(1924–1922)")],
        &[(AFFILIATIONS, "1922-02-01,,", "1922-02-01,1921,")],
    ] {
        seeded(kind, edits);
    }
    exactly(
        &[kind],
        &[(
            ARTICLE,
            "6 October 1920 | 23 February 1921",
            "6 October 1920 | 23 February 1920",
        )],
    );
}

#[test]
fn a_dissolution_before_the_foundation() {
    let kind = "dissolution before foundation";
    let both = |article: &str, curated: &str| {
        seeded(
            kind,
            &[
                (ARTICLE, "27 October 1924", article),
                (SPANS, ",,1924,", &format!(",,{curated},")),
            ],
        );
    };
    both("27 October 1914", "1914");
    both("27 October 1917", "1917");
    both("August 1918", "1918-08");
    both("1910", "1910");
    both("1 January 1918", "1918-01-01");
    let both = |article: &str, curated: &str| {
        seeded(
            kind,
            &[
                (ARTICLE, "September 1918", article),
                (SPANS, ",1918,", &format!(",{curated},")),
            ],
        );
    };
    both("September 1928", "1928");
    both("1925", "1925");
    both("28 October 1924", "1924-10-28");
    both("1 November 1924", "1924-11");
    both("1930s", "1931");
}

#[test]
fn two_sources_that_differ() {
    let kind = "different values";
    for new in [
        "September 1917",
        "September 1919",
        "1 January 1919",
        "1905",
        "c. 1912",
        "October 1921",
    ] {
        seeded(kind, &[(ARTICLE, "September 1918", new)]);
    }
    for new in [
        "27 October 1922",
        "27 October 1925",
        "1930",
        "27 October 1923",
    ] {
        seeded(kind, &[(ARTICLE, "27 October 1924", new)]);
    }
    seeded(kind, &[(SPANS, ",1918,", ",1917,")]);
    seeded(kind, &[(SPANS, ",1918,", ",1918-10,")]);
    seeded(kind, &[(SPANS, ",,1924,", ",,1923,")]);
    // What depends on a date that another source corrects is not told a second time.
    exactly(&[kind], &[(ARTICLE, "September 1918", "September 1920")]);
    exactly(&[kind], &[(ARTICLE, "27 October 1924", "27 October 1920")]);
    // A coarser date that holds the finer one is no contradiction.
    // (The known one is told with it.)
    exactly(&["claimed duration"], &[(SPANS, ",1918,", ",1918-09-14,")]);
    // A dependent contradiction is told once, whatever number of dates it follows from.
    let (_, found) = beyond(&[
        (SPANS, ",1918,", ",1917,"),
        (ARTICLE, "27 June 1919", "27 June 1916"),
    ]);
    let of = |kind: &str| found.iter().filter(|one| one["kind"] == kind).count();
    assert_eq!(
        (of(kind), of("event before foundation")),
        (1, 1),
        "{found:#?}"
    );
}

#[test]
fn two_reports_of_one_affiliation() {
    let kind = "different reports";
    for edits in [
        &[(AFFILIATIONS, "1922-02-01", "1923-02-01")] as &[Edit<'_>],
        &[(AFFILIATIONS, "1922-02-01", "1923")],
        &[(AFFILIATIONS, "1922-02-01,,", "1922-02-01,1923,")],
        &[
            (AFFILIATIONS, "1922-02-01", "1921-02-01"),
            (AFFILIATIONS, "1921-02-01,,", "1921-02-01,1923,"),
        ],
        &[(ARTICLE, "(1922–1924)", "(1921–1924)")],
        &[(ARTICLE, "(1922–1924)", "(1920–1923)")],
        &[(ARTICLE, "(1922–1924)", "(1919–1924)")],
        &[(AFFILIATIONS, "1922-02-01,,", "1922-02-01,1923-05,")],
        &[(AFFILIATIONS, "1922-02-01", "1923-12-31")],
        &[(AFFILIATIONS, "1922-02-01", "1923-06")],
    ] {
        seeded(kind, edits);
    }
    // Two reports of one tenure that agree are one tenure, and no second holder.
    let row = "| Abdurashid Mukamilov |";
    exactly(
        &[],
        &[(
            ARTICLE,
            row,
            &format!("| Abdurashid Mukamilov | July 1921 | January 1922 |\n{row}"),
        )],
    );
}

#[test]
fn claims_are_held_against_the_graph() {
    let kind = "claimed number";
    for word in ["six", "five", "eight", "nine", "three", "twelve", "12"] {
        let words = format!("{word} leaders");
        // As a global replacement leaves it: the number in its column is that of before.
        let row = format!("{words},7,{words}");
        seeded(
            kind,
            &[
                (ARTICLE, "seven leaders", &words),
                (CLAIMS, "seven leaders,7,seven leaders", &row),
            ],
        );
    }
    seeded(kind, &[(CLAIMS, "seven leaders,7,", "seven leaders,6,")]);
    seeded(kind, &[(CLAIMS, "seven leaders,7,", "seven leaders,70,")]);
    for row in [
        "| Mukhtar Saidzhanov | 1922 | June 1923 |\n",
        "| Nadzhib Khusainov | 27 June 1919 | 6 October 1920 |\n",
    ] {
        let (_, found) = beyond(&[(ARTICLE, row, "")]);
        assert!(found.iter().any(|one| one["kind"] == kind), "{found:#?}");
    }
    let kind = "claimed duration";
    for word in [
        "nine", "four", "three", "eight", "seven", "ten", "two", "twenty", "10",
    ] {
        let words = format!("{word}-year existence");
        let row = format!("{words},5,{words}");
        seeded(
            kind,
            &[
                (ARTICLE, "five-year existence", &words),
                (CLAIMS, "five-year existence,5,five-year existence", &row),
            ],
        );
    }
    seeded(kind, &[(CLAIMS, "existence,5,", "existence,9,")]);
    seeded(kind, &[(CLAIMS, "existence,5,", "existence,4,")]);
    // Six years and one or two months round to six.
    let (project, _) = beyond(&[
        (ARTICLE, "five-year existence", "six-year existence"),
        (
            CLAIMS,
            "five-year existence,5,five-year existence",
            "six-year existence,6,six-year existence",
        ),
    ]);
    let left = conflicts(&project);
    assert_eq!(left.len(), 1, "{left:#?}");
    assert_eq!(left[0]["kind"], "event after dissolution");
}

/// An article with a few lines in its infobox.
fn article(title: &str, infobox: &str) -> String {
    format!("= {title} =\n\nInfobox\n{infobox}\n\n{title} was a party.\n")
}

#[test]
fn another_predecessor_than_the_one_that_names_it() {
    let kind = "other predecessor";
    // One that the example names as its successor names another predecessor.
    for (title, lines) in [
        (
            "Communist Party of Uzbekistan",
            "- Predecessor: Jadid movement",
        ),
        (
            "Communist Party of Turkmenistan",
            "- Predecessor: Communist Party of Turkestan",
        ),
        (
            "Communist Party of Uzbekistan",
            "- Founded: 1925\n- Preceded by: Communist Party of Turkestan, Young Bukharans",
        ),
        (
            "Communist Party of Turkmenistan",
            "- Merger of: Left Union, Right Union",
        ),
        (
            "Communist Party of Uzbekistan",
            "- Split from: Communist Party of Turkestan",
        ),
    ] {
        seeded(kind, &[(OTHER, "", &article(title, lines))]);
    }
    // One names the example as its successor, which names another.
    for (key, predecessor) in [
        ("Successor", "Young Bukharans"),
        ("Succeeded by", "Bukharan Committee"),
        ("Merged into", "Jadid movement"),
        ("Successor", "Communist Party of Turkestan"),
        ("Successors", "Red Union"),
    ] {
        let title = "Party of Bukharan Youth";
        seeded(
            kind,
            &[
                (
                    OTHER,
                    "",
                    &article(title, &format!("- {key}: Communist Party of Bukhara")),
                ),
                (
                    ARTICLE,
                    "- Logo: 150px\n",
                    &format!("- Logo: 150px\n- Predecessor: {predecessor}\n"),
                ),
            ],
        );
    }
    // Where both name each other, beside others, nothing contradicts.
    exactly(
        &[],
        &[(
            OTHER,
            "",
            &article(
                "Communist Party of Uzbekistan",
                "- Predecessor: Communist Party of Turkestan, Communist Party of Bukhara",
            ),
        )],
    );
}

#[test]
fn office_after_death_or_before_birth() {
    let kind = "death before office";
    let life = |person: &str, born: &str, died: &str| {
        format!("Communist Party of Bukhara,{person},{born},{died},seven leaders,{ARTICLE},\n")
    };
    for (person, died) in [
        ("Nadzhib Khusainov", "1918"),
        ("Nadzhib Khusainov", "1920-01"),
        ("Aslamkhodzha Umarkhodzhayev", "1920"),
        ("Saidulla Tursunkhodzhayev", "1921-03-01"),
        ("Abdurashid Mukamilov", "1921"),
        ("Mukhtar Saidzhanov", "1919-05-02"),
        ("Mukhtar Saidzhanov", "1923-05"),
        ("Abdullo Rakhimbayev", "1910s"),
        ("Akhmetbek Mavlyanbekov", "1924-11-14"),
    ] {
        seeded(kind, &[(LIVES, "", &life(person, "", died))]);
    }
    // The table itself may tell it.
    seeded(
        kind,
        &[
            (
                ARTICLE,
                "| Name | Took office | Left office |",
                "| Name | Took office | Left office | Died |",
            ),
            (
                ARTICLE,
                "| 10 January 1922 |",
                "| 10 January 1922 | 3 August 1921 |",
            ),
        ],
    );
    for (person, born) in [
        ("Nadzhib Khusainov", "1919-07"),
        ("Nadzhib Khusainov", "1925"),
        ("Aslamkhodzha Umarkhodzhayev", "1920-10-07"),
        ("Aslamkhodzha Umarkhodzhayev", "1930s"),
        ("Saidulla Tursunkhodzhayev", "1921-03"),
        ("Abdurashid Mukamilov", "1922"),
        ("Mukhtar Saidzhanov", "1923"),
        ("Abdullo Rakhimbayev", "1923-07-05"),
        ("Abdullo Rakhimbayev", "1924-02-29"),
        ("Akhmetbek Mavlyanbekov", "1924"),
    ] {
        seeded(
            "office before birth",
            &[(LIVES, "", &life(person, born, ""))],
        );
    }
    exactly(
        &[],
        &[(LIVES, "", &life("Nadzhib Khusainov", "1880", "1920"))],
    );
}

#[test]
fn a_part_outside_its_whole() {
    let kind = "part outside the whole";
    for date in [
        "1921-08-16/1921-08-18",
        "1920-09",
        "1919",
        "1920-08-15",
        "1922-02-01",
    ] {
        let congress = format!("Bukhara,Congress,{date}");
        seeded(
            kind,
            &[(EVENTS, "Bukhara,Congress,1920-08-16/1920-08-18", &congress)],
        );
        let appeal = format!("armed revolution,,{date}");
        seeded(
            kind,
            &[(EVENTS, "armed revolution,,1920-08-16/1920-08-18", &appeal)],
        );
    }
    exactly(
        &[],
        &[(
            EVENTS,
            "armed revolution,,1920-08-16/1920-08-18",
            "armed revolution,,1920-08",
        )],
    );
}

#[test]
fn consistent_articles_have_none() {
    let articles = [
        // Days, months and years side by side; a handover on one day.
        "= Meadow League =\n\nInfobox\n- Founded: 3 May 1901\n- Dissolved: 1911\n\nMeadow League was a party.\n\n== Chairs ==\n| Name | Took office | Left office |\n| Chairs | | |\n| Ada Orr | 3 May 1901 | June 1904 |\n| Ben Pike | June 1904 | 1 January 1907 |\n| Cas Quill | 1 January 1907 | 1911 |\n",
        // Bare years that touch.
        "= Hill Party =\n\nInfobox\n- Founded: 1920\n- Dissolved: 1931\n\nHill Party was a party.\n\n== Chairs ==\n| Name | Term |\n| Chairs | |\n| Dan Rook | 1920–1923 |\n| Eve Snow | 1923–1927 |\n| Flo Tate | 1927–1931 |\n",
        // One who acts while the holder is away, and one who comes back.
        "= River Front =\n\nInfobox\n- Founded: March 1950\n\nRiver Front is a party.\n\n== Secretaries ==\n| Name | From | Until | Notes |\n| Secretaries | | | |\n| Gus Upton | March 1950 | May 1960 | |\n| Hal Vane | 2 February 1955 | 9 March 1955 | acting |\n| Ivy West | May 1960 | 1965 | |\n| Gus Upton | 1966 | 1970 | |\n",
        // Several at once, where nobody says that there is one seat.
        "= Coast Union =\n\nInfobox\n- Leader: Jan York (1930–1934), Kit Zorn (1931–1933, 1935)\n- Founded: 1930\n\nCoast Union is a party.\n",
        // Two posts held at one time, and one person in both.
        "= Lake Bloc =\n\nInfobox\n- Founded: 1890\n- Dissolved: 31 December 1899\n\nLake Bloc was a party.\n\n== Leaders ==\n| Name | Took office | Left office |\n| Presidents | | |\n| Lee Abel | 1890 | 1894 |\n| Max Bird | 1895 | 31 December 1899 |\n| Treasurers | | |\n| Lee Abel | 1891 | 1893 |\n| Ned Cole | 1894 | 1899 |\n",
        // Founded twice, which one source says itself.
        "= Dune Movement =\n\nInfobox\n- Founded: 1905 (first), 1917 (again)\n- Dissolved: 1921\n\nDune Movement was a movement.\n\n== Chairs ==\n| Name | Took office | Left office |\n| Chairs | | |\n| Oda Dean | 1906 | 1909 |\n| Pat Ellis | 1918 | 1921 |\n",
        // Nothing but names and vague dates.
        "= Forest Group =\n\nInfobox\n- Founded: c. 1880\n- Dissolved: before 1900\n- Predecessor: Grove Circle\n\nForest Group was a party.\n",
        // Before and after, told by both.
        "= Grove Circle =\n\nInfobox\n- Founded: 1860s\n- Dissolved: c. 1880\n- Successor: Forest Group, Fern Club\n\nGrove Circle was a party.\n",
        "= Fern Club =\n\nInfobox\n- Founded: 1880\n- Predecessor: Grove Circle\n- Affiliation: Green Alliance (1881–1890), Green Alliance (1895–1899)\n\nFern Club was a party.\n",
        // Still there, the last holder in office; born and dead in good time.
        "= Plain Alliance =\n\nInfobox\n- Founded: 12 April 1990\n\nPlain Alliance is a party.\n\n== Chairs ==\n| Name | Born | Died | Took office | Left office |\n| Chairs | | | | |\n| Quin Frost | 1940 | 2001 | 12 April 1990 | 2000 |\n| Ray Glen | 1951 | | 2001 | |\n",
    ];
    let project = Project::example();
    for (number, text) in articles.iter().enumerate() {
        project.write(&format!("data/articles/made-{number}.txt"), text);
    }
    let run = project.run(&["build"]);
    assert!(run.status <= 1, "{run:?}");
    let found = conflicts(&project);
    assert_eq!(found.len(), 2, "{found:#?}");
    // The tables were read, so that there was something to find.
    let rows = project.rows("leaders");
    for name in [
        "Ada Orr",
        "Flo Tate",
        "Hal Vane",
        "Kit Zorn",
        "Max Bird",
        "Pat Ellis",
        "Ray Glen",
    ] {
        assert!(
            rows.iter().any(|row| row.contains(name)),
            "{name}: {rows:?}"
        );
    }
}
