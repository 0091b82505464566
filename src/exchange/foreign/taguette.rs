//! Taguette: the highlights, `id, document, tag, content`, one row for each highlight and tag.
//!
//! It tells no positions. `content` is the highlight without its markup, a blank where each tag was, so its white space
//! is not the text's. Rows come by document and place, and those of one highlight have one id.

use super::super::csv::{Refusal, Row};
use super::header::{Header, Place};
use super::{Columns, ForeignRow, Table, Wording};

pub(super) struct Highlights {
    id: Place,
    document: Place,
    tag: Place,
    content: Place,
    columns: Columns,
}

impl Highlights {
    pub(super) fn of(header: &mut Header<'_>) -> Option<Self> {
        let wanted = ["document", "tag", "content"];
        wanted.iter().all(|name| header.find(&[name]).is_some()).then(|| {
            let id = header.take(&["id"]);
            let [document, tag, content] = wanted.map(|name| header.take(&[name]));
            let columns = Columns {
                document: document.name.clone(),
                quote: content.name.clone(),
                code: tag.name.clone(),
                aside: header.aside(),
                ..Columns::default()
            };
            Highlights { id, document, tag, content, columns }
        })
    }
}

impl Table for Highlights {
    fn title(&self) -> &'static str {
        "a highlights table of Taguette"
    }

    fn columns(&self) -> &Columns {
        &self.columns
    }

    fn is_in_text_order(&self) -> bool {
        true
    }

    fn wording(&self) -> Wording {
        Wording::WithoutMarkup
    }

    fn read(&mut self, row: &Row<'_>) -> Result<Option<ForeignRow>, Refusal> {
        let tag = self.tag.trimmed(row);
        Ok(Some(ForeignRow {
            row: row.number(),
            mark: self.id.trimmed(row).to_owned(),
            document: self.document.trimmed(row).to_owned(),
            quote: self.content.cell(row).to_owned(),
            codes: if tag.is_empty() { Vec::new() } else { vec![vec![tag.to_owned()]] },
            ..ForeignRow::default()
        }))
    }
}
