//! Addresses: how a passage is named on the command line.
//!
//! `DOC:120-188` code points, `DOC:l12-l14` lines, `DOC:p7` paragraphs, `DOC:s45` sentences, `DOC:"a quote"`, and
//! `DOC` for the whole text.

use std::fmt;
use std::str::FromStr;

use super::CharRange;
use super::name::as_typed;
use crate::error::{Error, Result};

/// A passage of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The document's name as it was typed.
    pub document: String,
    /// Where in it.
    pub place: Place,
}

/// Where in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The whole text.
    Whole,
    /// Code points: from the first position up to but not including the second. Not empty.
    Chars(u32, u32),
    /// Lines from the first to the second, both included, from 1.
    Lines(u32, u32),
    /// Paragraphs from the first to the second, both included, from 1.
    Paragraphs(u32, u32),
    /// Sentences from the first to the second, both included, from 1.
    Sentences(u32, u32),
    /// The passage that reads so.
    Quote(String),
}

impl Address {
    /// The address of a range, as listings print it.
    pub fn of_range(document: impl Into<String>, range: CharRange) -> Self {
        Address { document: document.into(), place: Place::Chars(range.start(), range.end()) }
    }

    /// Reads an address.
    ///
    /// Names may hold colons themselves: the last colon with a place after it separates, and without one the whole
    /// is a document's name. A quote begins at the first `:"` and ends with the address, so it may hold anything. A
    /// caller that knows the documents does well to try the whole as a name first: `minutes:2019-2020` may be one.
    ///
    /// # Errors
    /// When the document is missing, or what follows the colon is a place that cannot be: reversed, empty, numbered
    /// 0, or past what can be counted.
    pub fn parse(typed: &str) -> Result<Self> {
        let typed = typed.trim();
        let (document, place) = match quoted(typed) {
            Some((document, quote)) if quote.trim().is_empty() => {
                return Err(Error::refused(format!("the quote in `{typed}` is empty"))
                    .hint(format!("to name the whole text, type `{document}`")));
            }
            Some((document, quote)) => (document, Place::Quote(quote.to_owned())),
            None => match typed.rmatch_indices(':').find_map(|(colon, _)| {
                let document = &typed[..colon];
                Some((document, Place::of_numbers(&typed[colon + 1..], document)?))
            }) {
                Some((document, place)) => (document, place?),
                None => (typed, Place::Whole),
            },
        };
        if document.is_empty() {
            return Err(Error::refused(format!("the address `{typed}` names no document")).hint(
                "an address is `DOC:120-188`, `DOC:l12-l14`, `DOC:p7`, `DOC:s45`, `DOC:\"a quote\"` or `DOC`",
            ));
        }
        Ok(Address { document: document.to_owned(), place })
    }
}

/// Splits `DOC:"quote"`, with straight or curly marks.
fn quoted(typed: &str) -> Option<(&str, &str)> {
    [(":\"", '"'), (":“", '”')].into_iter().find_map(|(open, close)| {
        let (document, rest) = typed.split_once(open)?;
        Some((document, rest.strip_suffix(close)?))
    })
}

impl Place {
    /// The place that `typed` names by numbers; `None` when it is none, an error when it is an impossible one.
    fn of_numbers(typed: &str, document: &str) -> Option<Result<Place>> {
        let unit = Unit::of(typed)?;
        let (first, last) = match typed.split_once(['-', '–']) {
            // The second letter may be left out: `l12-14`.
            Some((first, last)) => (unit.digits(first)?, unit.digits(last).or_else(|| digits(last))?),
            None if unit == Unit::Char => return None,
            None => (unit.digits(typed)?, unit.digits(typed)?),
        };
        let wrong = |why: &str| Error::refused(format!("`{typed}` is not a place in a text: {why}"));
        let (Ok(first), Ok(last)) = (first.parse::<u32>(), last.parse::<u32>()) else {
            return Some(Err(wrong("the number is too large").hint(format!(
                "`postil show {document}` shows how long the text is",
                document = as_typed(document)
            ))));
        };
        let letter = unit.letter();
        Some(if unit != Unit::Char && (first == 0 || last == 0) {
            Err(wrong("numbers start at 1").hint(format!("the first one is `{document}:{letter}1`")))
        } else if first > last {
            Err(wrong("its end comes before its start")
                .hint(format!("did you mean `{document}:{letter}{last}-{letter}{first}`?")))
        } else if unit == Unit::Char && first == last {
            let end = last.saturating_add(1);
            Err(wrong("it is empty, since the end is not included")
                .hint(format!("one character is `{document}:{first}-{end}`")))
        } else {
            Ok(unit.place(first, last))
        })
    }
}

/// What a place counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Char,
    Line,
    Paragraph,
    Sentence,
}

impl Unit {
    fn of(typed: &str) -> Option<Self> {
        match typed.bytes().next()? {
            b'0'..=b'9' => Some(Unit::Char),
            b'l' => Some(Unit::Line),
            b'p' => Some(Unit::Paragraph),
            b's' => Some(Unit::Sentence),
            _ => None,
        }
    }

    fn letter(self) -> &'static str {
        match self {
            Unit::Char => "",
            Unit::Line => "l",
            Unit::Paragraph => "p",
            Unit::Sentence => "s",
        }
    }

    /// The digits of one number with this unit's letter before them.
    fn digits(self, typed: &str) -> Option<&str> {
        digits(typed.strip_prefix(self.letter())?)
    }

    fn place(self, first: u32, last: u32) -> Place {
        match self {
            Unit::Char => Place::Chars(first, last),
            Unit::Line => Place::Lines(first, last),
            Unit::Paragraph => Place::Paragraphs(first, last),
            Unit::Sentence => Place::Sentences(first, last),
        }
    }
}

fn digits(typed: &str) -> Option<&str> {
    (!typed.is_empty() && typed.bytes().all(|byte| byte.is_ascii_digit())).then_some(typed)
}

impl FromStr for Address {
    type Err = Error;

    fn from_str(typed: &str) -> Result<Self> {
        Address::parse(typed)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Whole => f.write_str(&self.document),
            // A quote begins at the first `:"`: in the name it would be taken for the beginning.
            Place::Quote(quote) if self.document.contains(":\"") => write!(f, "{}:“{quote}”", self.document),
            place => write!(f, "{}:{place}", self.document),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut numbered = |letter: &str, first: &u32, last: &u32| {
            if first == last {
                write!(f, "{letter}{first}")
            } else {
                write!(f, "{letter}{first}-{letter}{last}")
            }
        };
        match self {
            Place::Whole => Ok(()),
            Place::Chars(start, end) => write!(f, "{start}-{end}"),
            Place::Lines(first, last) => numbered("l", first, last),
            Place::Paragraphs(first, last) => numbered("p", first, last),
            Place::Sentences(first, last) => numbered("s", first, last),
            Place::Quote(quote) => write!(f, "\"{quote}\""),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(typed: &str) -> (String, Place) {
        let address = Address::parse(typed).expect("this is an address");
        (address.document, address.place)
    }

    fn refusal(typed: &str) -> (String, String) {
        let error = Address::parse(typed).expect_err("this is no address");
        (error.message().to_owned(), error.hints().first().cloned().unwrap_or_default())
    }

    #[test]
    fn every_form_of_address_is_read() {
        for (typed, place) in [
            ("doc", Place::Whole),
            ("doc:120-188", Place::Chars(120, 188)),
            ("doc:120–188", Place::Chars(120, 188)),
            ("doc:l12", Place::Lines(12, 12)),
            ("doc:l12-l14", Place::Lines(12, 14)),
            ("doc:l12-14", Place::Lines(12, 14)),
            ("doc:p7-p9", Place::Paragraphs(7, 9)),
            ("doc:s45", Place::Sentences(45, 45)),
            ("doc:\"he said: \"no\", at 1:2-3\"", Place::Quote("he said: \"no\", at 1:2-3".to_owned())),
            (" doc:“a quote” ", Place::Quote("a quote".to_owned())),
        ] {
            assert_eq!(parse(typed), ("doc".to_owned(), place), "{typed}");
        }
    }

    #[test]
    fn a_document_may_have_colons_spaces_and_dots_in_its_name() {
        assert_eq!(
            parse("Interview 3: Ana v1.2:p4"),
            ("Interview 3: Ana v1.2".to_owned(), Place::Paragraphs(4, 4))
        );
        for name in ["Interview 3: Ana", "a:12", "a:l", "a:l1-p2", "a:-5", "a:1-", "a:p", "a:section"] {
            assert_eq!(parse(name), (name.to_owned(), Place::Whole));
        }
    }

    #[test]
    fn a_place_that_cannot_be_is_refused_with_what_to_type() {
        let (message, hint) = refusal("doc:188-120");
        assert_eq!(message, "`188-120` is not a place in a text: its end comes before its start");
        assert_eq!(hint, "did you mean `doc:120-188`?");
        assert_eq!(refusal("doc:l14-l12").1, "did you mean `doc:l12-l14`?");
        assert_eq!(refusal("doc:5-5").1, "one character is `doc:5-6`");
        assert_eq!(refusal("doc:l0").1, "the first one is `doc:l1`");
        assert!(refusal("doc:0-99999999999").0.contains("too large"));
        assert!(refusal("doc:\" \"").0.contains("empty"));
        assert!(refusal(":1-2").0.contains("names no document"));
        assert!(refusal("").0.contains("names no document"));
    }

    #[test]
    fn a_name_with_a_colon_and_a_quotation_mark_does_not_swallow_its_quote() {
        let address = Address::parse("a:\"b\":“c d”").unwrap();
        assert_eq!((address.document.as_str(), &address.place), ("a:\"b\"", &Place::Quote("c d".to_owned())));
        assert_eq!(address.to_string(), "a:\"b\":“c d”");
    }

    proptest! {
        #[test]
        fn an_address_reads_back_as_it_was_written(
            document in "[a-zé][a-z0-9 .:-]{0,12}[a-z]", first in 1_u32.., more in 0_u32..1000, quote in "[a-z\":“”. -]{0,12}[a-z]",
        ) {
            let last = first.saturating_add(more);
            let mut places = vec![Place::Lines(first, last), Place::Paragraphs(first, last), Place::Sentences(first, last), Place::Quote(quote)];
            places.extend(CharRange::new(first - 1, last).map(|range| Place::Chars(range.start(), range.end())));
            for place in places {
                let address = Address { document: document.clone(), place };
                let read = Address::parse(&address.to_string());
                prop_assert_eq!(read.ok(), Some(address));
            }
        }

        #[test]
        fn nothing_that_is_typed_makes_the_reader_panic(typed in "\\PC{0,20}|[a:lps0-9\"“” -]{0,12}") {
            let _ = Address::parse(&typed);
        }
    }
}
