//! The grammar of `postil tag WORDS`: the passage first, then the codes.

use super::{Passage, Passages, Shelf, lines};
use crate::actions::names;
use crate::domain::address::{Address, Place};
use crate::domain::locate::find_all;
use crate::domain::name::as_typed;
use crate::domain::resolve::Which;
use crate::error::{Error, Result};
use crate::store::Reader;

/// A passage and codes as they were typed.
#[derive(Debug, Clone, Copy)]
pub struct PassageWords<'a> {
    /// `DOC:PLACE CODE…`, `DOC QUOTE CODE…`, `DOC CODE` or `- CODE…`.
    pub words: &'a [String],
    /// The quote, where it was said apart.
    pub quote: Option<&'a str>,
    /// The whole text, where that was said apart.
    pub whole: bool,
    /// Which of several occurrences of a quote.
    pub which: Which,
    /// What standard input held, where the first word is `-`.
    pub input: Option<&'a str>,
}

/// What such words say.
#[derive(Debug)]
pub struct Spoken {
    /// The passages.
    pub passages: Passages,
    /// The paths of the codes, each once, not looked up yet.
    pub codes: Vec<String>,
    /// How the passages were named.
    pub named: Named,
}

/// How passages were named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// By a place in a text.
    ByPlace,
    /// By their words.
    ByQuote,
    /// As a whole text.
    Whole,
    /// On standard input.
    ByInput,
}

impl PassageWords<'_> {
    /// Reads the words.
    ///
    /// # Errors
    /// Refused when they name no document or no place in it, or could be read in two ways.
    pub fn read(&self, reader: Reader<'_>) -> Result<Spoken> {
        let mut shelf = Shelf::new(reader);
        let (places, codes, named) = self.places(&mut shelf)?;
        let mut chosen: Vec<String> = Vec::with_capacity(codes.len());
        for code in codes {
            if !chosen.contains(code) {
                chosen.push(code.clone());
            }
        }
        let passages = Passages { documents: shelf.documents, places }.without_repeats();
        Ok(Spoken { passages, codes: chosen, named })
    }

    fn places(&self, shelf: &mut Shelf<'_>) -> Result<(Vec<Passage>, &[String], Named)> {
        let (first, rest) = self.words.split_first().ok_or_else(|| {
            Error::usage("no passage was named").hint("for example `postil tag DOC:120-188 CODE`")
        })?;
        let apart = self.quote.is_some() || self.whole;
        if let Some(input) = self.input {
            if apart {
                return Err(Error::usage(
                    "`-` reads passages from standard input, so none can be said apart",
                )
                .hint("leave out `--quote` and `--whole`, or name the document in place of `-`"));
            }
            return Ok((lines::read(shelf, input, self.which)?, rest, Named::ByInput));
        }
        // A whole word that is a document's name is that: `minutes:2019-2020` may be one.
        let document = match shelf.find(first)? {
            Some(document) => document,
            None => {
                let address = Address::parse(first)?;
                let document = shelf.named(&address.document)?;
                if address.place != Place::Whole {
                    if apart {
                        return Err(Error::usage(format!(
                            "`{first}` names a place already, so `--quote` and `--whole` can't name another"
                        ))
                        .hint(format!("type `{}` alone", address.document)));
                    }
                    return self.at(shelf, document, &address.place, rest);
                }
                document
            }
        };
        if self.whole {
            return self.at(shelf, document, &Place::Whole, rest);
        }
        if let Some(quote) = self.quote {
            return self.at(shelf, document, &Place::Quote(quote.to_owned()), rest);
        }
        self.quote_or_codes(shelf, document, rest)
    }

    /// After a document without a place: a quote and codes, or one code for the whole text.
    fn quote_or_codes<'w>(
        &self,
        shelf: &mut Shelf<'_>,
        document: usize,
        rest: &'w [String],
    ) -> Result<(Vec<Passage>, &'w [String], Named)> {
        let name = shelf.documents[document].name().to_owned();
        let typed = as_typed(&name);
        let Some((next, codes)) = rest.split_first() else {
            return Err(Error::refused(format!("which passage of `{name}` is meant?"))
                .hint(format!("a quote: `postil tag {typed} 'some of its words' CODE`"))
                .hint(format!(
                    "a place: `postil tag {typed}:p3 CODE`; the whole text: `postil tag {typed} --whole CODE`"
                )));
        };
        let is_code = names::find_code(shelf.reader, next).is_ok_and(|code| code.is_some());
        let found = !find_all(&shelf.text(document)?.index(), next).is_empty();
        let others: String = codes.iter().map(|code| format!(" {}", as_typed(code))).collect();
        if is_code && found {
            return Err(Error::refused(format!(
                "`{next}` is a code, and it also occurs in the text of `{name}`"
            ))
            .hint(format!("the words: `postil tag {typed} --quote {}{others}`", quote_as_typed(next)))
            .hint(format!(
                "the code, for the whole text: `postil tag {typed} --whole {}{others}`",
                as_typed(next)
            )));
        }
        if codes.is_empty() {
            if is_code {
                return self.at(shelf, document, &Place::Whole, rest);
            }
            // Several words that do not occur were a quote all the same: its nearest passage helps more than a code's name.
            if !found && next.contains(char::is_whitespace) {
                return self.at(shelf, document, &Place::Quote(next.clone()), codes);
            }
            return Err(no_code(shelf.reader, &name, next, found));
        }
        self.at(shelf, document, &Place::Quote(next.clone()), codes).map_err(|error| {
            if is_code {
                error.hint(format!(
                    "to tag the whole text: `postil tag {typed} --whole {}{others}`",
                    as_typed(next)
                ))
            } else {
                error
            }
        })
    }

    fn at<'w>(
        &self,
        shelf: &mut Shelf<'_>,
        document: usize,
        place: &Place,
        codes: &'w [String],
    ) -> Result<(Vec<Passage>, &'w [String], Named)> {
        let ranges = shelf.resolve(document, place, self.which)?;
        let places = ranges.into_iter().map(|range| Passage { document, range }).collect();
        let named = match place {
            Place::Whole => Named::Whole,
            Place::Quote(_) => Named::ByQuote,
            _ => Named::ByPlace,
        };
        Ok((places, codes, named))
    }
}

/// The refusal of `tag DOC WORD`, where the word is no code.
fn no_code(reader: Reader<'_>, document: &str, word: &str, occurs: bool) -> Error {
    let (typed, quote) = (as_typed(document), quote_as_typed(word));
    if occurs {
        return Error::refused(format!("`{word}` occurs in `{document}`, but no code was given for it"))
            .hint(format!("name the codes after it: `postil tag {typed} {quote} CODE`"))
            .hint(format!("to highlight it without a code: `postil tag {typed} --quote {quote}`"));
    }
    let error = match names::code(reader, word) {
        Err(error) => error,
        Ok(_) => Error::refused(format!("there is no code `{word}`")),
    };
    error.hint(format!(
        "to tag the whole text with a new code: `postil tag {typed} --whole {} --create`",
        as_typed(word)
    ))
}

/// Words of a text as a shell reads them back; many by a name for them.
fn quote_as_typed(words: &str) -> String {
    const LONGEST: usize = 60;
    if words.chars().count() > LONGEST { "QUOTE".to_owned() } else { as_typed(words) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_a_hint_can_be_typed_as_they_stand() {
        assert_eq!(as_typed("actors/state"), "actors/state");
        assert_eq!(as_typed("bind states"), "'bind states'");
        assert_eq!(as_typed("$5"), "'$5'");
        assert_eq!(as_typed("state's"), r"'state'\''s'");
        assert_eq!(quote_as_typed(&"word ".repeat(20)), "QUOTE");
    }
}
