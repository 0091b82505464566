//! From an address to ranges of one text.

use super::address::{Address, Place};
use super::locate::{LocateOptions, Located, find_all, find_everywhere, locate};
use super::name::as_typed;
use super::{CharPos, CharRange, TextIndex};
use crate::error::{Error, Result};

/// Which occurrences of a quote are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Which {
    /// The only one; several are refused.
    #[default]
    Only,
    /// The one with this number, from 1, in text order.
    Nth(u32),
    /// All of them.
    All,
}

impl Address {
    /// The ranges of `index`, the text of this address's document; one, except for a quote with [`Which::All`].
    ///
    /// # Errors
    /// When the place is past the end, or a quote is not there or not there only once.
    pub fn resolve(&self, index: &TextIndex<'_>, which: Which) -> Result<Vec<CharRange>> {
        let document = self.document.as_str();
        let past = |count: u32, what: &str, hint: String| {
            let length = counted(count, what);
            let error = Error::refused(format!(
                "`{}` is past the end of `{document}`, which has {length}",
                self.place
            ));
            if count == 0 { error } else { error.hint(hint) }
        };
        let last = |count: u32, letter: &str| format!("the last one is `{document}:{letter}{count}`");
        let range = match &self.place {
            Place::Quote(quote) => return resolve_quote(document, quote, index, which),
            Place::Whole => {
                index.whole().ok_or_else(|| Error::refused(format!("`{document}` has no text")))?
            }
            Place::Chars(start, end) => CharRange::new(*start, *end)
                .filter(|range| range.end() <= index.chars())
                .ok_or_else(|| {
                    let whole = format!("the whole text is `{document}:0-{}`", index.chars());
                    past(index.chars(), "character", whole)
                })?,
            Place::Lines(from, to) => {
                let count = index.line_count();
                if *to > count {
                    return Err(past(count, "line", last(count, "l")));
                }
                lines(index, *from, *to).ok_or_else(|| {
                    Error::refused(format!(
                        "`{}` of `{document}` is blank: there is nothing to tag",
                        self.place
                    ))
                    .hint(format!(
                        "`postil show {document}` shows the lines with text",
                        document = as_typed(document)
                    ))
                })?
            }
            Place::Paragraphs(from, to) => {
                let paragraphs = index.paragraphs();
                let count = count(paragraphs);
                between(paragraphs, *from, *to).ok_or_else(|| past(count, "paragraph", last(count, "p")))?
            }
            Place::Sentences(from, to) => {
                let sentences = index.sentences();
                let count = count(sentences);
                between(sentences, *from, *to).ok_or_else(|| past(count, "sentence", last(count, "s")))?
            }
        };
        Ok(vec![range])
    }
}

/// From the first line with text to the last, among these.
fn lines(index: &TextIndex<'_>, first: u32, last: u32) -> Option<CharRange> {
    let start = (first..=last).find_map(|line| index.line(line))?.start();
    let end = (first..=last).rev().find_map(|line| index.line(line))?.end();
    CharRange::new(start, end)
}

fn between(ranges: &[CharRange], first: u32, last: u32) -> Option<CharRange> {
    let nth = |number: u32| ranges.get((number as usize).checked_sub(1)?);
    CharRange::new(nth(first)?.start(), nth(last)?.end())
}

fn count(ranges: &[CharRange]) -> u32 {
    u32::try_from(ranges.len()).expect("a text has no more segments than code points")
}

fn counted(count: u32, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

/// The ranges of a quote in the text of `document`.
///
/// # Errors
/// When it is not there (the nearest passage is named), or several are and `which` does not choose.
pub fn resolve_quote(
    document: &str,
    quote: &str,
    index: &TextIndex<'_>,
    which: Which,
) -> Result<Vec<CharRange>> {
    let missing = || Error::refused(format!("`{}` does not occur in `{document}`", shortened(quote)));
    if which != Which::Only {
        let hits = match which {
            Which::All => find_everywhere(index, quote),
            _ => find_all(index, quote),
        };
        return match which {
            // The nearest passage is offered below, whichever was asked for.
            _ if hits.is_empty() => resolve_quote(document, quote, index, Which::Only),
            Which::Nth(number) => match (number as usize).checked_sub(1).and_then(|at| hits.get(at)) {
                Some(hit) => Ok(vec![*hit]),
                None => Err(Error::refused(format!(
                    "there is no occurrence {number} of `{}` in `{document}`: it occurs {}",
                    shortened(quote),
                    counted(count(&hits), "time")
                ))
                .hint("occurrences are numbered from 1, in the order of the text")),
            },
            _ => Ok(hits),
        };
    }
    match locate(index, quote, LocateOptions::default()) {
        Located::Exact(range) | Located::Folded(range) => Ok(vec![range]),
        Located::Ambiguous(hits) => Err(ambiguous(document, quote, index, &hits)),
        Located::Fuzzy { range, .. } => {
            let passage = index.slice(range).unwrap_or_default();
            Err(missing()
                .hint(format!("the nearest passage is `{document}:{range}`: \"{}\"", shortened(passage))))
        }
        Located::Missing => Err(missing().hint("look for one of its words: `postil find WORD`")),
    }
}

fn ambiguous(document: &str, quote: &str, index: &TextIndex<'_>, hits: &[CharRange]) -> Error {
    const SHOWN: usize = 5;
    const CONTEXT: u32 = 24;
    let mut error = Error::refused(format!(
        "`{}` occurs {} in `{document}`",
        shortened(quote),
        counted(count(hits), "time")
    ));
    for (at, hit) in hits.iter().take(SHOWN).enumerate() {
        let (before, after) = index.context(*hit, CONTEXT);
        let passage = index.slice(*hit).unwrap_or_default();
        let (line, _) = index.line_col_of(CharPos(hit.start()));
        error = error.hint(format!(
            "{}: `{document}:{hit}`, line {line}: …{}…",
            at + 1,
            one_line(&format!("{before}{}{after}", shortened(passage)))
        ));
    }
    if hits.len() > SHOWN {
        error = error.hint(format!("… and {} more", hits.len() - SHOWN));
    }
    error.hint("choose one with `--nth N`, or take them all with `--all`")
}

fn one_line(passage: &str) -> String {
    passage.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The passage on one line, its middle left out when it is long: messages are read, not scrolled.
fn shortened(passage: &str) -> String {
    const HALF: usize = 40;
    let line = one_line(passage);
    let letters: Vec<char> = line.chars().collect();
    if letters.len() <= 2 * HALF {
        return line;
    }
    let (head, tail) = (&letters[..HALF], &letters[letters.len() - HALF..]);
    head.iter().chain(&['…']).chain(tail).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Title\n\nFirst one. Sécond one.\nStill here.\n\nThe end.\n";

    fn resolve(typed: &str, which: Which) -> Result<Vec<&'static str>> {
        let index = TextIndex::new(TEXT);
        let ranges = Address::parse(typed)?.resolve(&index, which)?;
        Ok(ranges.into_iter().map(|range| index.slice(range).expect("a resolved range is inside")).collect())
    }

    fn refusal(typed: &str, which: Which) -> Error {
        resolve(typed, which).expect_err("this place is not in the text")
    }

    #[test]
    fn every_kind_of_place_is_found() {
        for (typed, passage) in [
            ("d:0-5", "Title"),
            ("d", TEXT),
            ("d:l3-l4", "First one. Sécond one.\nStill here."),
            ("d:l2-l3", "First one. Sécond one."),
            ("d:p2", "First one. Sécond one.\nStill here."),
            ("d:p2-p3", "First one. Sécond one.\nStill here.\n\nThe end."),
            ("d:s3-s4", "Sécond one.\nStill here."),
            ("d:\"here. The end\"", "here.\n\nThe end"),
        ] {
            assert_eq!(resolve(typed, Which::Only).expect("the place is there"), [passage], "{typed}");
        }
    }

    #[test]
    fn a_place_past_the_end_says_how_much_there_is() {
        let error = refusal("d:40-400", Which::Only);
        assert_eq!(error.message(), "`40-400` is past the end of `d`, which has 52 characters");
        assert_eq!(error.hints(), ["the whole text is `d:0-52`"]);
        assert_eq!(refusal("d:l7", Which::Only).message(), "`l7` is past the end of `d`, which has 6 lines");
        assert_eq!(refusal("d:p4", Which::Only).hints(), ["the last one is `d:p3`"]);
        assert_eq!(
            refusal("d:s5-s9", Which::Only).message(),
            "`s5-s9` is past the end of `d`, which has 5 sentences"
        );
        assert!(refusal("d:l2", Which::Only).message().contains("blank"));
    }

    #[test]
    fn a_quote_in_several_places_is_refused_unless_one_is_chosen() {
        let error = refusal("d:\"one.\"", Which::Only);
        assert_eq!(error.message(), "`one.` occurs 2 times in `d`");
        assert_eq!(error.hints()[0], "1: `d:13-17`, line 3: …Title First one. Sécond one. Still here.…");
        assert_eq!(resolve("d:\"one.\"", Which::All).expect("both are there"), ["one.", "one."]);
        let index = TextIndex::new(TEXT);
        let second = resolve_quote("d", "one.", &index, Which::Nth(2)).expect("there are two");
        assert_eq!(second, [CharRange::new(25, 29).expect("not empty")]);
        assert!(refusal("d:\"one.\"", Which::Nth(3)).message().contains("it occurs 2 times"));
        assert!(refusal("d:\"one.\"", Which::Nth(0)).message().contains("no occurrence 0"));
    }

    #[test]
    fn a_quote_that_is_not_there_is_offered_what_comes_nearest() {
        for which in [Which::Only, Which::All, Which::Nth(1)] {
            let error = refusal("d:\"Still hear\"", which);
            assert_eq!(error.message(), "`Still hear` does not occur in `d`");
            assert!(error.hints()[0].starts_with("the nearest passage is `d:30-"), "{error:?}");
        }
        assert_eq!(
            refusal("d:\"zzzzzz\"", Which::Only).hints(),
            ["look for one of its words: `postil find WORD`"]
        );
    }
}
