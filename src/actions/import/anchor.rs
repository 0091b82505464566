//! Where in a text a row's passage is: at its range when the quote agrees, else where the quote is found.

use super::cells::LOSSY;
use crate::domain::locate::{LocateOptions, Located, find_all, locate};
use crate::domain::{CharRange, TextIndex};
use crate::exchange::csv::damage::lossy_copy_of;

/// What a row says of its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Claim<'a> {
    /// The positions, in code points; both or none.
    pub(super) range: Option<(u32, u32)>,
    /// The words; blank counts as none.
    pub(super) quote: Option<&'a str>,
    /// The quote is only the beginning, followed by `…`.
    pub(super) truncated: bool,
    pub(super) before: &'a str,
    pub(super) after: &'a str,
    /// The positions count in this very text, as far as the row says.
    pub(super) same_text: bool,
}

/// A passage that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchored {
    /// At its range.
    InPlace(CharRange),
    /// Elsewhere, by its words.
    ByQuote(CharRange),
}

impl Anchored {
    pub(super) fn range(self) -> CharRange {
        match self {
            Anchored::InPlace(range) | Anchored::ByQuote(range) => range,
        }
    }
}

/// Finds the passage.
///
/// # Errors
/// The column to blame and the reason to refuse the row.
pub(super) fn anchor(index: &TextIndex<'_>, claim: Claim<'_>) -> Result<Anchored, (&'static str, String)> {
    let quote = claim.quote.filter(|quote| !quote.is_empty());
    let Some((start, end)) = claim.range else {
        let quote =
            quote.ok_or(("start", "the row names no passage: give start and end, or a quote".to_owned()))?;
        return by_quote(index, quote, claim).map(Anchored::ByQuote);
    };
    let range = CharRange::new(start, end).ok_or(("end", format!("the passage {start}-{end} is empty")))?;
    let Some(slice) = index.slice(range) else {
        return match quote {
            Some(quote) if !claim.same_text => by_quote(index, quote, claim).map(Anchored::ByQuote),
            _ => Err((
                "end",
                format!("the passage {range} is past the end: the text has {} characters", index.chars()),
            )),
        };
    };
    match quote {
        None if !claim.same_text => Err((
            "document_sha256",
            "the positions count in another text than the one here, and there is no quote to find the passage by"
                .to_owned(),
        )),
        None => Ok(Anchored::InPlace(range)),
        Some(quote) if agrees(quote, slice, claim.truncated) => Ok(Anchored::InPlace(range)),
        Some(quote) if lossy_copy_of(quote, slice) => Err((
            "quote",
            LOSSY.to_owned(),
        )),
        Some(quote) => by_quote(index, quote, claim).map(Anchored::ByQuote),
    }
}

fn agrees(quote: &str, slice: &str, truncated: bool) -> bool {
    let same = |quote: &str, slice: &str| {
        quote == slice
            || truncated && quote.strip_suffix('…').is_some_and(|beginning| slice.starts_with(beginning))
    };
    // LibreOffice drops the tabs of cells with several lines when it saves .ods. A quote is there to be compared, and
    // nothing is lost with them.
    let without = |text: &str| text.replace(|letter: char| letter.is_control() && letter != '\n', "");
    same(quote, slice)
        || slice.contains(|letter: char| letter.is_control() && letter != '\n')
            && same(&without(quote), &without(slice))
}

/// The one place where the words are; where they are in several, the one in the row's context.
fn by_quote(
    index: &TextIndex<'_>,
    quote: &str,
    claim: Claim<'_>,
) -> Result<CharRange, (&'static str, String)> {
    if claim.truncated {
        return Err(("quote", "the quote is shortened and is not at its place".to_owned()));
    }
    let located = locate(index, quote, LocateOptions { fold: true, nearest: false });
    match located {
        Located::Exact(range) | Located::Folded(range) => Ok(range),
        Located::Ambiguous(_) => {
            let places = find_all(index, quote);
            let mut fitting = places.iter().filter(|range| {
                let (before, after) = index.context(**range, 32);
                (!claim.before.is_empty() || !claim.after.is_empty())
                    && before.ends_with(claim.before)
                    && after.starts_with(claim.after)
            });
            match (fitting.next(), fitting.next()) {
                (Some(range), None) => Ok(*range),
                _ => Err((
                    "quote",
                    format!("the quote is in the text {} times; give start and end", places.len()),
                )),
            }
        }
        Located::Fuzzy { .. } | Located::Missing => {
            let place = match claim.range {
                Some((start, end)) => format!("is not at {start}-{end}, nor"),
                None => "is not".to_owned(),
            };
            Err(("quote", format!("the quote {place} anywhere in the text")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Norms bind. Some say norms “bind” states — at times. Norms bind.";

    fn claim<'a>(range: Option<(u32, u32)>, quote: &'a str) -> Claim<'a> {
        Claim { range, quote: Some(quote), truncated: false, before: "", after: "", same_text: true }
    }

    fn run(claim: Claim<'_>) -> Result<Anchored, (&'static str, String)> {
        anchor(&TextIndex::new(TEXT), claim)
    }

    fn range(start: u32, end: u32) -> CharRange {
        CharRange::new(start, end).expect("a test range is not empty")
    }

    #[test]
    fn a_quote_at_its_range_is_in_place() {
        assert_eq!(run(claim(Some((0, 5)), "Norms")), Ok(Anchored::InPlace(range(0, 5))));
        assert_eq!(run(claim(Some((0, 5)), "")), Ok(Anchored::InPlace(range(0, 5))));
    }

    #[test]
    fn a_quote_elsewhere_is_followed_when_there_is_one_place() {
        assert_eq!(run(claim(Some((1, 6)), "norms “bind”")), Ok(Anchored::ByQuote(range(21, 33))));
        assert_eq!(run(claim(None, "norms \"bind\" states - at")), Ok(Anchored::ByQuote(range(21, 45))));
        assert!(run(claim(Some((1, 6)), "Norms")).unwrap_err().1.contains("2 times"));
        let told = Claim { before: "times. ", after: " bind", ..claim(None, "Norms") };
        assert_eq!(run(told), Ok(Anchored::ByQuote(range(53, 58))));
    }

    #[test]
    fn a_lossy_copy_is_damage_and_not_another_passage() {
        let (column, reason) = run(claim(Some((27, 33)), "?bind?")).unwrap_err();
        assert_eq!(column, "quote");
        assert!(reason.contains("encoding"), "{reason}");
    }

    #[test]
    fn a_shortened_quote_is_compared_as_far_as_it_goes() {
        let shortened = Claim { truncated: true, ..claim(Some((0, 11)), "Norms…") };
        assert_eq!(run(shortened), Ok(Anchored::InPlace(range(0, 11))));
        let elsewhere = Claim { truncated: true, ..claim(Some((1, 11)), "Norms…") };
        assert!(run(elsewhere).is_err());
    }

    #[test]
    fn a_quote_that_lost_its_tabs_is_in_place_and_no_other_is() {
        let text = TextIndex::new("one\ttwo\nthree\u{b}four");
        let run = |claim| anchor(&text, claim);
        assert_eq!(run(claim(Some((0, 13)), "onetwo\nthree")), Ok(Anchored::InPlace(range(0, 13))));
        assert_eq!(run(claim(Some((0, 18)), "onetwo\nthreefour")), Ok(Anchored::InPlace(range(0, 18))));
        let shortened = Claim { truncated: true, ..claim(Some((0, 18)), "onetwo\n…") };
        assert_eq!(run(shortened), Ok(Anchored::InPlace(range(0, 18))));
        assert!(run(claim(Some((0, 13)), "onetwothree")).is_err());
        assert!(run(claim(Some((0, 13)), "onetwo\nthre")).is_err());
    }

    #[test]
    fn a_range_past_the_end_is_refused_with_the_length() {
        assert!(run(claim(Some((60, 99)), "bind")).unwrap_err().1.contains("64 characters"));
    }
}
