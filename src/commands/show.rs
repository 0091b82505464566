//! `postil show`

use super::{Context, Status};
use crate::actions::Access;
use crate::actions::selection::Filter;
use crate::actions::show::{Highlight, show};
use crate::cli::ShowArgs;
use crate::error::Result;
use crate::ui::{Mark, PageOptions, page};

pub(super) fn run(args: ShowArgs, context: &mut Context) -> Result<Status> {
    let filter = Filter { codes: args.codes, coders: args.coders, ..Filter::default() };
    let session = context.open(Access::Read)?;
    let shown = session.store.read(|store| show(store.reader(), &args.passage, &filter))?;
    let ui = &mut context.ui;
    let options = PageOptions {
        width: args.wrap.map(usize::from).or_else(|| ui.stdout_is_terminal().then(|| ui.width())),
        names: !args.no_codes,
        numbers: if args.numbers { shown.paragraphs() } else { Vec::new() },
    };
    let marks: Vec<Mark<'_>> = shown.highlights.iter().map(mark).collect();
    page(ui, shown.text(), &marks, &options)?;
    Ok(Status::Done)
}

fn mark(highlight: &Highlight) -> Mark<'_> {
    let name = match &highlight.code {
        Some(code) => code,
        None if highlight.note.is_empty() => "highlight",
        None => "note",
    };
    Mark {
        range: highlight.range,
        name,
        by: format!("{} #{}", highlight.coder, highlight.id),
        color: &highlight.color,
        note: &highlight.note,
    }
}
