//! Whether a statement here and one there say the same: values by what they mean, dates by their precision and calendar.

use super::compare::{Class, SINGLE, shown};
use super::entity::{Rank, Snak, Statement};
use super::own::{OwnStatement, OwnValue, Span, days, span};

/// How two statements go together; nothing if they speak of different things.
pub(super) fn judge(
    here: &OwnStatement,
    there: &Statement,
    same_property: bool,
) -> Option<(Class, String)> {
    let single = SINGLE.contains(&here.property.as_str());
    let mut class = match value(&here.value, &there.value) {
        Some(Class::Contradiction) if !single => return None,
        Some(class) => class,
        None if single && there.value.snak.as_deref() == Some("novalue") => Class::Contradiction,
        None => return None,
    };
    let mut note = String::new();
    for (property, mine) in &here.qualifiers {
        let theirs = there
            .qualifiers
            .get(property)
            .map_or(&[][..], Vec::as_slice);
        let best = theirs.iter().filter_map(|snak| value(mine, snak)).min();
        let one = match best {
            // A statement there without dates is the coarser one.
            None => Class::MorePreciseHere,
            Some(one) => one,
        };
        class = worse(class, one);
        if one == Class::Contradiction {
            let their: Vec<String> = theirs.iter().map(shown).collect();
            if !note.is_empty() {
                note.push_str("; ");
            }
            note.push_str(&format!(
                "{property}: {} here, {} there",
                mine.shown(),
                their.join(", ")
            ));
        }
    }
    let finer_there = there.qualifiers.keys().any(|name| {
        matches!(name.as_str(), "P580" | "P582") && !here.qualifiers.contains_key(name)
    });
    if finer_there {
        class = worse(class, Class::MorePreciseThere);
    }
    if there.rank == Rank::Deprecated {
        note = "the rank there is deprecated".to_owned();
        class = if class == Class::Contradiction {
            return None;
        } else {
            Class::Contradiction
        };
    }
    if !same_property && class < Class::Compatible {
        class = Class::Compatible;
    }
    Some((class, note))
}

/// Joins the outcome for a value and for a qualifier.
fn worse(a: Class, b: Class) -> Class {
    match (a, b) {
        (Class::MorePreciseHere, Class::MorePreciseThere)
        | (Class::MorePreciseThere, Class::MorePreciseHere) => Class::Compatible,
        _ => a.max(b),
    }
}

fn value(here: &OwnValue, there: &Snak) -> Option<Class> {
    let Some(text) = &there.value else {
        return (there.snak.as_deref() == Some("somevalue")).then_some(Class::MorePreciseHere);
    };
    match here {
        OwnValue::Entity {
            item: Some(item), ..
        } => Some(if item == text {
            Class::Same
        } else {
            Class::Contradiction
        }),
        OwnValue::Entity { .. } => None,
        OwnValue::Text(mine, language) => {
            let same = mine == text
                && (language.is_none() || there.language.is_none() || *language == there.language);
            Some(if same {
                Class::Same
            } else {
                Class::Contradiction
            })
        }
        OwnValue::Date(edtf) => {
            let (first, last) = time_days(there)?;
            let mine = days(edtf);
            Some(match span((&mine.0, &mine.1), (&first, &last)) {
                Span::Same => Class::Same,
                Span::Within => Class::MorePreciseHere,
                Span::Around => Class::MorePreciseThere,
                Span::Overlap => Class::Compatible,
                Span::Apart => Class::Contradiction,
            })
        }
    }
}

/// The first and last day of a time as Wikidata writes it, by its precision, in the Gregorian calendar.
fn time_days(snak: &Snak) -> Option<(String, String)> {
    let moment = super::moment::Moment::read(snak.value.as_deref()?)?;
    let year = i64::from(moment.year);
    // Wikidata has no year 0; EDTF has.
    let year = if year < 0 { year + 1 } else { year };
    let written = |year: i64| {
        if year < 0 {
            format!("-{:04}", -year)
        } else {
            format!("{year:04}")
        }
    };
    let whole = |from: i64, to: i64| {
        Some((
            format!("{}-01-01", written(from)),
            format!("{}-12-31", written(to)),
        ))
    };
    match snak.precision.unwrap_or(11) {
        0..=5 => whole(year - 500_000, year + 500_000),
        6 => whole(
            (year - 1).div_euclid(1000) * 1000 + 1,
            (year - 1).div_euclid(1000) * 1000 + 1000,
        ),
        7 => whole(
            (year - 1).div_euclid(100) * 100 + 1,
            (year - 1).div_euclid(100) * 100 + 100,
        ),
        8 => whole(year.div_euclid(10) * 10, year.div_euclid(10) * 10 + 9),
        9 => whole(year, year),
        _ if moment.month == 0 => whole(year, year),
        10 => Some(days(&format!("{}-{:02}", written(year), moment.month))),
        _ if moment.day == 0 => Some(days(&format!("{}-{:02}", written(year), moment.month))),
        _ if snak.calendar.as_deref() == Some("Q1985786") => {
            let day = gregorian(year, i64::from(moment.month), i64::from(moment.day));
            let text = format!("{}-{:02}-{:02}", written(day.0), day.1, day.2);
            Some((text.clone(), text))
        }
        _ => {
            let text = format!("{}-{:02}-{:02}", written(year), moment.month, moment.day);
            Some((text.clone(), text))
        }
    }
}

/// The Gregorian day of a Julian one, by way of the Julian day number.
fn gregorian(year: i64, month: i64, day: i64) -> (i64, i64, i64) {
    let shift = (14 - month) / 12;
    let y = year + 4800 - shift;
    let m = month + 12 * shift - 3;
    let number = day + (153 * m + 2) / 5 + 365 * y + y.div_euclid(4) - 32083;
    let a = number + 32044;
    let b = (4 * a + 3).div_euclid(146_097);
    let c = a - (146_097 * b).div_euclid(4);
    let d = (4 * c + 3).div_euclid(1461);
    let e = c - (1461 * d).div_euclid(4);
    let n = (5 * e + 2).div_euclid(153);
    (
        100 * b + d - 4800 + n / 10,
        n + 3 - 12 * (n / 10),
        e - (153 * n + 2).div_euclid(5) + 1,
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::{inception, time};
    use super::*;

    fn against(edtf: &str, snak: Snak, rank: Rank) -> Class {
        judge(
            &inception(edtf),
            &Statement {
                value: snak,
                rank,
                ..Statement::default()
            },
            true,
        )
        .unwrap()
        .0
    }

    #[test]
    fn dates_are_compared_by_precision() {
        let september = || time("+1918-09-00T00:00:00Z", 10);
        assert_eq!(against("1918-09", september(), Rank::Normal), Class::Same);
        assert_eq!(
            against("1918-09", time("+1918-00-00T00:00:00Z", 9), Rank::Normal),
            Class::MorePreciseHere
        );
        assert_eq!(
            against("1918", september(), Rank::Normal),
            Class::MorePreciseThere
        );
        assert_eq!(
            against("1919-09", september(), Rank::Normal),
            Class::Contradiction
        );
        assert_eq!(
            against("1918-09", september(), Rank::Deprecated),
            Class::Contradiction
        );
        assert_eq!(
            against("1915/1918", time("+1918-00-00T00:00:00Z", 8), Rank::Normal),
            Class::MorePreciseHere
        );
        assert_eq!(
            against(
                "1918",
                Snak {
                    snak: Some("somevalue".into()),
                    ..Snak::default()
                },
                Rank::Normal
            ),
            Class::MorePreciseHere
        );
        // Equal whatever stands in the parts that the precision leaves out.
        assert_eq!(
            against("2003", time("+2003-01-01T00:00:00Z", 9), Rank::Normal),
            Class::Same
        );
        let julian = Snak {
            calendar: Some("Q1985786".into()),
            ..time("+1917-10-25T00:00:00Z", 11)
        };
        assert_eq!(against("1917-11-07", julian, Rank::Normal), Class::Same);
    }
}
