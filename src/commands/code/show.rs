//! `postil code show PATH`

use super::super::facts::{Facts, counted, memos, moment};
use super::super::{Context, Status};
use crate::actions::Access;
use crate::actions::code::{CodeFacts, facts};
use crate::cli::CodeShowArgs;
use crate::error::Result;
use crate::ui::palette;
use crate::ui::plural::{count, thousands};

pub(super) fn run(args: &CodeShowArgs, context: &mut Context) -> Result<Status> {
    let session = context.open(Access::Read)?;
    let known = session.store.read(|store| facts(store.reader(), &args.path))?;
    let mut lines = Facts::default();
    lines.add("code", known.path.as_str());
    lines.add("means", known.row.description.as_str());
    lines.add("colour", known.row.color.as_str());
    lines.add("annotations", annotations(&known));
    lines.add("coders", counted(&known.coders));
    lines.add("below it", known.children.join("\n"));
    lines.add("memos", memos(&known.memos));
    lines.add("added", moment(known.row.created_at));
    lines.add("id", known.row.uuid.to_string());
    lines.show(context)?;
    if context.ui.colors()
        && let Some(style) = palette::highlight(&known.row.color, context.ui.true_color())
    {
        let sample = context.ui.paint(style, " a passage with this code ");
        context.ui.answer(sample)?;
    }
    Ok(Status::Done)
}

fn annotations(known: &CodeFacts) -> String {
    let below = if known.below > 0 {
        format!("; {} with codes below", thousands(known.below))
    } else {
        String::new()
    };
    match known.own {
        0 => format!("none{below}"),
        own => format!("{} in {}{below}", thousands(own), count(known.documents, "document")),
    }
}
