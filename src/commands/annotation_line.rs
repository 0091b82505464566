//! An annotation on one line of the conversation: `#15 interview-7:120-188 norms “cyber diplomacy refers…”`.

use super::Context;
use crate::actions::annotations::Described;
use crate::ui::width::{columns, shortened};

/// One annotation, for a line.
pub(super) struct AnnotationLine<'a> {
    /// Its number, if it has one yet.
    pub(super) id: Option<i64>,
    /// Where it is.
    pub(super) address: String,
    /// The path of its code.
    pub(super) code: Option<&'a str>,
    /// Whether it has a note; without a code it is called one.
    pub(super) note: bool,
    /// The passage; `None` for a whole text, which nobody wants repeated.
    pub(super) quote: Option<&'a str>,
}

impl AnnotationLine<'_> {
    /// The line, the passage cut to the width of the screen.
    pub(super) fn text(&self, context: &Context) -> String {
        let id = self.id.map(|id| format!("#{id} ")).unwrap_or_default();
        let said = self.code.unwrap_or(if self.note { "(note)" } else { "(highlight)" });
        let head = format!("{id}{} {said}", self.address);
        match self.quote {
            Some(quote) => {
                // However long the names, some words of the passage tell it from the next.
                let room = context.ui.width().saturating_sub(columns(&head) + 3).max(24);
                format!("{head} “{}”", on_one_line(quote, room))
            }
            None => head,
        }
    }
}

/// The line of an annotation as an action describes it.
pub(super) fn described(context: &Context, annotation: &Described) -> String {
    let line = AnnotationLine {
        id: Some(annotation.id),
        address: format!("{}:{}", annotation.document, annotation.range),
        code: annotation.code.as_deref(),
        note: !annotation.note.is_empty(),
        quote: Some(&annotation.quote),
    };
    line.text(context)
}

/// A passage on one line of at most `limit` columns.
fn on_one_line(passage: &str, limit: usize) -> String {
    // A passage may be a whole book: what cannot be shown is not looked at. Runs of white space shrink to one space.
    let start: String = passage.chars().take(limit * 4 + 1).collect();
    let line = start.split_whitespace().collect::<Vec<_>>().join(" ");
    shortened(&line, limit).into_owned()
}
