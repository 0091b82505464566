//! Writing decisions: one change for each, so that nothing is lost when a terminal dies, and `undo` takes back the last.

use std::collections::{BTreeMap, BTreeSet};

use super::choice::verdict;
use super::standing::Standing;
use super::{Agenda, Choice};
use crate::actions::Session;
use crate::actions::note::fit_note;
use crate::analysis::agreement::disagreement::Agreed;
use crate::domain::CharRange;
use crate::domain::record::Progress;
use crate::error::{Error, Result};
use crate::store::Tx;
use crate::store::annotation::AnnotationDraft;

/// The command as the log shows it.
pub(super) const COMMAND: &str = "adjudicate";

/// What became of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// What holds now, for people: `actors/state 12-40`, or `no code`.
    pub outcome: String,
    /// The document, when nothing in it is left to decide.
    pub done: Option<String>,
}

/// What was agreed and is written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Written {
    /// Passages.
    pub passages: u64,
    /// Documents in which nothing is left to decide.
    pub done: Vec<String>,
}

/// Writes what all agree on, in one change. With `rehearse` nothing is kept.
///
/// # Errors
/// The store's; refused when nothing says who is at work.
pub fn write_agreed(session: &mut Session, agenda: &Agenda, rehearse: bool) -> Result<Written> {
    let changed = session.change(COMMAND, |tx| {
        let passages = agree(tx, agenda)?;
        let done = settle(tx, agenda, 0..agenda.compared.documents.len())?;
        tx.note_sight()?;
        tx.set_summary(match passages {
            0 => format!("{} done with what all agree on", agenda.consensus),
            1 => "1 passage on which all agree".to_owned(),
            many => format!("{many} passages on which all agree"),
        });
        if rehearse {
            tx.abandon();
        }
        Ok(Written { passages, done })
    })?;
    Ok(changed.value)
}

/// Writes one decision, in one change.
///
/// # Errors
/// Refused when the choice is none here, or the store has changed under it; the store's.
pub fn decide(session: &mut Session, agenda: &Agenda, place: usize, choice: &Choice) -> Result<Decided> {
    let changed = session.change(COMMAND, |tx| {
        let decided = carry_out(tx, agenda, place, choice, "")?;
        let one = &agenda.disagreements[place];
        tx.set_summary(format!("{}: {}", agenda.compared.address_of(one), decided));
        let done = settle(tx, agenda, [one.reading])?.pop();
        tx.note_sight()?;
        Ok(Decided { outcome: decided, done })
    })?;
    Ok(changed.value)
}

/// Writes what all agree on where it does not stand yet; returns how many passages that were.
pub(super) fn agree(tx: &Tx<'_>, agenda: &Agenda) -> Result<u64> {
    let compared = &agenda.compared;
    let standing = Standing::read(tx.reader(), &agenda.consensus, compared, None)?;
    let missing: Vec<&Agreed> =
        agenda.asked_agreed().filter(|agreed| !standing.has_agreed(compared, agreed)).collect();
    if missing.is_empty() {
        return Ok(0);
    }
    for reading in missing.iter().map(|agreed| agreed.reading).collect::<BTreeSet<_>>() {
        check_text(tx, agenda, reading)?;
    }
    let coder = tx.ensure_coder(&agenda.consensus)?;
    let times = (tx.at(), tx.at());
    // None of them stands there: a passage of the coder with that code which overlapped it would have been enough.
    tx.insert_many_annotations(missing.len(), || {
        missing.iter().try_for_each(|agreed| {
            let document = &compared.documents[agreed.reading];
            let draft = AnnotationDraft {
                document: document.id,
                text: document.text_id,
                range: agreed.range,
                code: Some(compared.codes[agreed.code as usize].id),
                coder,
                note: String::new(),
            };
            tx.insert_annotation(&draft, times).map(drop)
        })
    })?;
    Ok(missing.len() as u64)
}

/// Writes what a choice comes to; says it for people.
pub(super) fn carry_out(
    tx: &Tx<'_>,
    agenda: &Agenda,
    place: usize,
    choice: &Choice,
    remark: &str,
) -> Result<String> {
    let one = &agenda.disagreements[place];
    check_text(tx, agenda, one.reading)?;
    let verdict = verdict(tx.reader(), agenda, one, choice)?;
    let coder = tx.ensure_coder(&agenda.consensus)?;
    let remark = if remark.trim().is_empty() { String::new() } else { fit_note(remark)? };
    let note: Vec<&str> = verdict
        .turned_down
        .iter()
        .map(String::as_str)
        .chain([remark.as_str()])
        .filter(|part| !part.is_empty())
        .collect();
    let note = note.join("\n");
    let document = &agenda.compared.documents[one.reading];
    let mark = |code: Option<i64>, range: CharRange| {
        let draft = AnnotationDraft {
            document: document.id,
            text: document.text_id,
            range,
            code,
            coder,
            note: note.clone(),
        };
        add(tx, &draft)
    };
    if verdict.codes.is_empty() {
        mark(None, one.extent)?;
        return Ok("no code".to_owned());
    }
    let mut said = Vec::new();
    for (code, range) in verdict.codes {
        mark(Some(code), range)?;
        let path = match choice {
            Choice::Code(_, path) => path.as_str(),
            _ => agenda.compared.codes.iter().find(|known| known.id == code).map_or("", |known| &known.path),
        };
        said.push(format!("{path} {range}"));
    }
    said.dedup();
    Ok(said.join("; "))
}

/// Adds an annotation, or its note to the one that says the same.
fn add(tx: &Tx<'_>, draft: &AnnotationDraft) -> Result<()> {
    match tx.reader().same_annotation(draft)? {
        None => tx.insert_annotation(draft, (tx.at(), tx.at())).map(drop),
        Some(row) if draft.note.is_empty() || row.draft.note.contains(&draft.note) => Ok(()),
        Some(row) => {
            let note = match row.draft.note.as_str() {
                "" => draft.note.clone(),
                before => format!("{before}\n{}", draft.note),
            };
            tx.update_annotation(row.id, &AnnotationDraft { note, ..draft.clone() })
        }
    }
}

/// Says of these documents how far the coder who stands for all is; returns those that became done. A document in which
/// something is left is in progress: what is there so far is not a reading to its end.
pub(super) fn settle(
    tx: &Tx<'_>,
    agenda: &Agenda,
    readings: impl IntoIterator<Item = usize>,
) -> Result<Vec<String>> {
    let compared = &agenda.compared;
    let readings: BTreeSet<usize> = readings.into_iter().collect();
    let only = match readings.len() {
        1 => readings.first().copied(),
        _ => None,
    };
    let standing = Standing::read(tx.reader(), &agenda.consensus, compared, only)?;
    let mut left: BTreeMap<usize, bool> = readings.iter().map(|reading| (*reading, false)).collect();
    for one in &agenda.disagreements {
        if let Some(left) = left.get_mut(&one.reading) {
            *left = *left || !standing.has_decided(compared, one);
        }
    }
    for agreed in &agenda.agreed {
        if let Some(left) = left.get_mut(&agreed.reading) {
            *left = *left || !standing.has_agreed(compared, agreed);
        }
    }
    let mut done = Vec::new();
    for (reading, left) in left {
        // Who has said nothing yet has not begun.
        if left && !standing.has_begun(compared, reading) {
            continue;
        }
        let document = &compared.documents[reading];
        let coder = tx.ensure_coder(&agenda.consensus)?;
        let state = if left { Progress::InProgress } else { Progress::Done };
        let is_new = tx.set_assignment(document.id, coder, state, (tx.at(), tx.at()))?;
        if is_new && !left {
            done.push(document.name().to_owned());
        }
    }
    Ok(done)
}

/// Refuses to write on a text that is not the one that was compared.
fn check_text(tx: &Tx<'_>, agenda: &Agenda, reading: usize) -> Result<()> {
    let compared = &agenda.compared.documents[reading];
    match tx.reader().document_by_id(compared.id)? {
        Some(now) if now.text_id == compared.text_id => Ok(()),
        Some(_) => {
            Err(Error::refused(format!("the text of `{}` was revised in the meantime", compared.name()))
                .hint("begin again: `postil adjudicate`"))
        }
        None => Err(Error::refused(format!("`{}` was removed in the meantime", compared.name()))
            .hint("begin again: `postil adjudicate`")),
    }
}
