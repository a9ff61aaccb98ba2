//! The names of templates, as a table.

/// What a template does with its parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// It tells a date.
    Date(Form),
    /// It lists them.
    List,
    /// It shows them.
    Text,
    /// It shows one of them, counted from 0 among those without a name; the last if there are fewer.
    Argument(usize),
    /// It shows a sign.
    Sign(&'static str),
    /// It breaks the line.
    Break,
    /// It is a reference, a footnote or a mark, or shows what follows from a date told elsewhere.
    Hidden,
    Unknown,
}

/// What the parameters of a template of dates are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A date as year, month and day, or as text.
    Date,
    /// A date whose day comes first.
    DayFirst,
    /// Two dates, the start and the end.
    Range,
    /// One or two approximate dates, or none: then the date follows the template.
    Circa,
    /// A day, its year, and the day by the Julian calendar.
    OldStyle,
}

/// Each sort with the names of its templates, folded, parted by `|`.
#[rustfmt::skip]
const NAMES: &[(Sort, &str)] = &[
    (Sort::Date(Form::Date), "start date|end date|start date and age|end date and age|start date and years ago|end date and years ago|startdate|enddate|startdateandage"),
    (Sort::Date(Form::Date), "birth date|birth date and age|death date|death date and age|death date and given age|birth date text|start date text|end date text|bda|dda|dob|birth year and age|birth year|death year|death year and age|birth date and age2"),
    (Sort::Date(Form::Date), "start year|end year|year|date|dts|dtsh|date table sorting|date and age|date and years ago|dateage|format date|formatdate|iso date|film date|film release date|release date|opened date|sort date|date sort|launch date|start date?"),
    (Sort::Date(Form::DayFirst), "дата|datum|data|date-|dmy"),
    (Sort::Date(Form::Range), "start and end dates|start and end date|date range|daterange|start-end dates"),
    (Sort::Date(Form::Circa), "circa|c.|c|ca|ca.|circa2|around|approx|около"),
    (Sort::Date(Form::OldStyle), "oldstyledate|oldstyledatedy|oldstyledateny|old style date|oldstyle"),

    (Sort::List, "ubl|ublist|unbulleted list|plainlist|plain list|flatlist|flat list|hlist|horizontal list|bulleted list|unordered list|ordered list|collapsible list|comma separated entries|cslist|csl|br separated entries|vunblist|startplainlist|startflatlist|blist|bulletlist|indented plainlist|hlist-comma|aligned table|nowrap list|list|tree list|unbulleted|unstrip list|vlist|ubli"),
    (Sort::Text, "small|smaller|small2|smalldiv|smallsup|nowrap|nobr|nobreak|nobold|nobold|noitalic|big|bigger|large|larger|center|centre|longitem|normal|nowraplinks|nowrap link|allow wrap|avoid wrap|italic|bold|strong|em|plain text|font|align|left|right|delink|unbold|no bold|no wrap|sic|dagger text|midsize|smallcaps|sc|noprint|phantom|underline|nbsp text|sub|nq|tq|q|text|ibox|hidden|hidden begin|collapse"),
    (Sort::Argument(0), "abbr|abbrv|tooltip|tt|ill|interlanguage link|interlanguage link multi|link-interwiki|iw|iw2|nihongo|flag|flagu|flagcountry|flag country|country|langx|visible anchor|vanchor|anchor text|hover title|nobel|ship|party name with colour link|party shortname linked|polparty|flatlink"),
    (Sort::Argument(1), "lang|resize|sort|color|colour|font color|fontcolor|fs interval|transliteration|transl|native name|nativename|hs|party name with colour|rtl-lang|langnf|size|script"),
    (Sort::Sign(" – "), "snd|spnd|sndash|spaced ndash|ndash|–|mdash|emdash|—|spaced en dash|snds|spndash|dash|nsndns|nsnd"),
    (Sort::Sign(" "), "nbsp|space|spaces|spc|thinsp|thin space|pad|0|zwsp|nnbsp|snbsp|indent|gap"),
    (Sort::Sign(" ("), "("),
    (Sort::Sign(") "), ")"),
    (Sort::Sign("'"), "'|okina|apostrophe"),
    (Sort::Sign("/"), "/"),
    (Sort::Sign("|"), "!"),
    (Sort::Break, "clear|br|break|-|endplainlist|endflatlist|ubl end|dot|·|•|bull|bullet|middot|\\|crlf|pb|paragraph break|brk|*"),
    (Sort::Hidden, "efn|efn-ua|efn-lr|efn-la|efn-lg|efn-ug|refn|ref|ref label|note|notetag|note label|cref|cref2|ref+|r|rp|sfn|sfnp|sfnm|sfnref|harv|harvnb|harvp|harvtxt|shy|snf|#tag:ref|refnote|nb|notefoot|footnote|footnotes|zref|wikicite|refn-lr|cnote|cnote2"),
    (Sort::Hidden, "cn|citation needed|fact|citation|source needed|better source needed|better source|unreliable source|unreliable source?|primary source inline|dubious|disputed inline|disputed|clarify|clarification needed|when|who|which|by whom|where|why|page needed|failed verification|verify source|verification needed|or|original research inline|update inline|update after|update needed|dead link|webarchive|cbignore|need citation|unsourced|contradictory inline|not in source|specify|according to whom|refimprove inline|nonspecific|non-primary source needed|vague|not verified in body|relevance inline|year needed|date missing|missing date|source?|self-published inline|self-published source|third-party inline|full citation needed|bots|use dmy dates|use mdy dates|usedmydates|original research|ambiguous|cleanup inline|anachronism inline|example needed|explain|needs update|quote without source|undue weight inline|speculation inline|estimation|estimate"),
    (Sort::Hidden, "ayd|time ago|age|age in years|years ago|yearsago|time interval|age as of date|for year month day|for loop|age in years and days|ageyd|year difference|relative time|aetat|duration|age for infobox|birth based on age as of date"),
    (Sort::Hidden, "flagicon|flag icon|flagdeco|flagicon image|party color|party colour|party color cell|color box|colorbox|colour box|legend|legend0|legend inline|icon|increase|decrease|steady|up|down|y|n|tick|cross|yes|no|yes2|no2|anchor|hidden anchor|composition bar|external link|official website|url|web|coord|infobox flag|dynamic list|sup|rn|ndr|draw|won|portal|icon link|main|see also|further|about|br0"),
];

/// Returns a name in the form it is looked up by.
pub(super) fn folded(name: &str) -> String {
    let spaced = name.trim().replace(['_', '-'], " ").to_lowercase();
    let words: Vec<&str> = spaced.split_whitespace().collect();
    if words.is_empty() {
        // `{{-}}` is a name too.
        return name.trim().to_owned();
    }
    words.join(" ")
}

/// Returns the sort of a template by its folded name.
pub(super) fn sort(name: &str) -> Sort {
    if let Some(known) = known(name) {
        return known;
    }
    let first = name.split(' ').next().unwrap_or_default();
    if matches!(
        first,
        "cite" | "use" | "citation" | "efn" | "sfn" | "ref" | "cn"
    ) || name.starts_with('#')
    {
        return Sort::Hidden;
    }
    if first == "lang" {
        return Sort::Argument(0);
    }
    if name.starts_with("oldstyledate") {
        return Sort::Date(Form::OldStyle);
    }
    let mut words = name.split(' ');
    if words.any(|word| matches!(word, "date" | "dates" | "year")) {
        return Sort::Date(Form::Date);
    }
    Sort::Unknown
}

/// Returns the sort of an inner template that lost its braces; only names that are hardly a text of their own.
pub(super) fn inner(name: &str) -> Option<Sort> {
    match known(name)? {
        Sort::Date(_)
            if matches!(
                name,
                "date" | "year" | "data" | "datum" | "c" | "around" | "approx"
            ) =>
        {
            None
        }
        Sort::Hidden
            if name.starts_with("efn")
                || matches!(
                    name,
                    "ref" | "refn" | "sfn" | "cn" | "cref" | "citation needed"
                ) =>
        {
            Some(Sort::Hidden)
        }
        sort @ (Sort::Date(_) | Sort::List) if name != "list" => Some(sort),
        Sort::Text
            if matches!(
                name,
                "small" | "nowrap" | "nobr" | "nobold" | "big" | "smaller"
            ) =>
        {
            Some(Sort::Text)
        }
        _ => None,
    }
}

fn known(name: &str) -> Option<Sort> {
    // Names that hold a hyphen or a bar are looked up with spaces and without.
    let same = |listed: &str| listed == name || listed.replace(['_', '-'], " ") == name;
    NAMES
        .iter()
        .find(|(_, names)| names.split('|').any(same))
        .map(|(sort, _)| *sort)
}
