use super::*;
use proptest::prelude::*;

fn text(wikitext: &str) -> String {
    shown(wikitext).text
}

#[test]
fn markup_becomes_what_is_read() {
    for (wikitext, expected) in [
        ("1920", "1920"),
        ("[[1920]]", "1920"),
        ("[[1920 in Russia|1920]] [[Kyiv]]", "1920 Kyiv"),
        ("[[File:Flag.svg|20px]] 1920", "20px 1920"),
        ("''1920'' '''(old)''' don't", "1920 (old) don't"),
        ("1920<ref name=a>{{cite web|date=1999}}</ref> x", "1920 x"),
        ("1920<ref name=\"a\"/> (x)<!-- 1950 -->", "1920 (x)"),
        (
            "1920<br>1921<br/>1922<BR clear=all />1923",
            "1920\n1921\n1922\n1923",
        ),
        ("* 1920\n* 1921", "1920\n1921"),
        ("<ul><li>1920</li><li>1921</li></ul>", "1920\n1921"),
        (
            "1920&nbsp;&ndash;&#160;1921 &amp; 1 < 2",
            "1920 – 1921 & 1 < 2",
        ),
        ("[https://example.org/1999 page] 1920", "page 1920"),
        ("{{small|(as {{nowrap|a b}})}}", "(as a b)"),
        ("{{ubl|1920|1921}} x", "1920\n1921\nx"),
        ("{{ubl|class=nowrap|1920|1921}}", "1920\n1921"),
        (
            "{{plainlist|\n* 1920 (a)\n* 1921 (b)\n}}",
            "1920 (a)\n1921 (b)",
        ),
        ("{{lang|ru|осень}} {{ill|Name|de|Anders}}", "осень Name"),
        (
            "1920{{snd}}1921{{efn|until 1930}}{{cn|date=May 2020}}",
            "1920 – 1921",
        ),
        ("a {{unclosed|1920", "a unclosed|1920"),
        ("a]] }} b", "a b"),
    ] {
        assert_eq!(text(wikitext), expected, "{wikitext}");
    }
}

#[test]
fn templates_of_dates_in_all_orders() {
    for (wikitext, expected) in [
        ("{{start date|1999|7|9}}", "9 July 1999"),
        ("{{start date|df=yes|1999|7|9}}", "9 July 1999"),
        ("{{Start date|df|=|yes|1999|07|09}}", "09 July 1999"),
        ("{{Start date|1999|07|09|df|=|y}}", "09 July 1999"),
        ("{{start date |1999|7}}", "July 1999"),
        ("{{start-date|June 1999}}", "June 1999"),
        ("{{start date and age|9 July 1999|df=y}}", "9 July 1999"),
        ("{{end date|1999||}}", "1999"),
        ("{{start date|1999|7|9|12|30||Z}}", "9 July 1999"),
        ("{{start date|1999|13|9}}", "1999-13-09"),
        ("{{start date|1999|July|9}}", "9 July 1999"),
        ("{{dts|9 July 1999}}", "9 July 1999"),
        ("{{dts|format=dmy|1999|7|9}}", "9 July 1999"),
        ("{{dts|year=1999|month=7|day=9}}", "9 July 1999"),
        ("{{date|9|July|1999}}", "9 July 1999"),
        ("{{дата|9|7|1999}}", "9.7.1999"),
        ("{{date|7|9|1999}}", "7/9/1999"),
        ("{{birth date and age|1999|7|9}}", "9 July 1999"),
        ("{{death date and age|1999|7|9|1920|1|2}}", "9 July 1999"),
        (
            "{{start and end dates|1999|7|9|2001|8|10}}",
            "9 July 1999 – 10 August 2001",
        ),
        ("{{circa|1999}}", "c. 1999"),
        ("{{circa}} 1999", "c. 1999"),
        ("{{c.|1990|1999}}", "c. 1990 – c. 1999"),
        (
            "{{OldStyleDate|May 6|1910|April 23}}",
            "May 6 1910 (O.S. April 23)",
        ),
        ("9 July 1999 {{ayd|9 July 1999}} ago", "9 July 1999 ago"),
        ("{{Year opened|1999}}", "1999"),
        ("{{Strange|1999}}", "1999"),
    ] {
        assert_eq!(text(wikitext), expected, "{wikitext}");
    }
    let strange = shown("{{Strange|members|1999}} 1920");
    assert_eq!(strange.text, "1920");
    assert_eq!(strange.unknown, ["Strange"]);
}

#[test]
fn inner_templates_without_braces() {
    for (wikitext, expected) in [
        ("{{nowrap|start date|1911|7|10|df|=|yes}}", "10 July 1911"),
        (
            "{{nowrap|start date and age|8 August 1920}}",
            "8 August 1920",
        ),
        (
            "{{ublist\n | |start date|1919|9|7|df|=|y| (first)\n | |start date|1923|9|9|df|=|y| (second)}}",
            "7 September 1919 (first)\n9 September 1923 (second)",
        ),
        (
            "{{plainlist|\n* |start date|1919|9|7|\n* |start date|1923|df|=|y| (second)}}",
            "7 September 1919\n1923 (second)",
        ),
        (
            "{{ubl|start date|1919|efn|name|=|a|as A|\n | 24 May 1920|efn|name|=|b|}}",
            "1919\n24 May 1920",
        ),
        (
            "{{nowrap|1890|ref| name=\"a\"|{{cite book|year=2004}}|</ref>| in Tiflis}}",
            "1890 in Tiflis",
        ),
        ("[[Page||end date|1946|04|21|df|=|yes|]]", "21 April 1946"),
        (
            "{{hlist|July 1966|efn|Branch|July 1974|efn|Name}}",
            "July 1966\nJuly 1974",
        ),
    ] {
        assert_eq!(text(wikitext), expected, "{wikitext}");
    }
}

#[test]
fn hostile_text_takes_little_time() {
    for piece in [
        "{{",
        "[[",
        "}}",
        "]]",
        "{{a|",
        "[[a|",
        "<ref>",
        "<!--",
        "<",
        "&",
        "|",
        "{{ubl|small|",
        "'",
    ] {
        shown(&piece.repeat(LONGEST / piece.len()));
    }
    let nested = "{{small|".repeat(8000);
    shown(&(nested + &"}}".repeat(100)));
    shown(&("[[{{".repeat(4000) + &"]]}}".repeat(4000)));
}

proptest! {
    #[test]
    fn any_text_is_safe(wikitext in r"(\{\{|\}\}|\[\[|\]\]|\||=|<ref>|</ref>|<br>|''|small|start date|efn|ubl|1920|7|\*|
|ж| ){0,40}") {
        let shown = shown(&wikitext);

        prop_assert!(shown.text.lines().all(|line| !line.trim().is_empty()));
    }
}
