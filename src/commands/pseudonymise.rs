//! `postil pseudonymise DOC… --names FILE`

use std::collections::BTreeMap;

use super::{Context, Status, filter, listing_format};
use crate::actions::Access;
use crate::actions::pseudonymise::{NameTable, Outcome, Request, pseudonymise};
use crate::cli::PseudonymiseArgs;
use crate::domain::name::as_typed;
use crate::error::Result;
use crate::ui::plural::count;
use crate::ui::width::on_one_line;
use crate::ui::{Column, Format, Listing};

pub(super) fn run(args: &PseudonymiseArgs, context: &mut Context) -> Result<Status> {
    let file = args.names.display().to_string();
    let table = NameTable::read(&context.env.cwd.join(&args.names), &file)?;
    if table.open_to_others {
        context.ui.warn(format!("`{file}` may be read by others, and says who is who"));
        context
            .ui
            .hint(format!("keep it to yourself, apart from the store: `chmod 600 {}`", as_typed(&file)));
    }
    let documents = filter::choice(&args.choice);
    let mut session = context.open(Access::Write)?;
    let request = Request { dry_run: args.dry_run, reverse: args.reverse, one_way: args.one_way };
    let changed = pseudonymise(&mut session, &documents, &table, request)?;
    drop(session);
    let outcome = changed.value;
    show(&outcome, listing_format(args.format), context)?;
    for question in &outcome.questions {
        context.ui.warn(format!("{} is in conflict: {}", question.name, question.fields));
    }
    let verb = if args.dry_run { "would replace" } else { "replaced" };
    let what = if args.reverse { "pseudonym" } else { "name" };
    context.ui.status(format!(
        "{verb} {} at {} in {}; {} with a new place or new words",
        count(counts(&outcome).len() as u64, what),
        count(outcome.found.len() as u64, "place"),
        count(outcome.documents, "document"),
        count(outcome.annotations, "annotation"),
    ));
    let counts = counts(&outcome);
    if counts.len() > 1 {
        let each: Vec<String> = counts.iter().map(|(name, places)| format!("{name} {places}")).collect();
        context.ui.status(format!("of these {}", each.join(", ")));
    }
    if outcome.joined > 0 {
        context.ui.status(format!(
            "{} had part of the same word as another of the same code, and became one with it",
            count(outcome.joined, "annotation")
        ));
    }
    tell_left(&outcome, args.reverse, context);
    if args.dry_run {
        context.ui.hint("this was a rehearsal: nothing was written; leave `--dry-run` out to do it");
    } else if let Some(change) = changed.change {
        context.ui.status(format!("change {change}; `postil undo` takes it back"));
    }
    let is_open = !args.reverse && !outcome.left.is_empty() || !outcome.other_spellings.is_empty();
    Ok(if is_open || !outcome.questions.is_empty() { Status::Findings } else { Status::Done })
}

/// At how many places each name stood, by name.
fn counts(outcome: &Outcome) -> BTreeMap<&str, u64> {
    let mut counts = BTreeMap::new();
    for found in &outcome.found {
        *counts.entry(found.name.as_str()).or_default() += 1;
    }
    counts
}

/// Every place in its context.
fn show(outcome: &Outcome, format: Format, context: &mut Context) -> Result<()> {
    if outcome.found.is_empty() && format == Format::Table {
        return Ok(());
    }
    let columns = [
        Column::text("document", "Document"),
        Column::number("start", "Start"),
        Column::number("end", "End"),
        Column::text("before", "Before"),
        Column::text("name", "Name"),
        Column::text("pseudonym", "Pseudonym"),
        Column::text("after", "After"),
    ];
    let table = format == Format::Table;
    let line = |text: &str| if table { on_one_line(text).into_owned() } else { text.to_owned() };
    let mut listing = Listing::new(&mut context.ui, format, &columns)?;
    for one in &outcome.found {
        listing.row(&[
            one.document.as_str().into(),
            one.place.start().into(),
            one.place.end().into(),
            line(&one.before).into(),
            one.name.as_str().into(),
            one.pseudonym.as_str().into(),
            line(&one.after).into(),
        ])?;
    }
    listing.finish().map(drop)
}

/// Where the names are left: what is not said here would be taken to be clean.
fn tell_left(outcome: &Outcome, reverse: bool, context: &mut Context) {
    if !outcome.other_spellings.is_empty() {
        context.ui.warn(format!(
            "in another spelling, these still stand in the texts: `{}`",
            outcome.other_spellings.join("`, `")
        ));
        context.ui.hint("give each spelling a row of its own: `postil find NAME --ignore-case` finds them");
    }
    if reverse || outcome.left.is_empty() {
        return;
    }
    for left in &outcome.left {
        context.ui.warn(format!("names still stand in {}: {}", count(left.count, left.place), left.example));
    }
    if outcome.left.iter().any(|left| left.place.starts_with("former") || left.place == "log line") {
        context.ui.hint(
            "once nobody needs the way back: `postil document purge DOC --former` erases former texts and what quotes them",
        );
    }
}
