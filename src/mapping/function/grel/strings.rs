//! Texts.

use md5::Md5;
use sha1::{Digest as _, Sha1};

use super::super::escape;
use super::super::hash::hex;
use super::{
    ANY, ARRAY_OUT, FROM, INTEGER, INTEGER_2, NUMBER_OUT, REGEX, SEPARATOR, STRING_OUT, TO, VALUE,
    boolean, function, integer, stretch, truth, whole,
};
use crate::mapping::function::{Arguments, Function, FunctionFault, Outcome, Output, Parameter};

const VALUE_2: Parameter = named!("valueParam2", "valueParameter2");
const SUB: Parameter = named!("param_string_sub", "string_sub");
const FIND: Parameter = named!("param_find", "p_string_find");
const REPLACE: Parameter = named!("param_replace", "p_string_replace");
const MODE: Parameter = named!("modeParam", "modeParameter");
const LENGTHS: Parameter = Parameter {
    required: false,
    several: true,
    list: true,
    ..named!("param_int_rep_i", "p_rep_i")
};
const OPTIONAL_SEPARATOR: Parameter = Parameter {
    required: false,
    ..named!("param_opt_sep", "p_opt_sep")
};
const FRAGMENT: Parameter = named!("param_fragment", "p_fragment");
const OMIT: Parameter = Parameter {
    required: false,
    ..named!("param_bool_opt_b", "p_bool_opt_b")
};

fn one(text: impl Into<String>) -> Outcome {
    Ok(Output::One(text.into()))
}

/// Functions from text to text.
pub(super) static TABLE: &[Function] = &[
    function(grel!("toUpperCase"), &[VALUE], STRING_OUT, |a| {
        one(a.text(0).to_uppercase())
    }),
    function(grel!("toLowerCase"), &[VALUE], STRING_OUT, |a| {
        one(a.text(0).to_lowercase())
    }),
    function(grel!("string_toTitlecase"), &[VALUE], STRING_OUT, |a| {
        one(title(a.text(0)))
    }),
    function(grel!("string_trim"), &[VALUE], STRING_OUT, |a| {
        one(a.text(0).trim())
    }),
    function(
        grel!("string_chomp"),
        &[VALUE, SEPARATOR],
        STRING_OUT,
        |a| {
            let text = a.text(0);
            one(text.strip_suffix(a.text(1)).unwrap_or(text))
        },
    ),
    function(
        grel!("string_substring"),
        &[VALUE, FROM, TO],
        STRING_OUT,
        substring,
    ),
    function(
        grel!("string_replace"),
        &[VALUE, FIND, REPLACE],
        STRING_OUT,
        |a| one(a.text(0).replace(a.text(1), a.text(2))),
    ),
    function(
        grel!("string_replaceChars"),
        &[VALUE, FIND, REPLACE],
        STRING_OUT,
        replace_chars,
    ),
    function(grel!("string_diff"), &[VALUE, VALUE_2], STRING_OUT, |a| {
        let (first, second) = (a.text(0), a.text(1));
        let same: usize = first
            .chars()
            .zip(second.chars())
            .take_while(|(a, b)| a == b)
            .map(|(c, _)| c.len_utf8())
            .sum();
        one(&second[same..])
    }),
    function(grel!("reverse"), &[VALUE], STRING_OUT, |a| {
        one(a.text(0).chars().rev().collect::<String>())
    }),
    function(grel!("string_toString"), &[ANY], STRING_OUT, |a| {
        one(a.text(0))
    }),
    function(grel!("escape"), &[VALUE, MODE], STRING_OUT, |a| {
        escape::escape(a.text(0), a.text(1)).map(Output::One)
    }),
    function(grel!("string_unescape"), &[VALUE, MODE], STRING_OUT, |a| {
        escape::unescape(a.text(0), a.text(1)).map(Output::One)
    }),
    function(grel!("string_md5"), &[VALUE], STRING_OUT, |a| {
        one(hex(&Md5::digest(a.text(0))))
    }),
    function(grel!("string_sha1"), &[VALUE], STRING_OUT, |a| {
        one(hex(&Sha1::digest(a.text(0))))
    }),
    integer(grel!("string_length"), &[VALUE], |a| {
        one(a.text(0).chars().count().to_string())
    }),
    integer(grel!("string_indexOf"), &[VALUE, SUB], |a| {
        one(position(a.text(0), a.text(0).find(a.text(1))))
    }),
    integer(grel!("string_lastIndexOf"), &[VALUE, SUB], |a| {
        one(position(a.text(0), a.text(0).rfind(a.text(1))))
    }),
    function(grel!("string_toNumber"), &[ANY], NUMBER_OUT, |a| {
        Ok(super::maths::number_output(super::maths::number(
            a.text(0),
        )?))
    }),
    boolean(grel!("string_startsWith"), &[VALUE, SUB], |a| {
        one(a.text(0).starts_with(a.text(1)).to_string())
    }),
    boolean(grel!("string_endsWith"), &[VALUE, SUB], |a| {
        one(a.text(0).ends_with(a.text(1)).to_string())
    }),
    boolean(grel!("string_contains"), &[VALUE, SUB], |a| {
        one(a.text(0).contains(a.text(1)).to_string())
    }),
];

/// Functions from text to lists.
pub(super) static SPLITTING: &[Function] = &[
    function(grel!("string_split"), &[VALUE, SEPARATOR], ARRAY_OUT, |a| {
        Ok(split(a.text(0), Some(a.text(1))))
    }),
    function(
        grel!("string_smartSplit"),
        &[VALUE, OPTIONAL_SEPARATOR],
        ARRAY_OUT,
        |a| {
            let text = a.text(0);
            let guess = if text.contains('\t') { "\t" } else { "," };
            Ok(split(text, Some(a.get(1).unwrap_or(guess))))
        },
    ),
    function(
        grel!("string_splitByLengths"),
        &[VALUE, INTEGER, INTEGER_2, LENGTHS],
        ARRAY_OUT,
        split_by_lengths,
    ),
    function(grel!("string_splitByCharType"), &[VALUE], ARRAY_OUT, |a| {
        Ok(Output::Many(by_kind(a.text(0))))
    }),
    function(
        grel!("string_partition"),
        &[VALUE, FRAGMENT, OMIT],
        ARRAY_OUT,
        |a| partition(a, |text, fragment| text.find(fragment)),
    ),
    function(
        grel!("string_rpartition"),
        &[VALUE, FRAGMENT, OMIT],
        ARRAY_OUT,
        |a| partition(a, |text, fragment| text.rfind(fragment)),
    ),
    function(grel!("string_match"), &[VALUE, REGEX], ARRAY_OUT, matched),
    function(grel!("string_unicode"), &[VALUE], ARRAY_OUT, |a| {
        Ok(Output::Many(
            a.text(0)
                .chars()
                .map(|c| u32::from(c).to_string())
                .collect(),
        ))
    }),
];

fn title(text: &str) -> String {
    let mut within = false;
    let mut titled = String::with_capacity(text.len());
    for c in text.chars() {
        if within {
            titled.extend(c.to_lowercase());
        } else {
            titled.extend(c.to_uppercase());
        }
        within = c.is_alphanumeric() || c == '\'';
    }
    titled
}

fn substring(arguments: &Arguments<'_>) -> Outcome {
    let text = arguments.text(0);
    let Some((from, to)) = stretch(arguments, text.chars().count())? else {
        return Ok(Output::Null);
    };
    one(text
        .chars()
        .skip(from)
        .take(to.saturating_sub(from))
        .collect::<String>())
}

fn replace_chars(arguments: &Arguments<'_>) -> Outcome {
    let to: Vec<char> = arguments.text(2).chars().collect();
    let replaced = arguments.text(0).chars().filter_map(|c| {
        let found = arguments.text(1).chars().position(|from| from == c);
        match found {
            // More to find than to put there: the last one serves all.
            Some(index) => to.get(index).or(to.last()).copied(),
            None => Some(c),
        }
    });
    one(replaced.collect::<String>())
}

/// Returns the position of a byte counted in characters, -1 for none.
fn position(text: &str, byte: Option<usize>) -> String {
    byte.map_or_else(
        || "-1".to_owned(),
        |byte| text[..byte].chars().count().to_string(),
    )
}

fn split(text: &str, separator: Option<&str>) -> Output {
    match separator {
        Some(separator) if !separator.is_empty() => {
            Output::Many(text.split(separator).map(str::to_owned).collect())
        }
        _ => Output::One(text.to_owned()),
    }
}

fn split_by_lengths(arguments: &Arguments<'_>) -> Outcome {
    let lengths = [arguments.text(1), arguments.text(2)]
        .into_iter()
        .chain(arguments.all(3).flatten());
    let mut chars = arguments.text(0).chars();
    let mut parts = Vec::new();
    for length in lengths {
        let length = usize::try_from(whole(length)?)
            .map_err(|_| FunctionFault::new(format!("\"{length}\" is no length")))?;
        parts.push(chars.by_ref().take(length).collect());
    }
    Ok(Output::Many(parts))
}

/// Splits between characters of different kinds: letters by case, digits, white space, all others.
fn by_kind(text: &str) -> Vec<String> {
    let kind = |c: char| match c {
        c if c.is_uppercase() => 0,
        c if c.is_alphabetic() => 1,
        c if c.is_numeric() => 2,
        c if c.is_whitespace() => 3,
        _ => 4,
    };
    let mut parts: Vec<String> = Vec::new();
    let mut last = None;
    for c in text.chars() {
        match parts.last_mut() {
            Some(part) if last == Some(kind(c)) => part.push(c),
            _ => parts.push(c.to_string()),
        }
        last = Some(kind(c));
    }
    parts
}

fn partition(arguments: &Arguments<'_>, find: fn(&str, &str) -> Option<usize>) -> Outcome {
    let (text, fragment) = (arguments.text(0), arguments.text(1));
    let Some(at) = find(text, fragment) else {
        return one(text);
    };
    let omit = arguments.get(2).map(truth).transpose()?.unwrap_or_default();
    let mut parts = vec![text[..at].to_owned()];
    if !omit {
        parts.push(fragment.to_owned());
    }
    parts.push(text[at + fragment.len()..].to_owned());
    Ok(Output::Many(parts))
}

/// Returns the groups of a pattern that the whole text matches; all of the text when the pattern has no group.
fn matched(arguments: &Arguments<'_>) -> Outcome {
    let text = arguments.text(0);
    let found = arguments.pattern.and_then(|pattern| pattern.captures(text));
    let Some(found) = found.filter(|found| found[0].len() == text.len()) else {
        return Ok(Output::Null);
    };
    let skip = usize::from(found.len() > 1);
    let groups = found.iter().skip(skip).flatten();
    Ok(Output::Many(
        groups.map(|group| group.as_str().to_owned()).collect(),
    ))
}
