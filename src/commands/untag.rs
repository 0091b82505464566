//! `postil untag`

use super::annotation_line::described;
use super::standard_input::LONGEST_LIST;
use super::{Context, Status, standard_input};
use crate::actions::Access;
use crate::actions::passages::PassageWords;
use crate::actions::untag::{UntagRequest, untag};
use crate::cli::UntagArgs;
use crate::domain::resolve::Which;
use crate::error::Result;
use crate::ui::plural::count;

pub(super) fn run(args: UntagArgs, context: &mut Context) -> Result<Status> {
    let from_input = args.words.first().is_some_and(|word| word == "-");
    let mut session = context.open(Access::Write)?;
    let input = if from_input { Some(standard_input::read(LONGEST_LIST)?) } else { None };
    let words = PassageWords {
        words: &args.words,
        quote: None,
        whole: false,
        // Of several occurrences the one that carries the code is meant.
        which: Which::All,
        input: input.as_deref(),
    };
    let done = untag(&mut session, &UntagRequest { words, all_coders: args.all_coders })?;
    if done.count == 0 {
        context.ui.status("standard input named nothing; nothing was removed");
        return Ok(Status::Done);
    }
    for annotation in &done.few {
        let line = described(context, annotation);
        context.ui.status(format_args!("removed {line}"));
    }
    if done.few.is_empty() {
        context.ui.status(format_args!("removed {}", count(done.count as u64, "annotation")));
    }
    let what = if done.count == 1 { "it" } else { "them" };
    context.ui.hint(format_args!("`postil undo` brings {what} back"));
    Ok(Status::Done)
}
