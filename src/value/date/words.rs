//! The words dates are told with, as a table: English, Russian, German, Tajik, Uzbek (Latin) and Persian.

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
    /// The years are counted from our era on.
    OurEra,
    /// The date is of the Julian calendar.
    OldStyle,
    /// The date is of the Gregorian calendar.
    NewStyle,
    /// Between two dates, of which one is meant.
    Or,
    /// Before the first of two dates, between which the one meant lies.
    Between,
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
pub(in crate::value) fn month_name(month: u32) -> &'static str {
    MONTHS[(month.clamp(1, 12) - 1) as usize]
}

/// The most words that stand together in one row of [`WORDS`].
const LONGEST_PHRASE: usize = 3;

/// Each meaning with its words and phrases, folded, parted by `|`.
#[rustfmt::skip]
const WORDS: &[(Meaning, &str)] = &[
    (Meaning::Month(1), "january|jan|январь|января|январе|янв|январ|январи|yanvar|ژانویه|ژانویهٔ|جنوری|январю|январём|январем|januar|januars|jänner|jänners|jaenner|jän"),
    (Meaning::Month(2), "february|feb|февраль|февраля|феврале|фев|февр|феврал|феврали|fevral|فوریه|فوریهٔ|فبروری|февралю|февралём|февралем|februar|februars|feber|febr|febers"),
    (Meaning::Month(3), "march|mar|март|марта|марте|мар|марти|mart|مارس|مارچ|марту|мартом|märz|märzes|maerz|mrz|mär"),
    (Meaning::Month(4), "april|apr|апрель|апреля|апреле|апр|апрел|апрели|aprel|آوریل|اپریل|апрелю|апрелем|aprils"),
    (Meaning::Month(5), "may|май|мая|мае|майи|مه|می|маю|маем|mai|mais|maies"),
    (Meaning::Month(6), "june|jun|июнь|июня|июне|июн|июни|iyun|ژوئن|جون|июню|июнем|juni|junis"),
    (Meaning::Month(7), "july|jul|июль|июля|июле|июл|июли|iyul|ژوئیه|ژوئیهٔ|جولای|июлю|июлем|juli|julis"),
    (Meaning::Month(8), "august|aug|август|августа|августе|авг|августи|avgust|اوت|آگوست|اگست|августу|августом|augusts|augustes"),
    (Meaning::Month(9), "september|sep|sept|сентябрь|сентября|сентябре|сен|сент|сентябр|сентябри|sentabr|sentyabr|سپتامبر|سپتمبر|сентябрю|сентябрём|сентябрем|septembers"),
    (Meaning::Month(10), "october|oct|октябрь|октября|октябре|окт|октябр|октябри|oktabr|oktyabr|اکتبر|اکتوبر|октябрю|октябрём|октябрем|oktober|oktobers|okt"),
    (Meaning::Month(11), "november|nov|ноябрь|ноября|ноябре|ноя|нояб|ноябр|ноябри|noyabr|نوامبر|نومبر|ноябрю|ноябрём|ноябрем|novembers"),
    (Meaning::Month(12), "december|dec|декабрь|декабря|декабре|дек|декабр|декабри|dekabr|دسامبر|دسمبر|декабрю|декабрём|декабрем|dezember|dezembers|dez"),

    (Meaning::Season(21), "spring|springtime|весна|весной|весны|весну|баҳор|баҳори|bahor|bahori|bahorda|bahorida|بهار|весне|весною|frühling|frühjahr|fruehling|fruehjahr|frühlings|frühjahrs"),
    (Meaning::Season(22), "summer|summertime|лето|летом|лета|тобистон|тобистони|yoz|yozi|yozda|yozida|تابستان|лету|лете|sommer|sommers"),
    (Meaning::Season(23), "autumn|fall|осень|осенью|осени|тирамоҳ|тирамоҳи|kuz|kuzi|kuzda|kuzida|پاییز|پائیز|خزان|осеней|herbst|herbstes|herbsts"),
    (Meaning::Season(24), "winter|wintertime|зима|зимой|зимы|зиму|зимистон|зимистони|qish|qishi|qishda|qishida|زمستان|зиме|зимою|winters"),

    (Meaning::OtherCalendar, "فروردین|اردیبهشت|خرداد|تیر|مرداد|شهریور|مهر|آبان|آذر|دی|بهمن|اسفند|حمل|ثور|جوزا|سرطان|اسد|سنبله|میزان|عقرب|قوس|جدی|دلو|حوت"),
    (Meaning::OtherCalendar, "محرم|صفر|ربیع الاول|ربیع الثانی|رجب|شعبان|رمضان|شوال|muharram|safar|rajab|shaban|ramadan|shawwal"),

    (Meaning::BeforeOurEra, "bc|bce|b.c|b.c.e|до н. э|до н.э|до нашей эры|v. chr|v.chr|vor christus|пеш аз милод|miloddan avvalgi|پیش از میلاد"),
    (Meaning::OurEra, "ad|ce|a.d|c.e|н. э|н.э|нашей эры|n. chr|n.chr|nach christus"),
    (Meaning::OldStyle, "o.s|o. s|os|old style|julian|ст. ст|ст.ст|с. с|с.с|ст. стиля|по старому стилю|старого стиля|старый стиль|a. st|alten stils|julianisch"),
    (Meaning::NewStyle, "n.s|n. s|ns|new style|gregorian|нов. ст|н. ст|н.ст|н. с|н.с|по новому стилю|нового стиля|новый стиль|n. st|neuen stils"),

    (Meaning::Or, "or|either|или|либо|ё|yoki|یا|oder"),
    (Meaning::Between, "between|sometime between|между|байни|بین|zwischen"),

    (Meaning::About, "c|ca|cca|circa|cir|etwa|ungefähr|gegen|um|around about|about|around|approximately|approx|roughly|около|приблизительно|примерно|ок|тақрибан|тахминан|taxminan|حدود|حدوداً|تقریبا|تقریباً"),
    (Meaning::Perhaps, "possibly|probably|perhaps|maybe|likely|presumably|vermutlich|wahrscheinlich|vielleicht|предположительно|возможно|вероятно|эҳтимол|эҳтимолан|ehtimol|احتمالا|احتمالاً|شاید"),

    (Meaning::From, "from|since|after|post|past|as from|as of|starting|starting in|not before|no earlier than|not earlier than|не ранее|не раньше|ab|seit|nach|von|vom|с|со|от|после|начиная с|аз|пас аз|баъд аз|از|پس از|بعد از"),
    (Meaning::Before, "before|by|pre|prior to|no later than|not later than|not after|at latest|не позже|к|vor|spätestens|ранее|раньше|не позднее|пеш аз|پیش از|قبل از"),
    (Meaning::To, "to|until|till|til|through|bis|bis zum|thru|up to|по|до|вплоть до|то|تا"),
    (Meaning::Onward, "onward|onwards|or later|and later|and after|yildan|yildan beri|yildan buyon|به بعد"),
    (Meaning::UpTo, "or earlier|or before|and earlier|and before|yilgacha"),
    (Meaning::Present, "present|the present|current|heute|по настоящее время|по сей день|наши дни|now|today|date|present day|the present day|настоящее время|н. в|н.в|наст. время|сегодня|ҳол|ҳозир|имрӯз|hozir|hozirgacha|hozirgi kungacha|تاکنون|اکنون|کنون|امروز|حال"),

    (Meaning::Vague, "early|late|mid|middle|beginning|end|the beginning|the end|start|the start|first half|second half|начало|началу|концу|середину|середине|первой половине|второй половине|первая половина|вторая половина|anfang|anfangs|mitte|ende|frühe|frühen|späte|späten|начале|начала|конец|конце|конца|середина|середины|аввали|охири|миёнаи|boshi|boshida|oxiri|oxirida|اوایل|اوائل|اواسط|اواخر|آغاز|پایان"),

    (Meaning::Decade, "s|er|ies|е|ые|х|ых|солҳои|дар солҳои|yillar|yillari|yillarda|yillarning|دهه|دههٔ"),
    (Meaning::Century, "century|cent|centuries|веков|веком|jahrhundert|jahrhunderts|jh|jhd|jhdt|век|века|веке|асри|аср|asr|asri|asrda|قرن|سده|سدهٔ"),

    (Meaning::Roman(1), "i"), (Meaning::Roman(2), "ii"), (Meaning::Roman(3), "iii"), (Meaning::Roman(4), "iv"),
    (Meaning::Roman(5), "v"), (Meaning::Roman(6), "vi"), (Meaning::Roman(7), "vii"), (Meaning::Roman(8), "viii"),
    (Meaning::Roman(9), "ix"), (Meaning::Roman(10), "x"), (Meaning::Roman(11), "xi"), (Meaning::Roman(12), "xii"),
    (Meaning::Roman(13), "xiii"), (Meaning::Roman(14), "xiv"), (Meaning::Roman(15), "xv"), (Meaning::Roman(16), "xvi"),
    (Meaning::Roman(17), "xvii"), (Meaning::Roman(18), "xviii"), (Meaning::Roman(19), "xix"), (Meaning::Roman(20), "xx"),
    (Meaning::Roman(21), "xxi"),

    (Meaning::And, "and|und|и|ва|va|hamda|و"),

    (Meaning::Filler, "st|nd|rd|th|of|the|in|on|at|year|day"),
    (Meaning::Filler, "monday|tuesday|wednesday|thursday|friday|saturday|sunday|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье"),
    (Meaning::Filler, "в|во|на|г|гг|год|года|году|годом|годы|годов|годам|годами|годах|го|ого|й|м"),
    (Meaning::Filler, "im|am|der|den|dem|des|das|jahr|jahre|jahren|jahres"),
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

/// Returns the length in bytes of the word at the start of a text.
pub(super) fn letters(text: &str) -> usize {
    run(text, is_letter)
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
