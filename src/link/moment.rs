//! Points in time as tables and Wikidata write them: a year, a month or a day, and how two of them compare.

/// A point in time with its precision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    /// The year; years before our era are negative as Wikidata's JSON writes them.
    pub year: i32,
    /// The month, 0 when not known.
    pub month: u8,
    /// The day, 0 when not known.
    pub day: u8,
}

/// How two points in time go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Agreement {
    /// The same day.
    Day,
    /// One is coarser, the other within it, in the same month.
    Month,
    /// The same year, nothing finer to compare.
    Year,
    /// Two of year, month and day are the same, or day and month changed places: a slip of the pen.
    Near,
    /// Different.
    Different,
}

impl Moment {
    /// Reads `1920`, `1920-08`, `1920-08-16`, and Wikidata's `+1920-08-00T00:00:00Z`; nothing else.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let (sign, text) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text.strip_prefix('+').unwrap_or(text)),
        };
        let text = text.split('T').next().unwrap_or(text);
        let mut parts = text.split('-');
        let year = parts.next().filter(|part| {
            (1..=6).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
        })?;
        let mut small = |most: u8| match parts.next() {
            None => Some(0),
            Some(part) if part.len() <= 2 => {
                part.parse::<u8>().ok().filter(|number| *number <= most)
            }
            Some(_) => None,
        };
        let month = small(12)?;
        let day = small(31)?;
        if parts.next().is_some() {
            return None;
        }
        let year: i32 = year.parse().ok()?;
        Some(Self {
            year: sign * year,
            month,
            day: if month == 0 { 0 } else { day },
        })
    }

    /// Returns the same point, as a year only if it is a first of January.
    ///
    /// Many tables write that day when they know the year alone.
    #[must_use]
    pub fn honest(self) -> Self {
        if (self.month, self.day) == (1, 1) {
            Self {
                month: 0,
                day: 0,
                ..self
            }
        } else {
            self
        }
    }

    /// Compares two points by what both know.
    #[must_use]
    pub fn agrees(self, other: Self) -> Agreement {
        let (a, b) = (self.honest(), other.honest());
        if a.day > 0 && b.day > 0 {
            let same = [a.year == b.year, a.month == b.month, a.day == b.day];
            return match same.iter().filter(|one| **one).count() {
                3 => Agreement::Day,
                2 => Agreement::Near,
                _ if a.year == b.year && (a.month, a.day) == (b.day, b.month) => Agreement::Near,
                _ => Agreement::Different,
            };
        }
        match () {
            () if a.year != b.year => Agreement::Different,
            () if a.month == 0 || b.month == 0 => Agreement::Year,
            () if a.month == b.month => Agreement::Month,
            () => Agreement::Near,
        }
    }
}

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.month, self.day) {
            (0, _) => write!(f, "{:04}", self.year),
            (month, 0) => write!(f, "{:04}-{month:02}", self.year),
            (month, day) => write!(f, "{:04}-{month:02}-{day:02}", self.year),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_dates_are_read() {
        let read = |text: &str| Moment::read(text).map(|moment| moment.to_string());
        assert_eq!(read("+1918-09-00T00:00:00Z").as_deref(), Some("1918-09"));
        assert_eq!(read("1954-08-12").as_deref(), Some("1954-08-12"));
        assert_eq!(read("1980").as_deref(), Some("1980"));
        for text in [
            "",
            "-",
            "unknown",
            "1980-13",
            "1980-01-32",
            "19 80",
            "1980-01-01-01",
            "99999999999",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn precision_decides_what_is_compared() {
        let agrees = |a: &str, b: &str| Moment::read(a).unwrap().agrees(Moment::read(b).unwrap());
        assert_eq!(agrees("1954-08-12", "1954-08-12"), Agreement::Day);
        assert_eq!(agrees("1954-08-12", "1954-08"), Agreement::Month);
        assert_eq!(agrees("1954-08-12", "1954-01-01"), Agreement::Year);
        assert_eq!(agrees("1954-08-12", "1954-12-08"), Agreement::Near);
        assert_eq!(agrees("1954-08-12", "1954-09-12"), Agreement::Near);
        assert_eq!(agrees("1954-08-12", "1955-09-12"), Agreement::Different);
        assert_eq!(agrees("1954", "1955-09-12"), Agreement::Different);
    }
}
