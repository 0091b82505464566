//! `postil document show DOC`

use super::super::facts::{Facts, counted, memos, moment};
use super::super::{Context, Status};
use crate::actions::Access;
use crate::actions::document::{DocumentFacts, facts};
use crate::cli::DocumentShowArgs;
use crate::error::Result;
use crate::ui::plural::{count, thousands};

/// Codes beyond these are counted, not named.
const CODES: usize = 10;

pub(super) fn run(args: &DocumentShowArgs, context: &mut Context) -> Result<Status> {
    let session = context.open(Access::Read)?;
    let known = session.store.read(|store| facts(store.reader(), &args.document))?;
    let content = &known.row.content;
    let mut lines = Facts::default();
    lines.add("document", content.name.as_str());
    lines.add(
        "text",
        format!(
            "{} characters, {}, {}",
            thousands(known.row.chars.into()),
            count(known.lines.into(), "line"),
            count(known.paragraphs as u64, "paragraph"),
        ),
    );
    lines.add("attributes", attributes(&known));
    lines.add("annotations", annotations(&known));
    lines.add("codes", codes(&known));
    lines.add("memos", memos(&known.memos));
    lines.add("source", content.source.as_str());
    lines.add("encoding", encoding(&known));
    lines.add("text sha256", content.text.to_string());
    if content.source_sha256 != content.text {
        lines.add("file sha256", content.source_sha256.to_string());
    }
    lines.add("added", moment(known.row.created_at));
    lines.add("id", known.row.uuid.to_string());
    lines.show(context)?;
    Ok(Status::Done)
}

fn attributes(known: &DocumentFacts) -> String {
    let pairs: Vec<String> = known.attributes.iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join("\n")
}

fn annotations(known: &DocumentFacts) -> String {
    let total: u64 = known.coders.iter().map(|(_, count)| count).sum();
    if total == 0 {
        return "none".to_owned();
    }
    let untagged =
        if known.untagged > 0 { format!("; {} without a code", known.untagged) } else { String::new() };
    format!("{} ({}){untagged}", thousands(total), counted(&known.coders))
}

fn codes(known: &DocumentFacts) -> String {
    let shown = known.codes.len().min(CODES);
    let more = known.codes.len() - shown;
    let rest = if more > 0 { format!(" and {}", count(more as u64, "other")) } else { String::new() };
    format!("{}{rest}", counted(&known.codes[..shown]))
}

fn encoding(known: &DocumentFacts) -> String {
    let content = &known.row.content;
    let ends = match content.newline.as_str() {
        "none" => "one line".to_owned(),
        "mixed" => "mixed line ends".to_owned(),
        one => format!("{} line ends", one.to_uppercase()),
    };
    let mark = if content.bom { ", byte order mark" } else { "" };
    format!("{}, {ends}{mark}", content.encoding)
}
