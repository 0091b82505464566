//! `postil disagreements`

mod json;

use super::{Context, Status, filter, passage_format};
use crate::actions::Access;
use crate::actions::compare::{Compare, Compared};
use crate::actions::disagreements::{Counts, Disagreement, Found, Kind, Request, Said, disagreements};
use crate::cli::{DisagreementFilter, DisagreementKind, DisagreementsArgs};
use crate::error::Result;
use crate::ui::plural::{count, count_of, thousands};
use crate::ui::width::{on_one_line, shortened};
use crate::ui::{Cell, Column, Format, Listing, Ui};

/// Columns of a passage in a table, where no screen says how wide it may be.
const PIPED_WIDTH: usize = 60;
/// What stands for a coder who read the passage and gave it none of the codes in question.
const NOTHING: &str = "(nothing)";
/// What stands for a coder who did not read the document.
const NOT_READ: &str = "(not read)";

/// The columns of a table for a meeting before those of the coders, and after them.
const BEFORE: [(&str, bool); 9] = [
    ("number", true),
    ("kind", false),
    ("codes", false),
    ("document", false),
    ("address", false),
    ("start", true),
    ("end", true),
    ("length", true),
    ("passage", false),
];
const AFTER: [&str; 2] = ["decision", "remark"];

pub(super) fn run(args: &DisagreementsArgs, context: &mut Context) -> Result<Status> {
    let mut request = request(&args.filter);
    request.compare.level = args.level;
    request.limit = args.limit;
    let session = context.open(Access::Read)?;
    let found = session.store.read(|store| disagreements(store.reader(), &request))?;
    let ui = &mut context.ui;
    let reader = session.store.reader();
    match passage_format(args.format) {
        None => {
            for one in &found.disagreements {
                let address = found.compared.address_of(one).to_string();
                let address = ui.shown(&address).into_owned();
                ui.answer(address)?;
            }
        }
        Some(Format::Table) => {
            let columns = table_columns(&found.compared);
            let width = if ui.stdout_is_terminal() { ui.width() } else { PIPED_WIDTH };
            let mut listing = Listing::new(ui, Format::Table, &columns)?;
            found.each(reader, |_, one, passage| {
                listing.row(&table_row(&found.compared, one, passage, width))
            })?;
            listing.finish()?;
        }
        Some(Format::Json) => json::write(ui, &session, &found, false)?,
        Some(Format::Jsonl) => json::write(ui, &session, &found, true)?,
        Some(format) => {
            let columns = columns(format, &found.compared);
            let mut listing = Listing::new(ui, format, &columns)?;
            found.each(reader, |number, one, passage| {
                let mut row = row(&found.compared, number, one, passage);
                if format == Format::Csv {
                    row.extend(AFTER.map(|_| Cell::from("")));
                }
                listing.row(&row)
            })?;
            listing.finish()?;
        }
    }
    ui.flush()?;
    tell(ui, &found);
    Ok(if found.counts.disagreements() > 0 { Status::Findings } else { Status::Done })
}

/// What the options ask for.
pub(super) fn request(options: &DisagreementFilter) -> Request {
    let kind = |kind: &DisagreementKind| match kind {
        DisagreementKind::Omission => Kind::Omission,
        DisagreementKind::Boundary => Kind::Boundary,
        DisagreementKind::Confusion => Kind::Confusion,
    };
    Request {
        compare: Compare {
            coders: options.coders.iter().map(|handle| handle.trim().to_owned()).collect(),
            documents: filter::documents(&options.documents),
            ..Compare::default()
        },
        codes: options.codes.clone(),
        kinds: options.kinds.iter().map(kind).collect(),
        least: options.min_length,
        ..Request::default()
    }
}

/// The word for a kind.
pub(super) fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Omission => "omission",
        Kind::Boundary => "boundary",
        Kind::Confusion => "confusion",
    }
}

/// `5 omissions, 4 boundaries, 3 confusions`, without those of which there are none.
pub(super) fn by_kind(counts: Counts) -> String {
    let kinds = [
        (counts.omissions, "omission", "omissions"),
        (counts.boundaries, "boundary", "boundaries"),
        (counts.confusions, "confusion", "confusions"),
    ];
    let some = kinds.into_iter().filter(|(number, ..)| *number > 0);
    some.map(|(number, one, many)| count_of(number, one, many)).collect::<Vec<_>>().join(", ")
}

/// Says on standard error what it comes to, and what is not compared.
fn tell(ui: &mut Ui, found: &Found) {
    if nothing_is_compared(ui, &found.compared) {
        return;
    }
    let (counts, shown) = (found.counts, found.disagreements.len() as u64);
    let differ = counts.disagreements();
    let agree = match counts.agreed {
        1 => "1 passage agrees".to_owned(),
        many => format!("{} passages agree", thousands(many)),
    };
    ui.status(match differ {
        0 => format!("no place differs; {agree}"),
        1 => format!("1 place differs: {}; {agree}", by_kind(counts)),
        many => format!("{} places differ: {}; {agree}", thousands(many), by_kind(counts)),
    });
    match shown {
        _ if shown == differ => {}
        1 => ui.status("the first of them is listed"),
        shown => ui.status(format!("the first {} of them are listed", thousands(shown))),
    }
    left_out(ui, &found.compared);
}

/// Says so when no text was read by two coders.
pub(super) fn nothing_is_compared(ui: &mut Ui, compared: &Compared) -> bool {
    if !compared.documents.is_empty() {
        return false;
    }
    if compared.nothing_chosen() {
        ui.status("there is no document to compare");
        ui.hint("`postil document list` shows the documents and their attributes");
        return true;
    }
    ui.status(match compared.handles().as_slice() {
        [] => "nobody has read a document yet, so there is nothing to compare".to_owned(),
        [one] => format!("only {one} has read a document, so there is nothing to compare"),
        several => {
            format!("no document was read by two of {}, so there is nothing to compare", several.join(", "))
        }
    });
    left_out(ui, compared);
    ui.hint(
        "`postil done DOC` says that you read a document to its end; `postil progress` shows who read what",
    );
    true
}

/// Says what is not compared.
fn left_out(ui: &mut Ui, compared: &Compared) {
    let left_out = &compared.left_out;
    let unfinished = left_out.unfinished.iter();
    for (document, coder) in unfinished.clone().take(3) {
        ui.status(format!("left out: {coder} has annotated `{document}` and is not done with it"));
    }
    if let Some(more) = unfinished.len().checked_sub(3).filter(|more| *more > 0) {
        ui.status(format!("left out: {more} more of these"));
    }
    if !left_out.one_reader.is_empty() {
        let documents = count(left_out.one_reader.len() as u64, "document");
        ui.status(format!("left out: {documents} that only one coder has read"));
    }
    if left_out.orphans > 0 {
        let passages = count(left_out.orphans, "passage");
        ui.status(format!("left out: {passages} in an earlier text; `postil list --orphans` lists them"));
    }
}

fn table_columns(compared: &Compared) -> Vec<Column> {
    let mut columns = vec![
        Column::text("kind", "Kind"),
        Column::text("address", "Address"),
        Column::number("length", "Length"),
    ];
    columns.extend(
        compared.handles().into_iter().map(|handle| Column::text(handle.to_owned(), handle.to_owned())),
    );
    columns.push(Column::text("passage", "Passage"));
    columns
}

fn table_row<'a>(compared: &Compared, one: &Disagreement, passage: &str, width: usize) -> Vec<Cell<'a>> {
    let mut row = vec![word(one.kind).into(), compared.address_of(one).to_string().into(), one.length.into()];
    let with_range = bounds_matter(one);
    row.extend(compared.said_by_all(one).into_iter().map(|said| match said {
        None => NOT_READ.into(),
        Some([]) => NOTHING.into(),
        Some(said) => said_in_words(compared, said, with_range, false).into(),
    }));
    row.push(shortened(&on_one_line(passage), width).into_owned().into());
    row
}

/// A coder may be called like a column: two columns of one name could not be told apart.
fn columns(format: Format, compared: &Compared) -> Vec<Column> {
    let mut columns: Vec<Column> = BEFORE
        .into_iter()
        .map(|(key, number)| if number { Column::number(key, key) } else { Column::text(key, key) })
        .collect();
    let taken = |handle: &str| {
        let mut keys = BEFORE.iter().map(|(key, _)| *key).chain(AFTER);
        keys.any(|key| key.eq_ignore_ascii_case(handle))
    };
    columns.extend(compared.handles().into_iter().map(|handle| {
        let key = if taken(handle) { format!("coder {handle}") } else { handle.to_owned() };
        Column::text(key.clone(), key)
    }));
    if format == Format::Csv {
        columns.extend(AFTER.map(|key| Column::text(key, key)));
    }
    columns
}

fn row<'a>(compared: &'a Compared, number: u64, one: &Disagreement, passage: &'a str) -> Vec<Cell<'a>> {
    let mut row = vec![
        i64::try_from(number).unwrap_or(i64::MAX).into(),
        word(one.kind).into(),
        compared.paths_of(one).join("; ").into(),
        compared.document_of(one).into(),
        compared.address_of(one).to_string().into(),
        one.extent.start().into(),
        one.extent.end().into(),
        one.length.into(),
        passage.into(),
    ];
    let with_range = bounds_matter(one);
    row.extend(compared.said_by_all(one).into_iter().map(|said| match said {
        None => NOT_READ.into(),
        Some([]) => NOTHING.into(),
        Some(said) => said_in_words(compared, said, with_range, true).into(),
    }));
    row
}

/// Whether anybody's bounds are others than those of the whole place.
pub(super) fn bounds_matter(one: &Disagreement) -> bool {
    one.said.iter().flatten().any(|said| said.range != one.extent)
}

/// What a coder said: `cyber/norms 120-180 #12; actors 120-188 #15`.
pub(super) fn said_in_words(compared: &Compared, said: &[Said], with_range: bool, with_ids: bool) -> String {
    let parts: Vec<String> = said
        .iter()
        .map(|said| {
            let mut part = compared.path(said.code).to_owned();
            if with_range {
                part.push_str(&format!(" {}", said.range));
            }
            if with_ids {
                part.extend(said.annotations.iter().map(|id| format!(" #{id}")));
            }
            part
        })
        .collect();
    parts.join("; ")
}
