use super::*;
use proptest::prelude::*;

/// The dates of a value as `1920 (note); 1921`.
fn told(value: &str) -> String {
    let note = |dated: &Dated| {
        dated
            .note
            .as_ref()
            .map(|note| format!(" ({note})"))
            .unwrap_or_default()
    };
    let dates = read(value).dates;
    dates
        .iter()
        .map(|dated| dated.edtf.clone() + &note(dated))
        .collect::<Vec<_>>()
        .join("; ")
}

/// Values of real infoboxes with the dates a person read in them, written down before this reader was run. A note of `*`
/// is not compared.
#[test]
fn values_of_real_infoboxes() {
    let table = include_str!("../../../tests/fixtures/infobox-dates.csv");
    let mut rows = 0;
    for row in csv::Reader::from_reader(table.as_bytes())
        .records()
        .map(Result::unwrap)
    {
        let (text, expected) = (&row[0], &row[1]);
        let found = told(text);
        if expected.contains("(*)") {
            let bare: Vec<String> = read(text)
                .dates
                .into_iter()
                .map(|dated| dated.edtf)
                .collect();
            assert_eq!(bare.join("; "), expected.replace(" (*)", ""), "{text}");
        } else {
            assert_eq!(found, expected, "{text}");
        }
        assert_eq!(read(text).unread, [], "{text}");
        rows += 1;
    }
    assert!(rows > 400, "{rows}");
}

#[test]
fn notes_are_the_words_beside() {
    for (value, expected) in [
        ("1946 (reopened)", "1946 (reopened)"),
        ("1910, reopened in 1992", "1910; 1992 (reopened)"),
        (
            "Opened: 1 May 1920<br>Closed: 2 June 1925",
            "1920-05-01 (Opened); 1925-06-02 (Closed)",
        ),
        (
            "1990 (de facto), 1995 (de jure)",
            "1990 (de facto); 1995 (de jure)",
        ),
        (
            "Registered in 1990; banned 1991; re-registered on 5 May 1992",
            "1990 (Registered); 1991 (banned); 1992-05-05 (re-registered)",
        ),
        (
            "1990, as the Party of X; reopened 1995",
            "1990 (as the Party of X); 1995 (reopened)",
        ),
        (
            "1949 (A) <small>(1st)</small><br>1956 (2nd)",
            "1949 (A, 1st); 1956 (2nd)",
        ),
        ("2019<br>(PRG,<br>refoundation)", "2019 (PRG, refoundation)"),
        ("Youth (JM; closed in 2024)", "2024 (Youth, JM; closed)"),
        ("early 1920s (as a club)", "192X (early, as a club)"),
        ("1 May 1990 (aged 35)", "1990-05-01"),
        ("13 June 1945; 79 years ago", "1945-06-13"),
        ("2 мая 1990 года (как блок)", "1990-05-02 (как блок)"),
        ("2011 (A)<br>2011 (B)", "2011 (A; B)"),
        ("Ripon, U.S., 1854", "1854 (Ripon, U.S.)"),
    ] {
        assert_eq!(told(value), expected, "{value}");
    }
}

#[test]
fn numbers_that_are_no_dates() {
    for (value, expected) in [
        ("10,000 members in 1990", "1990 (10,000 members)"),
        ("1200 members", ""),
        ("No. 1234, 5 May 1920", "1920-05-05 (No. 1234)"),
        ("n#1920, A1920, 1920A, $1920", ""),
        ("Section C 1920", "1920 (Section C)"),
        ("C. 1920", "1920~"),
        ("AB 1920", "1920 (AB)"),
        ("1920 (as Unity 2023)", "1920 (as Unity 2023)"),
        ("2017 (1998 PRG)", "2017 (1998 PRG)"),
        ("1990 by John (born 1950)", "1990 (by John (born 1950))"),
        ("Kadima - 2005", "2005 (Kadima)"),
        ("A-2005", "2005 (A)"),
    ] {
        assert_eq!(told(value), expected, "{value}");
    }
}

#[test]
fn several_dates_of_one_value() {
    for (value, expected) in [
        ("1920–1921, 1922", "1920/1921; 1922"),
        ("1920-21", "1920/1921"),
        ("1990, 1995, and 2000", "1990; 1995; 2000"),
        ("12 and 13 May 1848", "1848-05-12; 1848-05-13"),
        ("12, 13 & 14 May 1848", "1848-05-12; 1848-05-13; 1848-05-14"),
        ("May and June 1848", "1848-05; 1848-06"),
        ("5 May and 3 June 1920", "1920-05-05; 1920-06-03"),
        ("1848–?", "1848/"),
        ("25–27 {{start date|1909|05}}", "1909-05-25/1909-05-27"),
        ("{{start date|1920}}–{{end date|1925}}", "1920/1925"),
    ] {
        assert_eq!(told(value), expected, "{value}");
    }
    let read = read("5 May and 3 June 1920");
    assert_eq!(
        [read.dates[0].inferred, read.dates[1].inferred],
        [true, false]
    );
}

#[test]
fn a_missing_year_is_inferred_and_marked() {
    let read = |value: &str, around: &str| {
        let read = read_in(value, around);
        let first = read
            .dates
            .first()
            .map(|dated| (dated.edtf.clone(), dated.inferred));
        first.ok_or_else(|| read.unread[0].fault.kind)
    };
    let marked = Ok(("1920?-08-23".to_owned(), true));
    assert_eq!(read("23 August", "It met on 16–18 August 1920."), marked);
    assert_eq!(
        read("on August 23", "In 1920, and again in May 1920"),
        marked
    );
    assert_eq!(
        read("23 August", "From 1920 on, in 1921"),
        Err(FaultKind::NoYear)
    );
    assert_eq!(read("23 August", "long ago"), Err(FaultKind::NoYear));
    assert_eq!(
        read("23 August 1919", "It met in 1920."),
        Ok(("1919-08-23".to_owned(), false))
    );
    assert_eq!(date::earliest("1920?-08-23").as_deref(), Some("1920-08-23"));
}

#[test]
fn a_wrong_date_is_never_read_in_part() {
    for (value, read_anyway) in [
        ("31 June 1920", ""),
        ("1919, 31 June 1920", "1919"),
        ("{{start date|1920|6|31}}", ""),
        ("{{start date|1920|13|1}}", ""),
        ("03/04/1920 (x)", ""),
        ("{{date|3|4|1920}}", ""),
        ("1924–1922", ""),
        ("1900s", ""),
        ("5 (19) April 1917", ""),
        ("14 March 1898 {{small|(O.S. 1 March)}}", ""),
        ("23 1920 August", ""),
        ("۲۵ مرداد ۱۲۹۹", ""),
    ] {
        assert_eq!(told(value), read_anyway, "{value}");
        assert_ne!(read(value).unread, [], "{value}");
    }
}

#[test]
fn hostile_values_take_little_time() {
    for piece in [
        "1920 ", "(", "5 (", "1920, ", "May ", "5 May, ", "c. ", "{{circa|", "12 and ", "1920\n",
        "a\n", "\u{301}",
    ] {
        read(&piece.repeat(16 * 1024 / piece.len()));
        read(&piece.repeat(200_000 / piece.len()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_value_is_safe(value in any::<String>(), around in any::<String>()) {
        read_in(&value, &around);
    }

    #[test]
    fn what_is_read_is_edtf_with_bounds_in_order(parts in proptest::collection::vec(date::date_like(), 1..4)) {
        let value = parts.join(" (x) ");
        for dated in read_in(&value, "1920").dates {
            prop_assert!(Edtf::parse(&dated.edtf).is_ok(), "{} of {value:?}", dated.edtf);
            if let (Some(first), Some(last)) = (date::earliest(&dated.edtf), date::latest(&dated.edtf)) {
                prop_assert!(first <= last, "{} of {value:?}", dated.edtf);
            }
        }
    }

    #[test]
    fn a_rendered_date_is_read_back(year in 1000..2200u32, month in 1..=12u32, day in 1..=28u32, note in "[a-z]{4,8} party") {
        let edtf = format!("{year}-{month:02}-{day:02}");
        let name = date::month_name(month);
        for text in [
            format!("{{{{start date|{year}|{month}|{day}}}}}"),
            format!("{{{{Start date|df|=|yes|{year}|{month:02}|{day:02}}}}}"),
            format!("{{{{end date and age|{day} {name} {year}|df=y}}}}"),
            format!("[[{name} {day}]], [[{year}]]<ref>1999</ref>"),
            format!("{day} {name} {year}"),
            edtf.clone(),
        ] {
            prop_assert_eq!(told(&format!("{text} ({note})")), format!("{edtf} ({note})"), "{}", text);
            prop_assert_eq!(told(&text), edtf.clone(), "{}", text);
        }
    }
}
