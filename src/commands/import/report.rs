//! What an import tells: refused rows, clashes, remarks, and what was written.

use super::super::log::in_words;
use super::super::{Context, Status};
use crate::actions::import::{Counts, Foreign, KEPT, Outcome};
use crate::cli::ImportChoices;
use crate::error::{Error, Result};
use crate::ui::plural::{count, thousands};

/// How many refused rows or clashes are shown; the rest is counted.
const SHOWN: usize = 20;

/// Shows the outcome. Refused rows without `--partial` are a refusal of the whole.
pub(super) fn show(outcome: &Outcome, choices: &ImportChoices, context: &mut Context) -> Result<Status> {
    let ui = &mut context.ui;
    if let Some(foreign) = &outcome.foreign {
        ui.status(placed(foreign));
    }
    for remark in &outcome.remarks[..outcome.remarks.len().min(SHOWN)] {
        ui.warn(remark);
    }
    if outcome.remarks.len() > SHOWN {
        let more = if outcome.remarks.len() == KEPT {
            "many".to_owned()
        } else {
            (outcome.remarks.len() - SHOWN).to_string()
        };
        ui.warn(format!("… and {more} more of this kind"));
    }
    for (file, refusal) in &outcome.refusals[..outcome.refusals.len().min(SHOWN)] {
        ui.warn(format!("refused: {file}, {refusal}"));
    }
    if outcome.refused > SHOWN as u64 {
        ui.warn(format!("… and {} refused", count(outcome.refused - SHOWN as u64, "row")));
    }
    let rejects = choices.rejects.as_ref().filter(|_| outcome.rejected > 0);
    if let Some(path) = rejects {
        ui.status(format!(
            "{} in `{}`, with the reasons",
            count(outcome.rejected, "refused row"),
            path.display()
        ));
        if outcome.rejected < outcome.refused {
            let others = count(outcome.refused - outcome.rejected, "other");
            ui.status(format!("{others} not in it: rows of other tables, or that repeat another row"));
        }
    }
    if outcome.refused > 0 && !choices.partial {
        let mut error =
            Error::refused(format!("{} refused, so nothing was written", count(outcome.refused, "row")));
        if let Some(foreign) = &outcome.foreign {
            if foreign.missing_documents > 0 {
                let documents = count(foreign.missing_documents, "document");
                error = error.hint(format!(
                    "`postil document add` adds the {documents} of the table that the store lacks"
                ));
            }
            if foreign.missing_codes > 0 {
                let codes = count(foreign.missing_codes, "code");
                error = error.hint(format!("`--create-codes` adds the {codes} that the codebook lacks"));
            }
        }
        let error = error.hint("mend them, or take the good rows with `--partial`");
        return Err(match rejects {
            None => error.hint("`--rejects FILE` writes the refused rows to a file of their own"),
            Some(_) => error,
        });
    }
    for clash in outcome.clashes.iter().take(SHOWN) {
        ui.warn(format!(
            "row {}: {} {} is in conflict: {}",
            clash.row,
            clash.entity.word(),
            clash.name,
            clash.fields
        ));
    }

    let kinds = ["annotation", "code", "document", "coder", "memo", "assignment"];
    // The annotations always; of the rest of a bundle what has news, unless there is nothing else to say.
    let told = |counts: &Counts, kind: &str| counts.writes() || kind == "annotation" || counts.stale > 0;
    let read: Vec<(Counts, &str)> =
        outcome.all().into_iter().zip(kinds).filter(|(counts, _)| counts.rows > 0).collect();
    let any = read.iter().any(|(counts, kind)| told(counts, kind));
    for (counts, kind) in read.iter().filter(|(counts, kind)| !any || told(counts, kind)) {
        ui.answer(line(counts, kind))?;
    }
    if read.is_empty() {
        ui.answer("nothing to import: there are no rows")?;
    }
    if outcome.reanchored > 0 {
        ui.status(format!(
            "{} found by {} words, not by positions",
            count(outcome.reanchored, "passage"),
            if outcome.reanchored == 1 { "its" } else { "their" }
        ));
    }
    if outcome.followed > 0 {
        let reworded = match outcome.reworded {
            0 => String::new(),
            some => format!(", {some} of them with other words"),
        };
        ui.status(format!(
            "{} followed from an older text of their document{reworded}",
            count(outcome.followed, "passage")
        ));
    }
    if !outcome.new_codes.is_empty() {
        ui.status(format!(
            "{} made: {}",
            count(outcome.new_codes.len() as u64, "code"),
            some(&outcome.new_codes)
        ));
    }
    if !outcome.new_coders.is_empty() {
        ui.status(format!("new coders: {}", some(&outcome.new_coders)));
    }
    for edit in outcome.edits.iter().take(SHOWN) {
        ui.status(format!("would do: {}", in_words(edit).replace(['\n', '\r'], " ")));
    }
    if outcome.edits.len() > SHOWN {
        ui.status("… and more; after the import, `postil log` shows every edit of its change");
    }
    match (choices.dry_run, outcome.change) {
        (true, _) if outcome.wrote => {
            ui.hint("this was a rehearsal: nothing was written; leave `--dry-run` out to do it")
        }
        (true, _) => ui.status("nothing would change"),
        (false, Some(change)) => ui.status(format!("change {change}; `postil undo` takes it back")),
        (false, None) => ui.status("nothing changed"),
    }
    if outcome.stale() > 0 {
        ui.hint("older rows hold what was replaced or undone since; after an undo, `postil redo` brings an import back");
    }
    if outcome.conflicts() > 0 {
        ui.hint("`postil conflicts` shows what both sides changed differently");
    }
    // Rows that were refused and conflicts want somebody to look; a script should notice.
    let finished = outcome.conflicts() == 0 && outcome.refused == 0;
    Ok(if finished { Status::Done } else { Status::Findings })
}

/// `read as a coding report of QualCoder: 12 passages placed by positions, 3 by words, 1 not placed`.
fn placed(foreign: &Foreign) -> String {
    let placed = [(foreign.by_offsets, "by positions"), (foreign.by_words, "by words")];
    let mut parts: Vec<String> = Vec::new();
    for (number, how) in placed.into_iter().filter(|(number, _)| *number > 0) {
        parts.push(match parts.is_empty() {
            true => format!("{} placed {how}", count(number, "passage")),
            false => format!("{} {how}", thousands(number)),
        });
    }
    match (foreign.unplaced, parts.is_empty()) {
        (0, false) => {}
        (0, true) => parts.push("no passages".to_owned()),
        (number, true) => parts.push(format!("{} not placed", count(number, "passage"))),
        (number, false) => parts.push(format!("{} not placed", thousands(number))),
    }
    format!("read as {}: {}", foreign.title, parts.join(", "))
}

/// `annotations: 3 new, 40 unchanged`.
fn line(counts: &Counts, kind: &str) -> String {
    let parts: Vec<String> = [
        (counts.new, "new"),
        (counts.changed, "changed"),
        (counts.merged, "merged"),
        (counts.deleted, "deleted"),
        (counts.conflicts, "in conflict"),
        (counts.already, "already there"),
        (counts.unchanged, "unchanged"),
        (counts.stale, "older than the store"),
    ]
    .into_iter()
    .filter(|(number, _)| *number > 0)
    .map(|(number, what)| format!("{} {what}", thousands(number)))
    .collect();
    format!("{kind}s: {}", if parts.is_empty() { "none".to_owned() } else { parts.join(", ") })
}

/// The first few of many names.
fn some(names: &[String]) -> String {
    const FEW: usize = 8;
    let mut text = names[..names.len().min(FEW)].join(", ");
    if names.len() > FEW {
        text.push_str(", …");
    }
    text
}
