//! Taking annotations away.

use std::collections::HashSet;

use super::annotations::{Described, FEW, describe, not_yours, opening};
use super::code_paths::{ChosenCode, choose};
use super::passages::{Named, Passage, PassageWords, Passages};
use super::{Session, names};
use crate::error::{Error, Result};
use crate::store::Tx;
use crate::store::annotation::AnnotationRow;
use crate::store::select::Selection;

/// What to take away.
#[derive(Debug, Clone, Copy)]
pub struct UntagRequest<'a> {
    /// Ids, or a passage and codes.
    pub words: PassageWords<'a>,
    /// Also what other coders said.
    pub all_coders: bool,
}

/// What was taken away.
#[derive(Debug)]
pub struct Untagging {
    /// How many annotations.
    pub count: usize,
    /// Each of them, where they are at most [`FEW`].
    pub few: Vec<Described>,
}

/// Takes annotations away, in one change; all that were named, or none.
///
/// # Errors
/// Refused when one that was named is not there, or is another coder's (unless `all_coders`).
pub fn untag(session: &mut Session, request: &UntagRequest<'_>) -> Result<Untagging> {
    let changed = session.change("untag", |tx| {
        let mut rows = match ids(request)? {
            Some(ids) => by_id(tx, &ids, request.all_coders)?,
            None => by_passage(tx, request)?,
        };
        let mut seen = HashSet::with_capacity(rows.len());
        rows.retain(|row| seen.insert(row.id));
        let few = if rows.len() > FEW {
            Vec::new()
        } else {
            rows.iter().map(|row| describe(tx.reader(), row)).collect::<Result<_>>()?
        };
        for row in &rows {
            tx.delete_annotation(row.id)?;
        }
        tx.set_summary(match rows.len() {
            1 => format!("annotation #{} removed", rows[0].id),
            count => format!("{count} annotations removed"),
        });
        Ok(Untagging { count: rows.len(), few })
    })?;
    Ok(changed.value)
}

/// The ids that were typed, or stood on standard input; `None` when a passage was.
fn ids<'a>(request: &UntagRequest<'a>) -> Result<Option<Vec<&'a str>>> {
    let PassageWords { words, quote, whole, input, .. } = request.words;
    if quote.is_some() || whole {
        return Ok(None);
    }
    if let Some(input) = input {
        // With codes after the `-` the lines are passages.
        if words.len() > 1 {
            return Ok(None);
        }
        // The id is the first column of what `list` prints.
        let ids = input.lines().filter_map(|line| line.split_whitespace().next());
        return Ok(Some(ids.collect()));
    }
    // A document may be called `1532`, but then a code follows that is no number.
    let all = words.iter().all(|word| names::parse_annotation_id(word).is_some());
    Ok(all.then(|| words.iter().map(String::as_str).collect()))
}

fn by_id(tx: &Tx<'_>, ids: &[&str], all_coders: bool) -> Result<Vec<AnnotationRow>> {
    ids.iter()
        .map(|id| {
            let row = names::annotation(tx.reader(), id)?;
            check_owner(tx, &row, all_coders)?;
            Ok(row)
        })
        .collect()
}

fn check_owner(tx: &Tx<'_>, row: &AnnotationRow, all_coders: bool) -> Result<()> {
    let owner = tx.reader().coder_handle(row.draft.coder)?;
    if all_coders || owner == tx.coder_handle() {
        return Ok(());
    }
    Err(not_yours(row.id, &owner, tx.coder_handle()).hint("`--all-coders` removes what others said too"))
}

fn by_passage(tx: &Tx<'_>, request: &UntagRequest<'_>) -> Result<Vec<AnnotationRow>> {
    let spoken = request.words.read(tx.reader())?;
    let codes = choose(tx.reader(), &spoken.codes, false)?;
    let passages = &spoken.passages;
    let mut found = Vec::new();
    for (at, passage) in passages.places.iter().enumerate() {
        // The occurrences of one quote are alternatives: one of them carries the code. Lines of input are not.
        let alternatives = match spoken.named {
            Named::ByQuote if at == 0 => passages.places.as_slice(),
            Named::ByQuote => break,
            _ => &passages.places[at..=at],
        };
        if codes.is_empty() {
            return Err(no_code_named(tx, passages, *passage)?);
        }
        for code in &codes {
            found.extend(tagged_with(tx, request, passages, alternatives, code)?);
        }
    }
    Ok(found)
}

/// The annotations with `code` on one of `places`.
fn tagged_with(
    tx: &Tx<'_>,
    request: &UntagRequest<'_>,
    passages: &Passages,
    places: &[Passage],
    code: &ChosenCode,
) -> Result<Vec<AnnotationRow>> {
    let mut found: Vec<AnnotationRow> = Vec::new();
    let mut tagged_places = 0;
    let mut anothers = None;
    for place in places {
        let before = found.len();
        for row in tx.reader().annotations_at(passages.document(*place).id, place.range)? {
            if row.draft.code != code.id {
                continue;
            }
            match check_owner(tx, &row, request.all_coders) {
                Ok(()) => found.push(row),
                Err(error) => anothers = anothers.or(Some(error)),
            }
        }
        tagged_places += usize::from(found.len() > before);
    }
    match (tagged_places, anothers) {
        (0, Some(error)) => Err(error),
        (0, None) => Err(not_tagged(tx, passages, places[0], code)?),
        (1, _) => Ok(found),
        _ => {
            let error = Error::refused(format!(
                "these words are tagged {} in {tagged_places} places of `{}`",
                code.path,
                passages.document(places[0]).name()
            ));
            Err(found.iter().take(FEW).fold(error, |error, row| {
                error.hint(format!("`postil untag {}` for the one at {}", row.id, row.draft.range))
            }))
        }
    }
}

fn no_code_named(tx: &Tx<'_>, passages: &Passages, passage: Passage) -> Result<Error> {
    let here = tx.reader().annotations_at(passages.document(passage).id, passage.range)?;
    let address = passages.address(passage);
    let error = Error::refused(format!("which code is to be taken off `{address}`?"));
    if here.is_empty() {
        return Ok(error.hint("nobody has said anything of this very passage"));
    }
    Ok(here.iter().take(FEW).fold(error, |error, row| {
        let code = row.draft.code.and_then(|code| tx.reader().code_path(code).ok());
        error.hint(format!(
            "`postil untag {}` takes off {}",
            row.id,
            code.as_deref().unwrap_or("the highlight or note")
        ))
    }))
}

/// The refusal to take off a code that is not there; says where in the document the code is nearest.
fn not_tagged(tx: &Tx<'_>, passages: &Passages, passage: Passage, code: &ChosenCode) -> Result<Error> {
    let document = passages.document(passage);
    let error = Error::refused(format!("`{}` is not tagged {}", passages.address(passage), code.path));
    let selection = Selection {
        documents: Some(vec![document.id]),
        codes: Some(code.id.into_iter().collect()),
        ..Selection::default()
    };
    let nearest = tx.reader().annotations(&selection)?.into_iter().min_by_key(|row| {
        let range = row.draft.range;
        let apart = range.start().abs_diff(passage.range.start()) + range.end().abs_diff(passage.range.end());
        (range.distance(passage.range), apart, row.id)
    });
    let Some(nearest) = nearest else {
        return Ok(error.hint(format!("nothing in `{}` is", document.name())));
    };
    let described = describe(tx.reader(), &nearest)?;
    Ok(error.hint(format!(
        "the nearest that is: #{} `{}:{}` by {}: \"{}\"",
        described.id,
        described.document,
        described.range,
        described.coder,
        opening(&described.quote)
    )))
}
