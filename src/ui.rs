//! Talk to people: everything on standard error, in one voice, with colour only where it is wanted.
//!
//! Data never passes here; it goes to standard output or a file through `output`.

use std::fmt::Display;
use std::io::{IsTerminal, Write, stderr, stdout};

use anstream::AutoStream;
use anstyle::{AnsiColor, Style};

use crate::diagnostic::{Diagnostic, Severity};
use crate::output;

/// When to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colour {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The one voice of the program.
#[derive(Clone, Copy, Debug)]
pub struct Ui {
    colour: bool,
    quiet: bool,
}

impl Ui {
    /// Returns the voice; a quiet one gives errors only.
    pub fn new(colour: Colour, quiet: bool) -> Self {
        let colour = match colour {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => AutoStream::choice(&stderr()) != anstream::ColorChoice::Never,
        };
        Self { colour, quiet }
    }

    /// Returns whether standard output is a terminal, which decides the default format of results.
    pub fn stdout_is_terminal(&self) -> bool {
        stdout().is_terminal()
    }

    /// Returns the width of the terminal in columns, or `None` when standard output is none.
    pub fn width(&self) -> Option<usize> {
        terminal_size::terminal_size_of(stdout()).map(|(width, _)| usize::from(width.0))
    }

    /// Says what was done, on a line of its own.
    pub fn status(&self, text: impl Display) {
        if !self.quiet {
            self.line(&text.to_string());
        }
    }

    /// Says what could come next.
    pub fn hint(&self, text: impl Display) {
        if !self.quiet {
            self.line(&format!("{} {text}", self.paint("hint:", AnsiColor::Cyan)));
        }
    }

    /// Shows findings; a quiet voice shows errors only.
    pub fn findings(&self, findings: &[Diagnostic]) {
        let shown: Vec<Diagnostic> = findings
            .iter()
            .filter(|one| !self.quiet || one.severity == Severity::Error)
            .cloned()
            .collect();
        if !shown.is_empty() {
            self.line(output::diagnostic::render(&shown, self.colour).trim_end());
        }
    }

    /// Shows how far a long job is, on one line that is written over; only on a terminal.
    pub fn progress(&self, text: impl Display) {
        if !self.quiet && stderr().is_terminal() {
            let _ = write!(stderr().lock(), "\r\u{1b}[K{text}");
        }
    }

    /// Clears the line of [`Ui::progress`].
    pub fn progress_done(&self) {
        self.progress("");
    }

    fn paint(&self, word: &str, colour: AnsiColor) -> String {
        if self.colour {
            let style = Style::new().bold().fg_color(Some(colour.into()));
            format!("{style}{word}{style:#}")
        } else {
            word.to_owned()
        }
    }

    /// A closed standard error is nobody listening: not an error.
    fn line(&self, text: &str) {
        let _ = writeln!(stderr().lock(), "{text}");
    }
}
