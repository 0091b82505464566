//! Deciding where coders differ. What is decided stands as the work of a coder of its own; what the others said is left alone.
//!
//! Nothing but annotations says what has been decided, so that an undo, a merge or an edit of them is all it takes to
//! change it (see `standing`).

mod choice;
mod sheet;
mod standing;
mod write;

use super::compare::{CONSENSUS, Compare, Compared, gather};
use super::disagreements::{Request, Wanted, is_about, passes, wanted};
use crate::analysis::agreement::disagreement::{Agreed, Comparison, Disagreement};
use crate::domain::TextIndex;
use crate::domain::name::check_handle;
use crate::error::{Error, Result};
use crate::store::Reader;
use standing::Standing;

pub use choice::Choice;
pub use sheet::{SheetDecided, decide_by_sheet};
pub use write::{Decided, Written, decide, write_agreed};

/// Everything there is to decide, and everything that is agreed.
#[derive(Debug)]
pub struct Agenda {
    /// What was compared.
    pub compared: Compared,
    /// All places where coders differ, decided or not, in reading order.
    pub disagreements: Vec<Disagreement>,
    /// Those that are asked for and not decided, as indices into `disagreements`.
    pub open: Vec<usize>,
    /// How many that are asked for were decided before.
    pub decided: u64,
    /// All passages on which all agree.
    agreed: Vec<Agreed>,
    /// Whose word counts: the coder that decisions are written for.
    consensus: String,
    wanted: Wanted,
}

/// A passage with what stands around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InContext {
    /// Up to the asked number of code points before it.
    pub before: String,
    /// The passage.
    pub passage: String,
    /// Up to the asked number of code points after it.
    pub after: String,
}

/// What there is to decide, for the coder `consensus`.
///
/// # Errors
/// As [`gather`]; refused when `consensus` is no handle, or is one of those whose work is compared.
pub fn agenda(reader: Reader<'_>, request: &Request, consensus: &str) -> Result<Agenda> {
    check_handle(consensus)?;
    let compared = gather(reader, &request.compare)?;
    if compared.coders.iter().any(|coder| coder.handle == consensus) {
        return Err(one_of_them(consensus, &compared, &request.compare));
    }
    let wanted = wanted(reader, &compared, &request.codes, request.compare.level.is_some())?;
    let Comparison { mut disagreements, agreed } = Comparison::of(&compared.material);
    disagreements.sort_by(|one, other| one.by_place().cmp(&other.by_place()));
    let standing = Standing::read(reader, consensus, &compared, None)?;
    let (mut open, mut decided) = (Vec::new(), 0);
    for (place, one) in disagreements.iter().enumerate() {
        let asked = (request.kinds.is_empty() || request.kinds.contains(&one.kind))
            && one.length >= request.least
            && is_about(one, &wanted);
        if asked && standing.has_decided(&compared, one) {
            decided += 1;
        } else if asked {
            open.push(place);
        }
    }
    Ok(Agenda { compared, disagreements, open, decided, agreed, consensus: consensus.to_owned(), wanted })
}

impl Agenda {
    /// The coder that decisions are written for.
    pub fn consensus(&self) -> &str {
        &self.consensus
    }

    /// How many passages all agree on, as far as they are asked for.
    pub fn agreed(&self) -> u64 {
        self.asked_agreed().count() as u64
    }

    /// Whether a disagreement is decided by now.
    ///
    /// # Errors
    /// The store's.
    pub fn is_decided(&self, reader: Reader<'_>, place: usize) -> Result<bool> {
        let one = &self.disagreements[place];
        let standing = Standing::read(reader, &self.consensus, &self.compared, Some(one.reading))?;
        Ok(standing.has_decided(&self.compared, one))
    }

    fn asked_agreed(&self) -> impl Iterator<Item = &Agreed> {
        self.agreed.iter().filter(|agreed| passes(&self.wanted, agreed.code))
    }

    /// The passage of a disagreement with up to `around` code points on either side.
    ///
    /// # Errors
    /// The store's.
    pub fn in_context(&self, reader: Reader<'_>, one: &Disagreement, around: u32) -> Result<InContext> {
        let document = &self.compared.documents[one.reading];
        reader.with_text_body(document.text_id, |body| {
            let parts = TextIndex::new(body).passage(one.extent, around);
            let (before, passage, after) =
                parts.ok_or_else(|| Error::internal("a disagreement lies past the end of its text"))?;
            let [before, passage, after] = [before, passage, after].map(str::to_owned);
            Ok(InContext { before, passage, after })
        })
    }
}

fn one_of_them(consensus: &str, compared: &Compared, compare: &Compare) -> Error {
    let others: Vec<&str> = compared.handles().into_iter().filter(|handle| *handle != consensus).collect();
    let error = Error::refused(format!("`{consensus}` is one of the coders whose work is compared"));
    if compare.coders.is_empty() && others.len() >= 2 {
        return error
            .hint(format!("name those whose work is compared: `--coders {}`", others.join(",")))
            .hint(format!("decisions are written as `{CONSENSUS}` unless `--as HANDLE` says otherwise"));
    }
    error.hint(format!("`--as {CONSENSUS}`, or another name that is not among them, keeps decisions apart"))
}
