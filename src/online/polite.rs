//! Good manners: say who asks, ask one thing at a time, wait when told to, give up after some tries.
//!
//! A [`Client`] has no way to send two requests at once: it is one agent, and asking blocks. What an answer means is told by a
//! reader, which may also say that another time will do better.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::sleep;
use std::time::Duration;

use super::http::{Answer, Failure, Request, Wire};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, Result, codes};

/// Redirections that are followed.
const REDIRECTIONS: u32 = 5;

/// Who asks, and how patiently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manners {
    /// A mail address or a page, for those who run the server.
    pub contact: String,
    /// How long to wait for an answer.
    pub timeout: Duration,
    /// How often to try.
    pub tries: u32,
    /// How long to wait before the second try when the server does not say; twice as long before each further one.
    pub pause: Duration,
    /// The longest wait; a server that wants a longer one is left alone.
    pub longest: Duration,
}

/// What is told while the network is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Talk<'a> {
    /// How far the work is.
    Progress(&'a str),
    /// Something happened that makes it take longer.
    Note(&'a str),
}

/// Hears what is told.
pub type Listener = Arc<dyn Fn(Talk<'_>) + Send + Sync>;

/// What a reader makes of an answer.
pub enum Reading<T> {
    /// It is what was asked for.
    Done(T),
    /// Another time may do better: why, and after how long if the body says so.
    Again(String, Option<Duration>),
    /// It will never do.
    Never(Diagnostics),
}

/// Asks politely.
pub struct Client {
    wire: Wire,
    manners: Manners,
    listener: Listener,
    /// Held while a request is under way, so that there is never a second one.
    turn: Mutex<()>,
}

impl Client {
    /// Returns a client that follows a few redirections.
    ///
    /// # Errors
    /// `USAGE` when the contact is none.
    pub fn new(manners: Manners, listener: Listener) -> Result<Self> {
        Self::with(manners, listener, REDIRECTIONS)
    }

    /// Returns a client that stays with the address it was given.
    ///
    /// # Errors
    /// `USAGE` when the contact is none.
    pub fn unmoved(manners: Manners, listener: Listener) -> Result<Self> {
        Self::with(manners, listener, 0)
    }

    fn with(manners: Manners, listener: Listener, redirections: u32) -> Result<Self> {
        let agent = user_agent(&manners.contact)?;
        Ok(Self {
            wire: Wire::new(&agent, manners.timeout, redirections),
            manners,
            listener,
            turn: Mutex::new(()),
        })
    }

    /// Tells something.
    pub fn tell(&self, talk: Talk<'_>) {
        (self.listener)(talk);
    }

    /// Asks until the reader is content, the tries are used up, or waiting would take too long.
    ///
    /// Statuses that tell of a busy or broken server (408, 429, 5xx) never reach the reader.
    ///
    /// # Errors
    /// `NO_ANSWER`, `BAD_ANSWER`, `SERVER_BUSY`, or what the reader says.
    pub fn ask<T>(
        &self,
        request: &Request,
        mut read: impl FnMut(&Answer) -> Reading<T>,
    ) -> Result<T> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let tries = self.manners.tries.max(1);
        let mut number = 1;
        loop {
            let (code, why, asked) = match self.wire.ask(request) {
                Err(Failure::Lasting(why)) => {
                    return Err(failed(codes::BAD_ANSWER, &request.url, &why)
                        .hint("check the address, and that it is the one of the service")
                        .into());
                }
                Err(Failure::Passing(why)) => (codes::NO_ANSWER, why, None),
                Ok(answer) => {
                    let named = wait(answer.retry_after.as_deref(), answer.date.as_deref());
                    match answer.status {
                        408 | 429 | 500..=599 => (
                            codes::SERVER_BUSY,
                            format!("status {}", answer.status),
                            named,
                        ),
                        300..=399 => {
                            return Err(failed(
                                codes::BAD_ANSWER,
                                &request.url,
                                &format!("it sends elsewhere (status {})", answer.status),
                            )
                            .hint("name the address that it sends to, if you trust that one")
                            .into());
                        }
                        _ => match read(&answer) {
                            Reading::Done(value) => return Ok(value),
                            Reading::Never(findings) => return Err(findings),
                            Reading::Again(why, told) => (codes::BAD_ANSWER, why, named.or(told)),
                        },
                    }
                }
            };
            let pause = asked.unwrap_or_else(|| {
                let doubled = self.manners.pause.saturating_mul(1 << (number - 1).min(16));
                doubled.min(self.manners.longest)
            });
            if number >= tries {
                let times = if tries == 1 {
                    "one try".to_owned()
                } else {
                    format!("{tries} tries")
                };
                return Err(failed(
                    code,
                    &request.url,
                    &format!("{why}; given up after {times}"),
                )
                .hint("come again later; --tries and --pause make it more patient")
                .into());
            }
            if pause > self.manners.longest {
                return Err(failed(
                    codes::SERVER_BUSY,
                    &request.url,
                    &format!("{why}; it wants to be left alone for {} s", pause.as_secs()),
                )
                .hint("come again after that time; --longest-pause allows to wait longer")
                .into());
            }
            self.tell(Talk::Note(&format!(
                "{}: {why}; again in {} s.",
                request.url,
                pause.as_secs_f64()
            )));
            sleep(pause);
            number += 1;
        }
    }
}

/// Returns the finding that a server is of no help.
pub(super) fn failed(code: Code, url: &str, why: &str) -> Diagnostic {
    Diagnostic::error(code, why).at(Place::file(url))
}

/// Returns what is sent as `User-Agent`: the program, its version, and whom to write to.
///
/// # Errors
/// `USAGE` when the contact is neither a mail address nor a page.
pub fn user_agent(contact: &str) -> Result<String> {
    let contact = contact.trim();
    let plain = contact
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'(' | b')'));
    let known = match contact.split_once("://") {
        Some((scheme, rest)) => matches!(scheme, "http" | "https") && !rest.is_empty(),
        None => contact
            .split_once('@')
            .is_some_and(|(user, host)| !user.is_empty() && host.contains('.')),
    };
    if plain && known {
        return Ok(format!(
            "factmill/{} ({contact})",
            env!("CARGO_PKG_VERSION")
        ));
    }
    Err(
        Diagnostic::error(codes::USAGE, format!("\"{contact}\" is no contact"))
            .hint("give a mail address or the address of a page, in plain ASCII")
            .into(),
    )
}

/// Returns how long a server wants to be left alone: a number of seconds, or a date, which its own clock is compared with.
fn wait(retry_after: Option<&str>, date: Option<&str>) -> Option<Duration> {
    let text = retry_after?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let (then, now) = (seconds(text)?, seconds(date?)?);
    Some(Duration::from_secs(
        u64::try_from(then - now).unwrap_or_default(),
    ))
}

/// The seconds of a date as HTTP writes it (`Sun, 06 Nov 1994 08:49:37 GMT`), counted from 1 March 0000.
fn seconds(date: &str) -> Option<i64> {
    const MONTHS: [&str; 12] = [
        "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan", "Feb",
    ];
    let mut words = date.trim().split_once(", ")?.1.split(' ');
    let day: i64 = words.next()?.parse().ok()?;
    let name = words.next()?;
    let month = i64::try_from(MONTHS.iter().position(|one| *one == name)?).ok()?;
    let year: i64 = words.next()?.parse().ok()?;
    // Years that begin in March end with the day that leap years add.
    let year = if month >= 10 { year - 1 } else { year };
    let mut clock = words
        .next()?
        .split(':')
        .map(|part| part.parse::<i64>().ok());
    let (hours, minutes, rest) = (clock.next()??, clock.next()??, clock.next()??);
    let fits = (1..=31).contains(&day)
        && (0..=9999).contains(&year)
        && (0..24).contains(&hours)
        && (0..60).contains(&minutes)
        && (0..=60).contains(&rest);
    if !fits || words.next() != Some("GMT") {
        return None;
    }
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1;
    Some(days * 86_400 + hours * 3_600 + minutes * 60 + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_a_number_or_a_date() {
        let now = Some("Wed, 28 Feb 2024 23:59:50 GMT");
        let of = |text: &str, now| wait(Some(text), now).map(|wait| wait.as_secs());
        assert_eq!(of("5", None), Some(5));
        assert_eq!(of(" 0 ", now), Some(0));
        assert_eq!(of("Thu, 29 Feb 2024 00:00:00 GMT", now), Some(10));
        assert_eq!(of("Fri, 01 Mar 2024 00:00:00 GMT", now), Some(86_410));
        assert_eq!(
            of(
                "Sat, 01 Mar 2025 00:00:00 GMT",
                Some("Fri, 28 Feb 2025 00:00:00 GMT")
            ),
            Some(86_400)
        );
        assert_eq!(
            of(
                "Wed, 01 Jan 2025 00:00:00 GMT",
                Some("Tue, 31 Dec 2024 23:59:59 GMT")
            ),
            Some(1)
        );
        // What lies behind is now; what cannot be told is not guessed.
        assert_eq!(of("Wed, 28 Feb 2024 23:00:00 GMT", now), Some(0));
        for text in [
            "",
            "-1",
            "soon",
            "Thu, 29 Feb 2024 00:00:00",
            "Thu, 99 Feb 2024 00:00:00 GMT",
            "Thu, 29 Feb 99999 00:00:00 GMT",
        ] {
            assert_eq!(of(text, now), None, "{text}");
        }
        assert_eq!(of("Thu, 29 Feb 2024 00:00:00 GMT", None), None);
        assert_eq!(wait(None, now), None);
    }

    #[test]
    fn a_contact_is_one() {
        assert_eq!(
            user_agent(" me@example.org ").unwrap(),
            format!("factmill/{} (me@example.org)", env!("CARGO_PKG_VERSION"))
        );
        assert!(user_agent("https://example.org/about").is_ok());
        for text in [
            "",
            "me",
            "me@",
            "@example.org",
            "https://",
            "a b@example.org",
            "me@example.org\r\nX: y",
            "me@exämple.org",
            "ftp://example.org",
            "me)@example.org",
        ] {
            assert!(user_agent(text).is_err(), "{text:?}");
        }
    }
}
