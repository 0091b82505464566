//! Tells what was tagged.

use super::Context;
use super::annotation_line::AnnotationLine;
use crate::actions::Session;
use crate::actions::annotations::FEW;
use crate::actions::passages::Texts;
use crate::actions::tag::{Tagged, TaggedPassage, Tagging};
use crate::error::Result;
use crate::ui::plural::{count, thousands};

/// Says what was written: each passage where they are few, the numbers where they are many.
pub(super) fn tell(context: &mut Context, session: &Session, tagging: &Tagging) -> Result<()> {
    for code in &tagging.created {
        context.ui.status(format_args!("{code} is in the codebook now"));
    }
    if tagging.tagged.len() <= FEW {
        let mut texts = Texts::new(session.reader());
        for tagged in &tagging.tagged {
            let line = line(context, &mut texts, tagging, tagged)?;
            match tagged.outcome {
                Tagged::New => context.ui.status(line),
                Tagged::Already => context.ui.status(format_args!("already tagged: {line}")),
                Tagged::Noted => context.ui.status(format_args!("note added: {line}")),
            }
        }
        return Ok(());
    }
    let already = tagging.count(Tagged::Already);
    if already == tagging.tagged.len() {
        context.ui.status(format_args!("all {} were tagged already", passages(tagging)));
        return Ok(());
    }
    context.ui.status(totals(tagging));
    context.ui.hint("`postil undo` takes them back together");
    Ok(())
}

/// Answers with what would be written.
pub(super) fn foretell(context: &mut Context, session: &Session, tagging: &Tagging) -> Result<()> {
    let mut texts = Texts::new(session.reader());
    for tagged in &tagging.tagged {
        let line = line(context, &mut texts, tagging, tagged)?;
        let word = match tagged.outcome {
            Tagged::New => "new",
            Tagged::Already => "already",
            Tagged::Noted => "note",
        };
        let line = format!("{word}\t{line}");
        let line = context.ui.shown(&line).into_owned();
        context.ui.answer(line)?;
    }
    if tagging.summary().is_empty() {
        context.ui.status(format_args!("nothing was written, and nothing would be: {}", totals(tagging)));
    } else {
        context.ui.status(format_args!("nothing was written; would be: {}", totals(tagging)));
    }
    Ok(())
}

fn line(
    context: &Context,
    texts: &mut Texts<'_>,
    tagging: &Tagging,
    tagged: &TaggedPassage,
) -> Result<String> {
    let document = tagging.passages.document(tagged.passage);
    let quote = if tagging.whole { None } else { Some(texts.quote(document, tagged.passage.range)?) };
    let line = AnnotationLine {
        id: tagged.id,
        address: tagging.passages.address(tagged.passage).to_string(),
        code: tagged.code.map(|code| tagging.codes[code].as_str()),
        note: tagging.noted,
        quote,
    };
    let line = line.text(context);
    Ok(if tagging.whole { format!("{line} (the whole text of {})", document.name()) } else { line })
}

/// What the log says, and how many passages were left as they were.
fn totals(tagging: &Tagging) -> String {
    let summary = tagging.summary();
    match tagging.count(Tagged::Already) {
        0 => summary,
        already => {
            let were = if already == 1 { "was" } else { "were" };
            let separator = if summary.is_empty() { "" } else { "; " };
            format!("{summary}{separator}{} {were} tagged already", thousands(already as u64))
        }
    }
}

fn passages(tagging: &Tagging) -> String {
    count(tagging.passages.places.len() as u64, "passage")
}
