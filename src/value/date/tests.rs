//! Tables of dates as people write them, and properties of any text.

use super::*;
use proptest::prelude::*;

/// Texts made of the pieces that dates are made of.
pub(in crate::value) fn date_like() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        (0..40u32).prop_map(|n| n.to_string()),
        (1890..1930u32).prop_map(|n| n.to_string()),
        proptest::sample::select(
            [
                "May",
                "june ",
                "february",
                "августа",
                "summer",
                "winter",
                "c. ",
                "before ",
                "since ",
                "until ",
                "to",
                "present",
                "–",
                "-",
                " - ",
                "/",
                ".",
                ",",
                ", ",
                "; ",
                " ",
                " ",
                "s",
                "th",
                "?",
                "~",
                "X",
                "XX",
                "..",
                "century",
                "early",
                "and",
                "۱۹۲۰",
                "1920-08",
                "1921-02-29",
                "27.10.1924",
                "03/04/1920",
                "'",
                "%",
                "[",
                "{",
            ]
            .as_slice()
        )
        .prop_map(str::to_owned),
    ];
    proptest::collection::vec(piece, 0..9).prop_map(|pieces| pieces.concat())
}

fn fault(text: &str) -> DateFault {
    match parse(text) {
        Err(fault) => fault,
        Ok(edtf) => panic!("{text:?} was read as {edtf}"),
    }
}

#[test]
fn dates_in_words_and_figures() {
    for (text, edtf) in [
        ("1922", "1922"),
        (" in 1922. ", "1922"),
        ("1920 г.", "1920"),
        ("в 1920 году", "1920"),
        ("1920-yil", "1920"),
        ("соли 1920", "1920"),
        ("سال ۱۹۲۰", "1920"),
        ("٢٠٢٠", "2020"),
        ("２０２０", "2020"),
        ("1920 AD", "1920"),
        ("September 1918", "1918-09"),
        ("SEPTEMBER, 1918", "1918-09"),
        ("Sept. 1918", "1918-09"),
        ("1918 September", "1918-09"),
        ("сентябрь 1918", "1918-09"),
        ("sentabr 1918", "1918-09"),
        ("сентябри соли 1918", "1918-09"),
        ("سپتامبر ۱۹۱۸", "1918-09"),
        ("09/1918", "1918-09"),
        ("9.1918", "1918-09"),
        ("23 August 1920", "1920-08-23"),
        ("23\u{a0}august\u{2009}1920", "1920-08-23"),
        ("23 August, 1920", "1920-08-23"),
        ("23rd of August 1920", "1920-08-23"),
        ("the 1st of May, 1920", "1920-05-01"),
        ("August 23, 1920", "1920-08-23"),
        ("August 23rd, 1920", "1920-08-23"),
        ("Aug. 23 1920", "1920-08-23"),
        ("1920 August 23", "1920-08-23"),
        ("23-Aug-1920", "1920-08-23"),
        ("23 августа 1920 г.", "1920-08-23"),
        ("23-го августа 1920 года", "1920-08-23"),
        ("23 АВГУСТА 1920", "1920-08-23"),
        ("2 мая 1920", "1920-05-02"),
        ("2 ма\u{438}\u{306} 1920", "1920-05-02"),
        ("1920-yil 23-avgust", "1920-08-23"),
        ("23 августи соли 1920", "1920-08-23"),
        ("۲۳ اوت ۱۹۲۰", "1920-08-23"),
        ("۲۳ آگوست ۱۹۲۰ میلادی", "1920-08-23"),
        ("27.10.1924", "1924-10-27"),
        ("3.4.1920", "1920-04-03"),
        ("27/10/1924", "1924-10-27"),
        ("10/27/1924", "1924-10-27"),
        ("27-10-1924", "1924-10-27"),
        ("4/4/1920", "1920-04-04"),
        ("1920/8/3", "1920-08-03"),
        ("1920.08.03", "1920-08-03"),
        ("۱۹۲۰/۰۸/۰۳", "1920-08-03"),
        ("29 February 1920", "1920-02-29"),
        ("29 February 2000", "2000-02-29"),
        ("spring 1920", "1920-21"),
        ("summer of 1920", "1920-22"),
        ("in the Summer, 1920", "1920-22"),
        ("осенью 1920 года", "1920-23"),
        ("fall 1920", "1920-23"),
        ("winter 1920", "1920-24"),
        ("winter of 1920–21", "1920-24"),
        ("winter 1999/2000", "1999-24"),
        ("تابستان ۱۹۲۰", "1920-22"),
        ("1920-yil yozida", "1920-22"),
        ("тобистони соли 1920", "1920-22"),
        ("c. 1920", "1920~"),
        ("c.1920", "1920~"),
        ("ca 1920", "1920~"),
        ("Circa August 1920", "1920-08~"),
        ("около 1920 г.", "1920~"),
        ("about 23 August 1920", "1920-08-23~"),
        ("August 1920?", "1920-08?"),
        ("summer 1920?", "1920-22?"),
        ("probably 1920", "1920?"),
        ("c. 1920?", "1920%"),
        ("c. 1920s", "192X~"),
        ("1920s", "192X"),
        ("the 1920s", "192X"),
        ("1920's", "192X"),
        ("1920’s", "192X"),
        ("1920-е годы", "192X"),
        ("в 1920-х", "192X"),
        ("1920-yillar", "192X"),
        ("دههٔ ۱۹۲۰", "192X"),
        ("19th century", "18XX"),
        ("the XIX century", "18XX"),
        ("XIX век", "18XX"),
        ("20-asr", "19XX"),
        ("قرن ۱۹", "18XX"),
        ("c. 19th century", "18XX~"),
    ] {
        assert_eq!(parse(text).as_deref(), Ok(edtf), "{text}");
    }
}

#[test]
fn ranges_are_intervals() {
    for (text, edtf) in [
        ("16–18 August 1920", "1920-08-16/1920-08-18"),
        ("28 August – 3 September 1920", "1920-08-28/1920-09-03"),
        ("August 28 – September 3, 1920", "1920-08-28/1920-09-03"),
        ("16–18 августа 1920 года", "1920-08-16/1920-08-18"),
        ("from 16 to 18 August 1920", "1920-08-16/1920-08-18"),
        ("June–August 1920", "1920-06/1920-08"),
        ("spring – autumn 1920", "1920-21/1920-23"),
        ("16–18.08.1920", "1920-08-16/1920-08-18"),
        ("1920-yil 16–18-avgust", "1920-08-16/1920-08-18"),
        ("1920-yildan 1924-yilgacha", "1920/1924"),
        ("از ۱۹۲۰ تاکنون", "1920/.."),
        ("1920–21", "1920/1921"),
        ("1920 to 1924", "1920/1924"),
        ("c. 1920 – 1924?", "1920~/1924?"),
        ("1920s–1930s", "192X/193X"),
        ("before 1920", "../1920"),
        ("until May 1920", "../1920-05"),
        ("до 5 мая 1920", "../1920-05-05"),
        ("after 1920", "1920/.."),
        ("since 5 May 1920", "1920-05-05/.."),
        ("1990–present", "1990/.."),
        ("1990–", "1990/.."),
    ] {
        assert_eq!(parse(text).as_deref(), Ok(edtf), "{text}");
    }
}

#[test]
fn german_and_all_russian_cases() {
    for (text, edtf) in [
        ("5. Mai 1920", "1920-05-05"),
        ("am 3. März 1921", "1921-03-03"),
        ("im Dezember 1923", "1923-12"),
        ("Anfang des Jahres 1920", "1920"),
        ("Sommer 1920", "1920-22"),
        ("Frühjahr 1921", "1921-21"),
        ("um 1900", "1900~"),
        ("1920er Jahre", "192X"),
        ("20. Jahrhundert", "19XX"),
        ("vor 1920", "../1920"),
        ("seit 1920", "1920/.."),
        ("von 1920 bis 1924", "1920/1924"),
        ("zwischen 1920 und 1924", "[1920..1924]"),
        ("44 v. Chr.", "-0043"),
        ("к 1920 году", "../1920"),
        ("сентябрём 1918", "1918-09"),
        ("маем 1918 года", "1918-05"),
        ("в августе 1920-го", "1920-08"),
        ("весне 1920", "1920-21"),
        ("между 1920 и 1924 годами", "[1920..1924]"),
        ("1920 или 1921", "[1920,1921]"),
    ] {
        assert_eq!(parse(text).as_deref(), Ok(edtf), "{text}");
    }
}

#[test]
fn parts_choices_and_eras() {
    for (text, edtf) in [
        ("early 1920", "1920"),
        ("mid-1920s", "192X"),
        ("late August 1920", "1920-08"),
        ("в начале 1920 года", "1920"),
        ("early 20th century", "19XX"),
        ("early 1920 – 1924", "1920/1924"),
        ("the beginning of the 1990s", "199X"),
        ("2000s", "200X"),
        ("1920 or 1921", "[1920,1921]"),
        ("either 1920 or 1921", "[1920,1921]"),
        ("May or June 1920", "[1920-05,1920-06]"),
        ("5 or 6 May 1920", "[1920-05-05,1920-05-06]"),
        ("1990s or 2000s", "[199X,200X]"),
        ("between 1920 and 1924", "[1920..1924]"),
        ("between May and June 1920", "[1920-05..1920-06]"),
        ("44 BC", "-0043"),
        ("1044 BC", "-1043"),
        ("1 BC", "0000"),
        ("AD 79", "0079"),
        ("800 AD", "0800"),
        ("c. 500 BCE", "-0499~"),
        ("100–44 BC", "-0099/-0043"),
        ("27 BC – AD 14", "-0026/0014"),
        ("2nd century BC", "[-0199..-0100]"),
        ("1st century BC", "[-0099..0000]"),
        ("5th century AD", "04XX"),
        ("by 2010", "../2010"),
        ("post-2002", "2002/.."),
        ("1920 or later", "1920/.."),
        ("23/24 January 1982", "1982-01-23/1982-01-24"),
        ("1949/50", "1949/1950"),
        ("1988, February 20", "1988-02-20"),
        ("Feb. 1, 1922", "1922-02-01"),
        ("4 Apr – 3 Jun 1920", "1920-04-04/1920-06-03"),
        ("2 February 1922–27 October 1924", "1922-02-02/1924-10-27"),
    ] {
        assert_eq!(parse(text).as_deref(), Ok(edtf), "{text}");
    }
    assert_eq!(earliest("[-0199..-0100]").as_deref(), Some("-0199-01-01"));
    assert_eq!(latest("[-0199..-0100]").as_deref(), Some("-0100-12-31"));
}

#[test]
fn julian_dates_are_converted_and_kept() {
    for (text, edtf, julian) in [
        ("5 (18) April 1917", "1917-04-18", "1917-04-05"),
        ("5/18 April 1917", "1917-04-18", "1917-04-05"),
        ("April 5 (18), 1917", "1917-04-18", "1917-04-05"),
        ("24 March (6 April) 1917", "1917-04-06", "1917-03-24"),
        (
            "25 октября (7 ноября) 1917 года",
            "1917-11-07",
            "1917-10-25",
        ),
        (
            "7 November [O.S. 25 October] 1917",
            "1917-11-07",
            "1917-10-25",
        ),
        (
            "7 November 1917 (25 October O.S.)",
            "1917-11-07",
            "1917-10-25",
        ),
        (
            "20 December 1917 (2 January 1918)",
            "1918-01-02",
            "1917-12-20",
        ),
        (
            "20 декабря 1904 (2 января 1905)",
            "1905-01-02",
            "1904-12-20",
        ),
        ("5 April 1917 (O.S.)", "1917-04-18", "1917-04-05"),
        ("5 April 1917 O.S.", "1917-04-18", "1917-04-05"),
        ("5 апреля 1917 (ст. ст.)", "1917-04-18", "1917-04-05"),
        ("c. 5 April 1917 old style", "1917-04-18~", "1917-04-05"),
        ("April 1917 (O.S.)", "[1917-04-14..1917-05-13]", "1917-04"),
        ("O.S. 1917", "[1917-01-14..1918-01-13]", "1917"),
        ("17 February 1900 O.S.", "1900-03-01", "1900-02-17"),
    ] {
        let expected = Dating {
            edtf: edtf.to_owned(),
            julian: Some(julian.to_owned()),
        };
        assert_eq!(read(text), Ok(expected), "{text}");
    }
    assert_eq!(fault("5 (19) April 1917").kind, FaultKind::Ambiguous);
    assert_eq!(fault("5 (18) May 1990").kind, FaultKind::Ambiguous);
    assert_eq!(
        fault("7 November 1917 (24 October O.S.)").kind,
        FaultKind::Ambiguous
    );
    assert_eq!(fault("31 (14) June 1917").kind, FaultKind::Impossible);
}

#[test]
fn edtf_passes_through() {
    for edtf in [
        "1920",
        "1920-08",
        "1920-08-23",
        "1920-21",
        "1920-22?",
        "192X",
        "1920-XX",
        "1920-08-XX",
        "-0044",
        "Y17000",
        "1920~/1924",
        "../1920",
        "1990/..",
        "1990/",
        "[1920,1921]",
        "1920-08-23T10:00:00Z",
        "2004-06~-11",
    ] {
        assert_eq!(parse(edtf).as_deref(), Ok(edtf));
    }
}

#[test]
fn impossible_dates_say_why() {
    for (text, why) in [
        (
            "31 June 1920",
            "31 June 1920 does not exist: June has 30 days",
        ),
        (
            "1920-06-31",
            "31 June 1920 does not exist: June has 30 days",
        ),
        (
            "31.06.1920",
            "31 June 1920 does not exist: June has 30 days",
        ),
        ("0 May 1920", "0 May 1920 does not exist: May has 31 days"),
        (
            "29 February 1921",
            "29 February 1921 does not exist: 1921 is no leap year, so February has 28 days",
        ),
        (
            "29 февраля 1900",
            "29 February 1900 does not exist: 1900 is no leap year, so February has 28 days",
        ),
        (
            "30 February 1920",
            "30 February 1920 does not exist: 1920 is a leap year, so February has 29 days",
        ),
        (
            "1920-13",
            "month 13 of 1920 does not exist: a year has 12 months",
        ),
        (
            "13/13/1920",
            "month 13 of 1920 does not exist: a year has 12 months",
        ),
        (
            "00.00.1920",
            "month 0 of 1920 does not exist: a year has 12 months",
        ),
        (
            "1920 – 31 June 1921",
            "31 June 1921 does not exist: June has 30 days",
        ),
        (
            "1924–1922",
            "1924/1922 is no interval: it ends before it starts",
        ),
    ] {
        assert_eq!(fault(text).message, why, "{text}");
    }
}

#[test]
fn what_is_not_told_is_not_guessed() {
    for (text, message, hint) in [
        (
            "03/04/1920",
            "\"03/04/1920\" may be 3 April or 4 March 1920",
            "write 1920-04-03 or 1920-03-04",
        ),
        (
            "23 August 20",
            "\"23 August 20\" has no year of four digits",
            "write the year with all four digits",
        ),
        (
            "1900s",
            "\"1900s\" may be a decade or a century",
            "write 190X for the decade or 19XX for the century",
        ),
        (
            "۲۵ مرداد ۱۲۹۹",
            "\"۲۵ مرداد ۱۲۹۹\" is of a calendar other than the Gregorian",
            "write the Gregorian date",
        ),
    ] {
        let fault = fault(text);
        assert_eq!(fault.message, message);
        assert_eq!(fault.hint.as_deref(), Some(hint));
    }
    for text in [
        "23 August",
        "August",
        "summer",
        "27.10.24",
        "1924–22",
        "1898–02",
        "1920–20",
        "03/04/20",
        "20",
        "the 20s",
        "150",
    ] {
        assert!(
            fault(text).message.contains("no year of four digits"),
            "{text}"
        );
    }
}

#[test]
fn other_text_is_not_a_date() {
    for text in [
        "",
        " ",
        "Greens",
        "10 members",
        "150px",
        "1920 members",
        "August 1920 1921",
        "1920 1921",
        "1920, 1921",
        "of the",
        "?",
        "–",
        "1925s",
        "12345",
        "23 1920 August",
        "August 1920 23",
        "1920..",
        "1920–22–24",
        "since present",
        "0th century",
        "\u{0}",
        "1920\u{0}",
    ] {
        fault(text);
    }
}

#[test]
fn messages_stay_short() {
    let fault = fault(&"я".repeat(100_000));
    assert!(fault.message.chars().count() < 100, "{}", fault.message);
}

#[test]
fn long_texts_are_read_in_linear_time() {
    for piece in [
        "1", "1920-", "May ", "c. ", "..", "1920/", "{1920,", "–", "-1", "\u{301}",
    ] {
        fault(&piece.repeat(300_000));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_text_is_safe(text in any::<String>()) {
        let _ = (parse(&text), earliest(&text), latest(&text));
    }

    #[test]
    fn what_is_read_is_edtf_with_bounds_in_order(text in date_like()) {
        if let Ok(edtf) = parse(&text) {
            prop_assert!(Edtf::parse(&edtf).is_ok(), "{edtf}");
            prop_assert_eq!(parse(&edtf), Ok(edtf.clone()));
            if let (Some(first), Some(last)) = (earliest(&edtf), latest(&edtf)) {
                prop_assert!(first <= last, "{edtf}: {first} {last}");
            }
        }
    }

    #[test]
    fn every_day_is_read_in_all_orders(year in 1000..3000u32, month in 1..=12u32, day in 1..=31u32) {
        let edtf = format!("{year}-{month:02}-{day:02}");
        let name = month_name(month);
        let exists = Edtf::parse(&edtf).is_ok();
        for text in [
            format!("{day} {name} {year}"),
            format!("{name} {day}, {year}"),
            format!("{year} {name} {day}"),
            format!("{day}.{month}.{year}"),
        ] {
            prop_assert_eq!(parse(&text).ok(), exists.then(|| edtf.clone()), "{}", text);
        }
    }
}
