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
            "early 1920",
            "\"early 1920\" tells a part that EDTF has no form for",
            "write the months or days it may mean, such as `January – April 1920`, or only the year",
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
            "between 1920 and 1924",
            "\"between 1920 and 1924\" tells several dates, of which one is meant",
            "write an EDTF set, such as `[1920,1921]` or `[1920..1924]`",
        ),
        (
            "1044 BC",
            "\"1044 BC\" is before our era",
            "write the year as EDTF counts: -0043 for 44 BC",
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
        "mid-1920s",
        "late August 1920",
        "в начале 1920 года",
        "early 1920 – 1924",
    ] {
        assert!(fault(text).message.contains("no form"), "{text}");
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
        "between 1920 and 1924",
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
        let name = words::month_name(month);
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
