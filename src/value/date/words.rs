//! The words dates are told with, as a table: English, Russian, Tajik, Uzbek (Latin) and Persian.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::value::name::{fold, is_ignorable};

/// What a word says about a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::value) enum Meaning {
    /// A month of the Gregorian calendar, from 1.
    Month(u8),
    /// A season by its EDTF number, 21 (spring) to 24 (winter).
    Season(u8),
    /// A month of a calendar that is not converted here.
    OtherCalendar,
    /// The years are counted backwards.
    BeforeOurEra,
    /// One of several dates, it is not known which.
    OneOf,
    /// The date is approximate.
    About,
    /// The date is uncertain.
    Perhaps,
    /// The date that follows is the start of a period without an end.
    From,
    /// The date that follows is the end of a period without a start.
    Before,
    /// As [`Meaning::Before`], and between two dates a dash.
    To,
    /// As [`Meaning::From`], of the date that stands before the word.
    Onward,
    /// As [`Meaning::Before`], of the date that stands before the word.
    UpTo,
    /// An end that is not reached yet.
    Present,
    /// A part of a date that EDTF cannot tell.
    Vague,
    /// The number tells a decade.
    Decade,
    /// The number tells a century.
    Century,
    /// A Roman number.
    Roman(u8),
    /// Joins two dates of a list.
    And,
    /// Says nothing.
    Filler,
}

/// The English names of the months, for messages.
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Returns the English name of a month, from 1.
pub(super) fn month_name(month: u32) -> &'static str {
    MONTHS[(month.clamp(1, 12) - 1) as usize]
}

/// The most words that stand together in one row of [`WORDS`].
const LONGEST_PHRASE: usize = 3;

/// Each meaning with its words and phrases, folded, parted by `|`.
#[rustfmt::skip]
const WORDS: &[(Meaning, &str)] = &[
    (Meaning::Month(1), "january|jan|январь|января|январе|янв|январ|январи|yanvar|ژانویه|ژانویهٔ|جنوری"),
    (Meaning::Month(2), "february|feb|февраль|февраля|феврале|фев|февр|феврал|феврали|fevral|فوریه|فوریهٔ|فبروری"),
    (Meaning::Month(3), "march|mar|март|марта|марте|мар|марти|mart|مارس|مارچ"),
    (Meaning::Month(4), "april|apr|апрель|апреля|апреле|апр|апрел|апрели|aprel|آوریل|اپریل"),
    (Meaning::Month(5), "may|май|мая|мае|майи|مه|می"),
    (Meaning::Month(6), "june|jun|июнь|июня|июне|июн|июни|iyun|ژوئن|جون"),
    (Meaning::Month(7), "july|jul|июль|июля|июле|июл|июли|iyul|ژوئیه|ژوئیهٔ|جولای"),
    (Meaning::Month(8), "august|aug|август|августа|августе|авг|августи|avgust|اوت|آگوست|اگست"),
    (Meaning::Month(9), "september|sep|sept|сентябрь|сентября|сентябре|сен|сент|сентябр|сентябри|sentabr|sentyabr|سپتامبر|سپتمبر"),
    (Meaning::Month(10), "october|oct|октябрь|октября|октябре|окт|октябр|октябри|oktabr|oktyabr|اکتبر|اکتوبر"),
    (Meaning::Month(11), "november|nov|ноябрь|ноября|ноябре|ноя|нояб|ноябр|ноябри|noyabr|نوامبر|نومبر"),
    (Meaning::Month(12), "december|dec|декабрь|декабря|декабре|дек|декабр|декабри|dekabr|دسامبر|دسمبر"),

    (Meaning::Season(21), "spring|springtime|весна|весной|весны|весну|баҳор|баҳори|bahor|bahori|bahorda|bahorida|بهار"),
    (Meaning::Season(22), "summer|summertime|лето|летом|лета|тобистон|тобистони|yoz|yozi|yozda|yozida|تابستان"),
    (Meaning::Season(23), "autumn|fall|осень|осенью|осени|тирамоҳ|тирамоҳи|kuz|kuzi|kuzda|kuzida|پاییز|پائیز|خزان"),
    (Meaning::Season(24), "winter|wintertime|зима|зимой|зимы|зиму|зимистон|зимистони|qish|qishi|qishda|qishida|زمستان"),

    (Meaning::OtherCalendar, "فروردین|اردیبهشت|خرداد|تیر|مرداد|شهریور|مهر|آبان|آذر|دی|بهمن|اسفند|حمل|ثور|جوزا|سرطان|اسد|سنبله|میزان|عقرب|قوس|جدی|دلو|حوت"),
    (Meaning::OtherCalendar, "محرم|صفر|ربیع الاول|ربیع الثانی|رجب|شعبان|رمضان|شوال|muharram|safar|rajab|shaban|ramadan|shawwal"),

    (Meaning::BeforeOurEra, "bc|bce|до н. э|до н.э|пеш аз милод|miloddan avvalgi|پیش از میلاد"),
    (Meaning::OneOf, "or|between|или|между|ё|байни|yoki|یا|بین"),

    (Meaning::About, "c|ca|cca|circa|about|around|approximately|approx|roughly|около|приблизительно|примерно|ок|тақрибан|тахминан|taxminan|حدود|حدوداً|تقریبا|تقریباً"),
    (Meaning::Perhaps, "possibly|probably|perhaps|maybe|возможно|вероятно|эҳтимол|эҳтимолан|ehtimol|احتمالا|احتمالاً|شاید"),

    (Meaning::From, "from|since|after|as from|as of|starting|с|со|от|после|начиная с|аз|пас аз|баъд аз|از|پس از|بعد از"),
    (Meaning::Before, "before|prior to|no later than|not later than|ранее|раньше|не позднее|пеш аз|پیش از|قبل از"),
    (Meaning::To, "to|until|till|til|through|thru|up to|по|до|вплоть до|то|تا"),
    (Meaning::Onward, "onward|onwards|and later|and after|yildan|yildan beri|yildan buyon|به بعد"),
    (Meaning::UpTo, "and earlier|and before|yilgacha"),
    (Meaning::Present, "present|the present|now|today|date|present day|the present day|настоящее время|н. в|н.в|наст. время|сегодня|ҳол|ҳозир|имрӯз|hozir|hozirgacha|hozirgi kungacha|تاکنون|اکنون|کنون|امروز|حال"),

    (Meaning::Vague, "early|late|mid|middle|beginning|end|начало|начале|начала|конец|конце|конца|середина|середине|середины|аввали|охири|миёнаи|boshi|boshida|oxiri|oxirida|اوایل|اوائل|اواسط|اواخر|آغاز|پایان"),

    (Meaning::Decade, "s|е|ые|х|ых|солҳои|дар солҳои|yillar|yillari|yillarda|yillarning|دهه|دههٔ"),
    (Meaning::Century, "century|cent|век|века|веке|асри|аср|asr|asri|asrda|قرن|سده|سدهٔ"),

    (Meaning::Roman(1), "i"), (Meaning::Roman(2), "ii"), (Meaning::Roman(3), "iii"), (Meaning::Roman(4), "iv"),
    (Meaning::Roman(5), "v"), (Meaning::Roman(6), "vi"), (Meaning::Roman(7), "vii"), (Meaning::Roman(8), "viii"),
    (Meaning::Roman(9), "ix"), (Meaning::Roman(10), "x"), (Meaning::Roman(11), "xi"), (Meaning::Roman(12), "xii"),
    (Meaning::Roman(13), "xiii"), (Meaning::Roman(14), "xiv"), (Meaning::Roman(15), "xv"), (Meaning::Roman(16), "xvi"),
    (Meaning::Roman(17), "xvii"), (Meaning::Roman(18), "xviii"), (Meaning::Roman(19), "xix"), (Meaning::Roman(20), "xx"),
    (Meaning::Roman(21), "xxi"),

    (Meaning::And, "and|и|ва|va|hamda|و"),

    (Meaning::Filler, "st|nd|rd|th|of|the|in|on|year|ad|ce"),
    (Meaning::Filler, "в|во|г|гг|год|года|году|годы|годов|годах|го|ого|й|м|н. э|н.э"),
    (Meaning::Filler, "дар|соли|сол|моҳи|ум|юм"),
    (Meaning::Filler, "yil|yili|yilda|yilning|yildagi|kuni|oyi|oyida"),
    (Meaning::Filler, "در|سال|ماه|میلادی|م"),
];

static INDEX: LazyLock<HashMap<&str, Meaning>> = LazyLock::new(|| {
    WORDS
        .iter()
        .flat_map(|(meaning, words)| words.split('|').map(|word| (word, *meaning)))
        .collect()
});

/// Returns what the longest known phrase at the start of a text means, and its length in bytes; `None` if none is known.
pub(super) fn phrase(text: &str) -> Option<(Meaning, usize)> {
    let mut ends = Vec::with_capacity(LONGEST_PHRASE);
    let mut at = 0;
    while ends.len() < LONGEST_PHRASE {
        let word = run(&text[at..], is_letter);
        if word == 0 {
            break;
        }
        at += word;
        ends.push(at);
        at += run(&text[at..], |c| c.is_whitespace() || c == '.');
    }
    ends.into_iter().rev().find_map(|end| {
        let meaning = INDEX.get(fold(&text[..end]).as_str())?;
        Some((*meaning, end))
    })
}

/// Returns whether a character may stand in a word.
pub(super) fn is_letter(c: char) -> bool {
    c.is_alphabetic() || unicode_normalization::char::is_combining_mark(c) || is_ignorable(c)
}

/// Returns the length in bytes of the characters at the start of a text that fulfil a condition.
fn run(text: &str, condition: impl Fn(char) -> bool) -> usize {
    text.find(|c| !condition(c)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_folded_unique_and_found() {
        let words: Vec<_> = WORDS
            .iter()
            .flat_map(|(_, words)| words.split('|'))
            .collect();
        assert_eq!(words.len(), INDEX.len(), "a word stands twice");
        for (meaning, row) in WORDS {
            for word in row.split('|') {
                assert_eq!(fold(word), word);
                assert_eq!(phrase(word), Some((*meaning, word.len())), "{word}");
            }
        }
    }

    #[test]
    fn the_longest_phrase_wins() {
        assert_eq!(phrase("up to 1920"), Some((Meaning::To, 5)));
        assert_eq!(
            phrase("Up\u{a0} To 1920").map(|found| found.0),
            Some(Meaning::To)
        );
        assert_eq!(phrase("upstream 1920"), None);
    }
}
