//! Other names for people, in texts that were coded: passages go to where their words are, exactly.
//!
//! `document replace` finds out by comparing two texts where a passage is now. Here every edit is known, so nothing is
//! guessed: each annotation is written at its new place. A colleague's store is told the places with the annotations; it
//! has no table of names to find them by.

use std::fs::File;
use std::path::Path;

use super::Session;
use super::annotations::{Rewritten, rewrite};
use super::merge::{Question, resettle};
use super::secrets::is_open_to_others;
use super::selection::DocumentFilter;
use crate::domain::pseudonym::{Edited, Pairs};
use crate::domain::record::MemoSubject;
use crate::domain::{CharRange, Digest, TextIndex, record};
use crate::error::{Error, Result};
use crate::exchange::names;
use crate::store::annotation::AnnotationDraft;
use crate::store::document::DocumentRow;
use crate::store::select::Selection;
use crate::store::{Changed, Reader, Tx};

/// Code points on each side of a name, where it is shown in its context.
const CONTEXT: u32 = 40;

/// The table of names.
pub struct NameTable {
    pairs: Pairs,
    /// Whether others may read the file.
    pub open_to_others: bool,
}

impl NameTable {
    /// Reads the table at `path`, which people call `name`.
    ///
    /// # Errors
    /// Refused when it is no table of names; the system's.
    pub fn read(path: &Path, name: &str) -> Result<NameTable> {
        let file = File::open(path).map_err(|cause| match cause.kind() {
            std::io::ErrorKind::NotFound => Error::refused(format!("there is no file `{name}`"))
                .hint("it is a table with the columns `name` and `pseudonym`, one name a row"),
            _ => Error::io(format!("can't read `{name}`"), cause),
        })?;
        let metadata = file.metadata().map_err(|cause| Error::io(format!("can't read `{name}`"), cause))?;
        let pairs = names::read(file).map_err(|error| error.at(format!("`{name}`")))?;
        Ok(NameTable { pairs: Pairs::new(pairs), open_to_others: is_open_to_others(&metadata) })
    }
}

/// How names are to be replaced.
#[derive(Debug, Clone, Copy, Default)]
pub struct Request {
    /// Show what would be replaced, and write nothing.
    pub dry_run: bool,
    /// The other way: names for pseudonyms.
    pub reverse: bool,
    /// Go on where the same table could not lead back.
    pub one_way: bool,
}

/// One name in one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The document's name.
    pub document: String,
    /// Where it stood, in code points of the earlier text.
    pub place: CharRange,
    /// What stands before it.
    pub before: String,
    /// The name.
    pub name: String,
    /// What stands for it now.
    pub pseudonym: String,
    /// What stands after it.
    pub after: String,
}

/// A place other than the texts where names still stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// What kind of place: `note`, `memo`, `document name`…
    pub place: &'static str,
    /// How many such places.
    pub count: u64,
    /// The first of them, as people call it.
    pub example: String,
}

/// What came of it.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Every name that was replaced, document by document, in the order of the texts.
    pub found: Vec<Found>,
    /// Documents that have a new text.
    pub documents: u64,
    /// Documents in which no name stood.
    pub without: u64,
    /// Annotations that are elsewhere now, or of which a name is part.
    pub annotations: u64,
    /// Annotations that became one with another, since they had parts of one name.
    pub joined: u64,
    /// Where the words still stand.
    pub left: Vec<Left>,
    /// Names that still stand in the new texts in another spelling.
    pub other_spellings: Vec<String>,
    /// Questions that it opened.
    pub questions: Vec<Question>,
}

/// Puts pseudonyms for names into the texts of documents, or takes them out again, as one change.
///
/// # Errors
/// Refused when the same table could not lead back, unless that is wanted; for documents that are not there; when another
/// document has the text that would come of it.
pub fn pseudonymise(
    session: &mut Session,
    documents: &DocumentFilter,
    table: &NameTable,
    request: Request,
) -> Result<Changed<Outcome>> {
    session.store.enlarge_cache(64)?;
    let there = if request.reverse { table.pairs.reversed() } else { table.pairs.clone() };
    let back = if request.reverse { table.pairs.clone() } else { table.pairs.reversed() };
    check_one_to_one(&table.pairs.reversed(), request)?;
    session.change("pseudonymise", |tx| {
        let mut outcome = Outcome::default();
        let mut spelled = std::collections::BTreeSet::new();
        for document in documents.documents(tx.reader())? {
            let old = tx.reader().text_body(document.text_id)?;
            let edited = there.apply(&old);
            spelled.extend(there.other_spellings(&edited.text));
            if edited.edits.is_empty() {
                outcome.without += 1;
                continue;
            }
            if !request.one_way && !edited.is_undone_by(&back.apply(&edited.text), &old) {
                return Err(no_way_back(document.name(), &old, &back, request));
            }
            note_found(&mut outcome, document.name(), &old, &edited, &there);
            put(tx, &document, &edited, &there, &mut outcome)?;
            outcome.documents += 1;
        }
        if tx.has_edits() {
            outcome.questions = resettle(tx)?.questions;
        }
        if !request.reverse {
            outcome.left = where_else(tx.reader(), &there)?;
        }
        outcome.other_spellings = spelled.into_iter().map(|pair| there.all()[pair].name.clone()).collect();
        // No name is in it: the log stays where the table does not.
        let (verb, places) =
            (if request.reverse { "named again" } else { "pseudonymised" }, outcome.found.len());
        tx.set_summary(match outcome.documents {
            1 => format!("1 document {verb}, at {places} places"),
            documents => format!("{documents} documents {verb}, at {places} places"),
        });
        if request.dry_run {
            tx.abandon();
        }
        Ok(outcome)
    })
}

/// Two names with one pseudonym could not be told apart again.
fn check_one_to_one(back: &Pairs, request: Request) -> Result<()> {
    let mut seen = std::collections::HashMap::new();
    for pair in back.all() {
        if let Some(other) = seen.insert(&pair.name, &pair.pseudonym)
            && (!request.one_way || request.reverse)
        {
            let error = Error::refused(format!(
                "`{}` stands for `{other}` and for `{}`: nothing tells which it was",
                pair.name, pair.pseudonym
            ));
            return Err(match request.reverse {
                true => error
                    .hint("`postil undo` takes back a change as a whole, as long as nothing came after it"),
                false => error
                    .hint("give each spelling a pseudonym of its own, as in `P01` and `P01b`")
                    .hint("or say that there is to be no way back with the table: `--one-way`"),
            });
        }
    }
    Ok(())
}

fn no_way_back(document: &str, old: &str, back: &Pairs, request: Request) -> Error {
    let there_already = back.all().iter().find(|pair| Pairs::new(vec![(*pair).clone()]).count(old) > 0);
    let what = if request.reverse { "a name" } else { "a pseudonym" };
    let error = match there_already {
        Some(pair) => Error::refused(format!(
            "`{}` stands in `{document}` already: nobody could tell it from {what} put there",
            pair.name
        )),
        None => Error::refused(format!("the table does not lead back from what `{document}` would be")),
    };
    match request.reverse {
        true => error.hint("`--one-way` goes on all the same"),
        false => error
            .hint("choose another pseudonym, one that no text has")
            .hint("or say that there is to be no way back with the table: `--one-way`"),
    }
}

fn note_found(outcome: &mut Outcome, document: &str, old: &str, edited: &Edited, pairs: &Pairs) {
    let index = TextIndex::new(old);
    outcome.found.extend(edited.edits.iter().map(|edit| {
        let (before, after) = index.context(edit.old, CONTEXT);
        let pair = &pairs.all()[edit.pair];
        Found {
            document: document.to_owned(),
            place: edit.old,
            before: before.to_owned(),
            name: pair.name.clone(),
            pseudonym: pair.pseudonym.clone(),
            after: after.to_owned(),
        }
    }));
}

/// Gives a document the text that came of the edits, and puts its annotations where their words are.
fn put(
    tx: &Tx<'_>,
    document: &DocumentRow,
    edited: &Edited,
    pairs: &Pairs,
    outcome: &mut Outcome,
) -> Result<()> {
    let digest = Digest::of(edited.text.as_bytes());
    let twins = tx.reader().documents_with_text(digest)?;
    if let Some(same) = twins.iter().find(|same| same.id != document.id && !document.content.is_row()) {
        return Err(Error::refused(format!(
            "`{}` has the text that `{}` would have",
            same.name(),
            document.name()
        ))
        .hint("one text under two names would split its codings: remove one of them first"));
    }
    let chars = u32::try_from(edited.text.chars().count())
        .map_err(|_| Error::refused(format!("the text of `{}` would be too long", document.name())))?;
    let text = tx.ensure_text(&edited.text, chars, digest)?;
    // A file is often called after the person.
    let source = pairs.apply(&document.content.source).text;
    tx.revise_document(
        document.id,
        &record::Document { text: digest, source, ..document.content.clone() },
        text,
    )?;
    let selection = Selection { documents: Some(vec![document.id]), ..Selection::default() };
    let mut rows = tx.reader().annotations(&selection)?;
    // Orphans of an earlier text stay in it.
    rows.retain(|row| row.draft.text == document.text_id);
    for row in rows {
        // Read again: another one that became one with this may have left its note here.
        let Some(row) = tx.reader().annotation(row.id)? else { continue };
        let range = edited.follow(row.draft.range);
        let moved = range != row.draft.range || edited.edits.iter().any(|edit| edit.new.overlaps(range));
        let draft = AnnotationDraft { text, range, ..row.draft.clone() };
        match rewrite(tx, &row, &draft)? {
            Rewritten::Joined(_) => outcome.joined += 1,
            _ => outcome.annotations += u64::from(moved),
        }
    }
    Ok(())
}

/// Where else in the store the names stand.
fn where_else(reader: Reader<'_>, pairs: &Pairs) -> Result<Vec<Left>> {
    let mut left: Vec<Left> = Vec::new();
    let mut note = |place: &'static str, text: &str, example: &dyn Fn() -> String| {
        if pairs.count(text) == 0 {
            return;
        }
        match left.iter_mut().find(|one| one.place == place) {
            Some(one) => one.count += 1,
            None => left.push(Left { place, count: 1, example: example() }),
        }
    };
    let mut names = std::collections::HashMap::new();
    let mut current = std::collections::HashSet::new();
    for document in reader.documents()? {
        note("document name", document.name(), &|| document.name().to_owned());
        note("source file name", &document.content.source, &|| document.name().to_owned());
        current.insert(document.text_id);
        names.insert(document.id, document.content.name);
    }
    let name_of = |id: i64| names.get(&id).cloned().unwrap_or_default();
    for (document, values) in reader.attributes()? {
        for (attribute, value) in values {
            note("attribute", &value, &|| format!("{attribute} of {}", name_of(document)));
        }
    }
    for code in reader.codes()? {
        note("code", &format!("{}\n{}", code.name, code.description), &|| {
            reader.code_path(code.id).unwrap_or_default()
        });
    }
    for memo in reader.memos()? {
        note("memo", &memo.text, &|| match memo.subject {
            MemoSubject::Document(document) => format!("#{} on {}", memo.id, name_of(document)),
            _ => format!("#{}", memo.id),
        });
    }
    reader.each_annotation(&Selection::default(), |row| {
        if !row.draft.note.is_empty() {
            note("note", &row.draft.note, &|| format!("#{} in {}", row.id, name_of(row.draft.document)));
        }
        Ok(())
    })?;
    for coder in reader.coders()? {
        note("coder", &coder.handle, &|| coder.handle.clone());
    }
    for change in reader.changes(usize::MAX)? {
        note("log line", &change.summary, &|| format!("change {}", change.id));
    }
    reader.each_text(|id, body| {
        if !current.contains(&id) {
            note("former text", body, &|| "an undo could bring them back".to_owned());
        }
        Ok(())
    })?;
    reader.each_former_state(|state| {
        note("former state", state, &|| "an undo could bring them back".to_owned());
        Ok(())
    })?;
    Ok(left)
}
