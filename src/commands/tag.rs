//! `postil tag`

use super::standard_input::LONGEST_LIST;
use super::{Context, Status, standard_input, tagging};
use crate::actions::Access;
use crate::actions::passages::PassageWords;
use crate::actions::tag::{TagRequest, preview, tag};
use crate::cli::TagArgs;
use crate::domain::resolve::Which;
use crate::error::Result;

pub(super) fn run(args: TagArgs, context: &mut Context) -> Result<Status> {
    let from_input = args.words.first().is_some_and(|word| word == "-");
    let access = if args.dry_run { Access::Read } else { Access::Write };
    let mut session = context.open(access)?;
    let input = if from_input { Some(standard_input::read(LONGEST_LIST)?) } else { None };
    let which = match (args.nth, args.all) {
        (Some(number), _) => Which::Nth(number),
        (None, true) => Which::All,
        (None, false) => Which::Only,
    };
    let words = PassageWords {
        words: &args.words,
        quote: args.quote.as_deref(),
        whole: args.whole,
        which,
        input: input.as_deref(),
    };
    let request = TagRequest { words, note: args.note.as_deref(), create: args.create };
    let done = if args.dry_run { preview(&session, &request)? } else { tag(&mut session, &request)? };
    if done.tagged.is_empty() {
        // An empty search before a pipe is no mistake, so this is no refusal.
        context.ui.status("standard input named no passage; nothing was tagged");
    } else if args.dry_run {
        tagging::foretell(context, &session, &done)?;
    } else {
        tagging::tell(context, &session, &done)?;
    }
    Ok(Status::Done)
}
