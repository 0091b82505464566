//! Whose table a header is.

use std::io::Read;

use super::super::annotations::COLUMNS;
use super::super::csv::{Column, Delimiter, Headed, Kind};
use super::header::Header;
use super::{ForeignReader, Table, qualcoder, requal, rqda, stam, taguette};
use crate::error::{Error, Result};

/// A program whose tables are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// Taguette: highlights.
    Taguette,
    /// QualCoder: coding reports, and tables with `pos0` and `pos1`.
    QualCoder,
    /// RQDA: what `getCodingTable()` gives.
    Rqda,
    /// requal: segments.
    Requal,
    /// The STAM tools: TSV.
    Stam,
}

impl Program {
    /// All of them, in the order in which a header is held against them.
    pub const ALL: [Program; 5] =
        [Program::Taguette, Program::QualCoder, Program::Rqda, Program::Requal, Program::Stam];

    /// Its name as its makers write it.
    pub fn name(self) -> &'static str {
        match self {
            Program::Taguette => "Taguette",
            Program::QualCoder => "QualCoder",
            Program::Rqda => "RQDA",
            Program::Requal => "requal",
            Program::Stam => "STAM",
        }
    }

    /// The columns without which a table is not this program's.
    fn wanted(self) -> &'static str {
        match self {
            Program::Taguette => "`document`, `tag` and `content`",
            Program::QualCoder => {
                "`Coder`, `Coded`, `Id` and `Codename`, or `pos0`, `pos1`, `Codename` and `Filename`"
            }
            Program::Rqda => "`codename`, `filename`, `index1` and `index2`",
            Program::Requal => "`doc_name`, `code_name` and `segment_text`",
            Program::Stam => "`Text` and `TextSelection`, or `TextResource`, `BeginOffset` and `EndOffset`",
        }
    }

    /// How to read a table of this program with this header; `None` when the header is not one.
    ///
    /// # Errors
    /// Refuses one that has a column twice.
    fn table(self, header: &[String]) -> Result<Option<Box<dyn Table>>> {
        let mut header = Header::of(header);
        let table = match self {
            Program::Taguette => taguette::Highlights::of(&mut header).map(boxed),
            Program::QualCoder => qualcoder::Report::of(&mut header)
                .map(boxed)
                .or_else(|| qualcoder::Codings::of(&mut header).map(boxed)),
            Program::Rqda => rqda::Codings::of(&mut header).map(boxed),
            Program::Requal => requal::Segments::of(&mut header).map(boxed),
            Program::Stam => stam::Annotations::of(&mut header).map(boxed),
        };
        match header.twice() {
            Some(name) if table.is_some() => Err(Error::refused(format!(
                "the column `{name}` is there twice in this table of {}",
                self.name()
            ))
            .hint("delete or rename one of them: which one counts cannot be told")),
            _ => Ok(table),
        }
    }
}

fn boxed<T: Table + 'static>(table: T) -> Box<dyn Table> {
    Box::new(table)
}

/// Who wrote a table, as a person says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Postil: a table of annotations by the contract.
    Postil,
    /// Another program.
    Other(Program),
}

/// What a header turned out to be.
pub enum Recognised<R> {
    /// Postil's own table, or one that nothing is known of.
    Own(Headed<R>),
    /// Another program's.
    Foreign(ForeignReader<R>),
}

/// Whether a header is that of another program's table.
pub fn is_foreign(header: &[String]) -> bool {
    Program::ALL.into_iter().any(|program| program.table(header).is_ok_and(|table| table.is_some()))
}

/// Names that tell the delimiter of a table that may be ours or another program's.
pub fn names() -> Vec<Column> {
    const FOREIGN: [&str; 33] = [
        "tag",
        "content",
        "description",
        "file",
        "case",
        "filename",
        "coded",
        "codename",
        "coded_memo",
        "cid",
        "pos0",
        "pos1",
        "owner",
        "code name",
        "coded memo",
        "file name",
        "rowid",
        "fid",
        "index1",
        "index2",
        "codinglength",
        "doc_name",
        "doc_id",
        "segment_start",
        "segment_end",
        "code_name",
        "code_id",
        "segment_text",
        "user_name",
        "type",
        "textselection",
        "textresource",
        "beginoffset",
    ];
    COLUMNS.into_iter().chain(FOREIGN.map(|name| Column::new(name, Kind::Text))).collect()
}

/// Tells whose table this is. A header of ours is ours, whatever else it fits; `origin` overrules that.
///
/// # Errors
/// Refuses a table that is known and holds no codings, and one that lacks the columns of the `origin` it should have.
pub fn recognise<R: Read>(table: Headed<R>, origin: Option<Origin>) -> Result<Recognised<R>> {
    let header = table.header();
    let found = match origin {
        Some(Origin::Postil) => return Ok(Recognised::Own(table)),
        Some(Origin::Other(program)) => Some((program, required(program, header)?)),
        None if is_own(header) => return Ok(Recognised::Own(table)),
        None => by_header(header)?,
    };
    let Some((program, reading)) = found else {
        other_tables(header)?;
        return Ok(Recognised::Own(table));
    };
    let mut table = table;
    if program == Program::Stam && table.delimiter() == Delimiter::Tab {
        table.take_quotes_as_text();
    }
    Ok(Recognised::Foreign(ForeignReader { sheet: table.knowing(&[])?, table: reading }))
}

/// The program whose table a header is.
fn by_header(header: &[String]) -> Result<Option<(Program, Box<dyn Table>)>> {
    for program in Program::ALL {
        if let Some(table) = program.table(header)? {
            return Ok(Some((program, table)));
        }
    }
    Ok(None)
}

/// Whether a header is that of a table of annotations by our contract.
fn is_own(header: &[String]) -> bool {
    let has = |name: &str| header.iter().any(|column| column.eq_ignore_ascii_case(name));
    has("lineage")
        || has("document_sha256")
        || has("document") && ["quote", "text", "start", "code"].into_iter().any(has)
}

fn required(program: Program, header: &[String]) -> Result<Box<dyn Table>> {
    program.table(header)?.ok_or_else(|| {
        Error::refused(format!(
            "this is no table of {}: its columns are `{}`",
            program.name(),
            header.join("`, `")
        ))
        .hint(format!(
            "a table of {} has {}; leave `--from` out to have it recognised",
            program.name(),
            program.wanted()
        ))
    })
}

/// Tables that hold no codings, or not all that makes them.
fn other_tables(header: &[String]) -> Result<()> {
    let header = Header::of(header);
    let has = |name: &str| header.find(&[name]).is_some();
    if has("tag") && has("number of highlights") {
        return Err(Error::refused("this is a codebook of Taguette, not a table of highlights")
            .hint("`postil code import FILE --format csv` reads it"));
    }
    if has("AnnotationData") && has("SelectorType") && has("TargetResource") {
        return Err(Error::refused(
            "this is the STAM CSV of an annotation store: its codes stand in another file, the data set",
        )
        .hint("write a TSV with the STAM tools, with a column for each key, and import that"));
    }
    if has("BeginOffset") && has("EndOffset") {
        return Err(Error::refused("this table of the STAM tools does not say of which document it is")
            .hint("add a column `TextResource` with the name of the document"));
    }
    if has("pos0") && has("pos1") {
        return Err(Error::refused(
            "this table of QualCoder has positions, and no column `Codename` or `Filename`",
        )
        .hint("export the coding report from QualCoder, as CSV, and import that"));
    }
    Ok(())
}
