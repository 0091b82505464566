//! `postil find`

mod output;

use super::{Context, Status, filter, tagging};
use crate::actions::Access;
use crate::actions::find::{Haystack, HitTags, Scope, tag_hits};
use crate::cli::FindArgs;
use crate::domain::search::{Matcher, PhraseOptions};
use crate::error::Result;

pub(super) fn run(args: FindArgs, context: &mut Context) -> Result<Status> {
    let matcher = if args.regex {
        Matcher::regex(&args.pattern, args.ignore_case)?
    } else {
        let options = PhraseOptions {
            ignore_case: args.ignore_case,
            whole_word: args.word,
            ignore_accents: args.ignore_accents,
        };
        Matcher::phrase(&args.pattern, options)?
    };
    let scope = scope(&args);
    if !args.tags.is_empty() {
        let mut session = context.open(Access::Write)?;
        let tags = HitTags { codes: &args.tags, note: args.note.as_deref(), create: args.create };
        let done = tag_hits(&mut session, &matcher, &scope, args.limit, tags)?;
        if done.tagged.is_empty() {
            context.ui.status("no hits; nothing was tagged");
        } else {
            tagging::tell(context, &session, &done)?;
        }
        return Ok(Status::Done);
    }
    let session = context.open(Access::Read)?;
    let haystack = Haystack::new(session.reader(), &scope)?;
    if args.count {
        let hits = haystack.search(session.reader(), &matcher, args.limit, |_, _, _| Ok(()))?;
        context.ui.answer(hits.to_string())?;
        return Ok(Status::Done);
    }
    let asked = output::Asked { format: args.format, context: args.context as usize, limit: args.limit };
    if output::write(context, &session, &haystack, &matcher, &asked)? == 0 {
        context.ui.status("no hits");
    }
    Ok(Status::Done)
}

fn scope(args: &FindArgs) -> Scope {
    Scope {
        documents: filter::documents(&args.subset.documents),
        codes: args.subset.codes.clone(),
        coders: args.subset.coders.clone(),
    }
}
