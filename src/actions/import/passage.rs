//! Where a row's passage is: in which text, and where in it.

use super::Import;
use super::anchor::{Anchored, Claim, anchor};
use super::cells::damage_or;
use crate::domain::reanchor::Followed;
use crate::domain::{CharRange, TextIndex};
use crate::error::Result;
use crate::exchange::annotations::ParsedAnnotation;
use crate::exchange::csv::Refusal;
use crate::store::annotation::AnnotationDraft;

/// A passage that was found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Passage {
    /// The text that its range counts in.
    pub(super) text: i64,
    pub(super) range: CharRange,
    /// It was found by its words, not at its range.
    pub(super) by_quote: bool,
}

impl Import<'_, '_> {
    /// Finds the passage of a row. `stays` is the annotation that it edits, if that is of the same document.
    ///
    /// A row that counts in an older text of its document is looked up there, and its passage followed. Where the row
    /// has a lineage, the annotation is written as the row has it, in the older text, and follows with all others: so it
    /// stays the state that its versions name, and what nobody edited is no edit.
    ///
    /// # Errors
    /// Outer: the store's. Inner: the refusal of the row.
    pub(super) fn passage(
        &mut self,
        row: &ParsedAnnotation<'_>,
        stays: Option<&AnnotationDraft>,
        document: usize,
    ) -> Result<Result<Passage, Refusal>> {
        let reader = self.tx.reader();
        let (document_id, current_text, current_sha256) = {
            let known = self.directory.documents.known(document);
            (known.id, known.text, known.sha256)
        };
        let text = stays.map_or(current_text, |base| base.text);
        let sha256 = if text == current_text { current_sha256 } else { reader.text_digest(text)? };

        let stated = row.document_sha256.filter(|stated| *stated != sha256);
        let mut refused_there = None;
        // Without positions the words decide, and an annotation that is there stays where they are its own.
        if let Some(stated) = stated.filter(|_| stays.is_none() || row.start.is_some())
            && let Some(old) = {
                let is_anothers = self.directory.documents.has_text(stated);
                self.older.text(reader, document_id, stated, is_anothers)?
            }
        {
            let index = self.directory.texts.get(reader, old)?.index();
            match anchor(&index, claim(row, row.start.zip(row.end), true)) {
                Ok(anchored) => return self.in_older(row, stays.is_some(), anchored, (old, current_text)),
                Err(reason) => refused_there = Some(reason),
            }
        }

        let index = self.directory.texts.get(reader, text)?.index();
        let range = row.start.zip(row.end).or_else(|| own_range(row, stays, &index));
        let anchored = match anchor(&index, claim(row, range, stated.is_none())) {
            Ok(anchored) => anchored,
            Err(reason) => {
                // An orphan may be given a place in the text of now by somebody who looks at that.
                let now = self.directory.texts.get(reader, current_text)?.index();
                let found = match text == current_text {
                    true => Err(reason),
                    false => anchor(&now, claim(row, row.start.zip(row.end), false)).map_err(|_| reason),
                };
                return Ok(match found {
                    Ok(Anchored::InPlace(range)) => {
                        Ok(Passage { text: current_text, range, by_quote: false })
                    }
                    Ok(Anchored::ByQuote(range)) => Ok(Passage { text: current_text, range, by_quote: true }),
                    Err(reason) => Err(refusal(row, refused_there.unwrap_or(reason))),
                });
            }
        };
        let passage =
            Passage { text, range: anchored.range(), by_quote: matches!(anchored, Anchored::ByQuote(_)) };
        if let (true, Some(base), Some((start, end))) = (passage.by_quote, stays, row.start.zip(row.end))
            && passage.range == base.range
        {
            let range = base.range;
            let reason = format!(
                "start and end were changed, but the quote is still that of {range}: blank the quote to move the passage, or put {range} back"
            );
            return Ok(Err(Refusal::cell(row.row, "start", &format!("{start}-{end}"), reason)));
        }
        if text != current_text
            && let Some(base) = stays.filter(|base| base.range != passage.range)
        {
            // Moved within the older text. An annotation that was an orphan before may stay one.
            let pair = (text, current_text);
            let followed = self.older.follow(reader, pair, passage.range)?;
            if followed == Followed::Orphaned
                && self.older.follow(reader, pair, base.range)? != Followed::Orphaned
            {
                return Ok(Err(orphaned(row)));
            }
            self.tell_followed(row.row, followed);
        }
        self.older.behind |= text != current_text;
        Ok(Ok(passage))
    }

    /// A passage that was found in the first of two texts of its document, the second of which is that of now.
    fn in_older(
        &mut self,
        row: &ParsedAnnotation<'_>,
        is_known: bool,
        anchored: Anchored,
        texts: (i64, i64),
    ) -> Result<Result<Passage, Refusal>> {
        let by_quote = matches!(anchored, Anchored::ByQuote(_));
        let range = anchored.range();
        let followed = self.older.follow(self.tx.reader(), texts, range)?;
        let keeps_text = row.id.is_some() && row.lineage.is_some_and(|lineage| !lineage.trim().is_empty());
        match followed.range() {
            // An orphan here too, unless somebody edited the row: the merge will say.
            None if is_known && keeps_text => {}
            None => return Ok(Err(orphaned(row))),
            Some(range) if !keeps_text => {
                self.tell_followed(row.row, followed);
                return Ok(Ok(Passage { text: texts.1, range, by_quote }));
            }
            Some(_) if is_known => {}
            Some(_) => self.tell_followed(row.row, followed),
        }
        self.older.behind |= texts.0 != texts.1;
        Ok(Ok(Passage { text: texts.0, range, by_quote }))
    }
}

fn claim<'a>(row: &'a ParsedAnnotation<'_>, range: Option<(u32, u32)>, same_text: bool) -> Claim<'a> {
    Claim {
        range,
        quote: row.quote,
        truncated: row.quote_truncated,
        before: row.before.unwrap_or(""),
        after: row.after.unwrap_or(""),
        same_text,
    }
}

/// Without positions the words decide, and the passage stays where they are still its own.
fn own_range(
    row: &ParsedAnnotation<'_>,
    stays: Option<&AnnotationDraft>,
    index: &TextIndex<'_>,
) -> Option<(u32, u32)> {
    let is_own = |range| index.slice(range).is_some_and(|slice| row.quote == Some(slice));
    let base = stays.filter(|base| row.quote.is_none_or(str::is_empty) || is_own(base.range))?;
    Some((base.range.start(), base.range.end()))
}

fn refusal(row: &ParsedAnnotation<'_>, (column, reason): (&'static str, String)) -> Refusal {
    let number = |cell: Option<u32>| cell.map(|number| number.to_string()).unwrap_or_default();
    let value = match column {
        "quote" => row.quote.unwrap_or("").to_owned(),
        "document_sha256" => row.document_sha256.map(|sha256| sha256.to_string()).unwrap_or_default(),
        "end" => number(row.end),
        _ => number(row.start),
    };
    let reason = if column == "quote" { damage_or(&value, reason) } else { reason };
    Refusal::cell(row.row, column, &value, reason)
}

/// The refusal of a passage that could not follow.
fn orphaned(row: &ParsedAnnotation<'_>) -> Refusal {
    let reason = "this passage of an older text is not in the text of now, or nobody can say where: give its place and quote of now, and blank `document_sha256`";
    Refusal::cell(row.row, "quote", row.quote.unwrap_or(""), reason.to_owned())
}
