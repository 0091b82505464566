//! Tagging: codes, notes and highlights on passages.

use super::code_paths::{ChosenCode, choose, create_missing};
use super::note::fit_note;
use super::passages::{Named, Passage, PassageWords, Passages};
use super::{Session, annotations};
use crate::domain::resolve::Which;
use crate::error::{Error, Result};
use crate::store::annotation::AnnotationDraft;
use crate::store::{Reader, Tx};

/// What to tag, and with what.
#[derive(Debug, Clone, Copy)]
pub struct TagRequest<'a> {
    /// The passages and the codes.
    pub words: PassageWords<'a>,
    /// The note to write on each.
    pub note: Option<&'a str>,
    /// Add the codes that are not in the codebook.
    pub create: bool,
}

/// What became of one passage and one code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tagged {
    /// A new annotation.
    New,
    /// The coder had said so before; nothing was written.
    Already,
    /// The coder had said so before, without a note; it has one now.
    Noted,
}

/// One passage with one code.
#[derive(Debug, Clone, Copy)]
pub struct TaggedPassage {
    /// The passage.
    pub passage: Passage,
    /// The code, as an index into [`Tagging::codes`]; `None`: a highlight or a note.
    pub code: Option<usize>,
    /// The annotation's number; `None` when nothing was written yet (`--dry-run`).
    pub id: Option<i64>,
    /// What became of it.
    pub outcome: Tagged,
}

/// What became of a request to tag.
#[derive(Debug)]
pub struct Tagging {
    /// The passages that were named.
    pub passages: Passages,
    /// The paths of the codes.
    pub codes: Vec<String>,
    /// The codes that were added to the codebook (for `--dry-run`: the paths that would be).
    pub created: Vec<String>,
    /// Each passage with each code.
    pub tagged: Vec<TaggedPassage>,
    /// The passage is a whole text.
    pub whole: bool,
    /// A note was asked for.
    pub noted: bool,
}

/// Everything that is to be written, looked up and checked.
pub(super) struct Plan {
    pub(super) passages: Passages,
    pub(super) codes: Vec<ChosenCode>,
    pub(super) note: String,
    pub(super) whole: bool,
}

impl Tagging {
    /// How many passages (times codes) had this outcome.
    pub fn count(&self, outcome: Tagged) -> usize {
        self.tagged.iter().filter(|tagged| tagged.outcome == outcome).count()
    }

    /// What was done, in one line, as the log keeps it: `3 passages tagged norms`.
    pub fn summary(&self) -> String {
        let passages = |count: usize| match count {
            1 => "1 passage".to_owned(),
            count => format!("{count} passages"),
        };
        let new = self.count(Tagged::New);
        let mut parts = Vec::new();
        if new > 0 {
            let on = new / self.codes.len().max(1);
            parts.push(match self.codes.as_slice() {
                [] if self.noted => format!("{} noted", passages(new)),
                [] => format!("{} highlighted", passages(new)),
                [one] => format!("{} tagged {one}", passages(new)),
                // Some were there before: the count is of annotations then, not of passages.
                several if on * several.len() != new => {
                    format!("{new} annotations added ({})", several.join(", "))
                }
                several => format!("{} tagged {}", passages(on), several.join(", ")),
            });
        }
        match self.count(Tagged::Noted) {
            0 => {}
            1 => parts.push("1 note added".to_owned()),
            count => parts.push(format!("{count} notes added")),
        }
        match self.created.as_slice() {
            [] => {}
            [one] => parts.push(format!("code {one} added")),
            several => parts.push(format!("{} codes added", several.len())),
        }
        parts.join("; ")
    }
}

/// Tags, in one change. Where everything was said before, nothing is written.
///
/// # Errors
/// Refused for passages and codes that are not there, and where another note stands already.
pub fn tag(session: &mut Session, request: &TagRequest<'_>) -> Result<Tagging> {
    let changed = session.change("tag", |tx| {
        let tagging = carry_out(tx, plan(tx.reader(), request)?)?;
        tx.note_sight()?;
        Ok(tagging)
    })?;
    Ok(changed.value)
}

/// Tags by several requests in one change, all or none.
///
/// # Errors
/// As [`tag`], for the first request that is refused.
pub fn tag_each(session: &mut Session, requests: &[TagRequest<'_>]) -> Result<Vec<Tagging>> {
    let changed = session.change("tag", |tx| {
        let taggings: Vec<Tagging> = requests
            .iter()
            .map(|request| carry_out(tx, plan(tx.reader(), request)?))
            .collect::<Result<_>>()?;
        let passages = taggings.iter().map(|tagging| tagging.passages.places.len()).sum::<usize>();
        tx.note_sight()?;
        if let [_, _, ..] = taggings.as_slice() {
            tx.set_summary(format!("{passages} passages tagged"));
        }
        Ok(taggings)
    })?;
    Ok(changed.value)
}

/// What [`tag`] would do, without writing.
///
/// # Errors
/// As [`tag`].
pub fn preview(session: &Session, request: &TagRequest<'_>) -> Result<Tagging> {
    let plan = plan(session.reader(), request)?;
    let coder = session.reader().coder(session.coder()?)?.map(|coder| coder.id);
    let created = plan.codes.iter().filter(|code| code.id.is_none()).map(|code| code.path.clone()).collect();
    let tagged = go_through(session.reader(), None, coder, &plan)?;
    Ok(outcome(plan, created, tagged))
}

fn plan(reader: Reader<'_>, request: &TagRequest<'_>) -> Result<Plan> {
    let spoken = request.words.read(reader)?;
    if request.words.which != Which::Only && matches!(spoken.named, Named::ByPlace | Named::Whole) {
        return Err(Error::usage("`--nth` and `--all` choose among the occurrences of a quote")
            .hint("name the passage by its words, or leave them out"));
    }
    let codes = choose(reader, &spoken.codes, request.create)?;
    let note = request.note.map(fit_note).transpose()?.unwrap_or_default();
    Ok(Plan { passages: spoken.passages, codes, note, whole: spoken.named == Named::Whole })
}

/// Writes what is planned.
pub(super) fn carry_out(tx: &Tx<'_>, mut plan: Plan) -> Result<Tagging> {
    // Without a passage there is nothing to say, and so no reason to make a code or a coder.
    if plan.passages.places.is_empty() {
        return Ok(outcome(plan, Vec::new(), Vec::new()));
    }
    let created = create_missing(tx, &mut plan.codes)?;
    let coder = tx.ensure_coder(tx.coder_handle())?;
    let tagged = go_through(tx.reader(), Some(tx), Some(coder), &plan)?;
    let tagging = outcome(plan, created, tagged);
    tx.set_summary(tagging.summary());
    Ok(tagging)
}

/// Looks at each passage with each code, and writes what is new when there is a change to write in.
fn go_through(
    reader: Reader<'_>,
    tx: Option<&Tx<'_>>,
    coder: Option<i64>,
    plan: &Plan,
) -> Result<Vec<TaggedPassage>> {
    let codes: Vec<Option<usize>> =
        if plan.codes.is_empty() { vec![None] } else { (0..plan.codes.len()).map(Some).collect() };
    let mut tagged = Vec::with_capacity(plan.passages.places.len() * codes.len());
    let mut in_the_way = Vec::new();
    for passage in &plan.passages.places {
        let document = plan.passages.document(*passage);
        for code in &codes {
            let chosen = code.map(|code| plan.codes[code].id);
            let mut draft = AnnotationDraft {
                document: document.id,
                text: document.text_id,
                range: passage.range,
                code: chosen.flatten(),
                // No row has this number: a coder without a row has said nothing yet.
                coder: coder.unwrap_or(0),
                note: plan.note.clone(),
            };
            // A code that is yet to be made is on no passage.
            let unused = coder.is_none() || chosen == Some(None);
            let known = if unused { None } else { reader.same_annotation(&draft)? };
            let (id, outcome) = match known {
                None => {
                    (tx.map(|tx| tx.insert_annotation(&draft, (tx.at(), tx.at()))).transpose()?, Tagged::New)
                }
                Some(row) if plan.note.is_empty() || row.draft.note == plan.note => {
                    (Some(row.id), Tagged::Already)
                }
                Some(row) if row.draft.note.is_empty() => {
                    draft.note.clone_from(&plan.note);
                    if let Some(tx) = tx {
                        tx.update_annotation(row.id, &draft)?;
                    }
                    (Some(row.id), Tagged::Noted)
                }
                Some(row) => {
                    in_the_way.push(row);
                    continue;
                }
            };
            tagged.push(TaggedPassage { passage: *passage, code: *code, id, outcome });
        }
    }
    match in_the_way.as_slice() {
        [] => Ok(tagged),
        [first, others @ ..] => {
            let more = if others.is_empty() { String::new() } else { format!(", and {} more", others.len()) };
            Err(Error::refused(format!(
                "#{} has another note already: `{}`{more}",
                first.id,
                annotations::opening(&first.draft.note)
            ))
            .hint(format!("`postil note {} TEXT` replaces it; nothing was written", first.id)))
        }
    }
}

fn outcome(plan: Plan, created: Vec<String>, tagged: Vec<TaggedPassage>) -> Tagging {
    Tagging {
        passages: plan.passages,
        codes: plan.codes.into_iter().map(|code| code.path).collect(),
        created,
        tagged,
        whole: plan.whole,
        noted: !plan.note.is_empty(),
    }
}
