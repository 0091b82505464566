//! Each place where coders differ, with names for numbers and the passage.

use std::collections::BTreeSet;

use super::compare::{Compare, Compared, gather};
use super::names;
use super::selection::code_ids;
use crate::analysis::agreement::disagreement::Comparison;
use crate::domain::TextIndex;
use crate::domain::address::Address;
use crate::error::{Error, ErrorKind, Result};
use crate::store::Reader;

pub use crate::analysis::agreement::disagreement::{Disagreement, Kind, Said};

/// Which disagreements.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Whose work is compared in what. Its codes are to be left empty: who compares only some codes takes a confusion with
    /// one of the others for an omission.
    pub compare: Compare,
    /// Only those about one of these codes, or one below it; empty: all.
    pub codes: Vec<String>,
    /// Only of these kinds; empty: all.
    pub kinds: Vec<Kind>,
    /// Only with at least this many characters in dispute.
    pub least: u32,
    /// Documents in order, instead of the longest dispute first.
    pub by_place: bool,
    /// At most this many.
    pub limit: Option<u64>,
}

/// How many of what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Disagreements that are omissions.
    pub omissions: u64,
    /// That are about a boundary.
    pub boundaries: u64,
    /// That are confusions.
    pub confusions: u64,
    /// Passages that all who read them gave the same code.
    pub agreed: u64,
}

/// What was found.
#[derive(Debug)]
pub struct Found {
    /// What was compared.
    pub compared: Compared,
    /// Where coders differ, as far as it was asked for, in the order that was asked for.
    pub disagreements: Vec<Disagreement>,
    /// How many there are, those past the limit included.
    pub counts: Counts,
}

/// What a code filter lets pass, by place among the codes that are compared; `None`: every code.
pub(super) type Wanted = Option<BTreeSet<u32>>;

/// Where coders differ.
///
/// # Errors
/// As [`gather`]; refused for a code that is not there.
pub fn disagreements(reader: Reader<'_>, request: &Request) -> Result<Found> {
    let compared = gather(reader, &request.compare)?;
    let wanted = wanted(reader, &compared, &request.codes, request.compare.level.is_some())?;
    let Comparison { mut disagreements, agreed } = Comparison::of(&compared.material);
    disagreements.retain(|one| {
        (request.kinds.is_empty() || request.kinds.contains(&one.kind))
            && one.length >= request.least
            && is_about(one, &wanted)
    });
    if request.by_place {
        disagreements.sort_by(|one, other| one.by_place().cmp(&other.by_place()));
    }
    let of_kind = |kind| disagreements.iter().filter(|one| one.kind == kind).count() as u64;
    let counts = Counts {
        omissions: of_kind(Kind::Omission),
        boundaries: of_kind(Kind::Boundary),
        confusions: of_kind(Kind::Confusion),
        agreed: agreed.iter().filter(|agreed| passes(&wanted, agreed.code)).count() as u64,
    };
    if let Some(limit) = request.limit {
        disagreements.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    }
    Ok(Found { compared, disagreements, counts })
}

/// The codes with these paths and those below them, by their places in `compared`.
pub(super) fn wanted(
    reader: Reader<'_>,
    compared: &Compared,
    codes: &[String],
    levelled: bool,
) -> Result<Wanted> {
    let Some(mut ids) = code_ids(reader, codes, false)? else { return Ok(None) };
    if levelled {
        // A code that counts as one above it is found under that one.
        let book = names::codebook(reader)?;
        let above: Vec<i64> = ids.iter().flat_map(|id| book.ancestors(*id)).collect();
        ids.extend(above);
    }
    let ids: BTreeSet<i64> = ids.into_iter().collect();
    let places = (0..).zip(&compared.codes).filter(|(_, code)| ids.contains(&code.id));
    Ok(Some(places.map(|(place, _)| place).collect()))
}

pub(super) fn passes(wanted: &Wanted, code: u32) -> bool {
    wanted.as_ref().is_none_or(|wanted| wanted.contains(&code))
}

pub(super) fn is_about(one: &Disagreement, wanted: &Wanted) -> bool {
    one.clusters.iter().any(|(code, _)| passes(wanted, *code))
}

impl Counts {
    /// How many disagreements there are.
    pub fn disagreements(self) -> u64 {
        self.omissions + self.boundaries + self.confusions
    }
}

impl Compared {
    /// The name of the document that a disagreement is in.
    pub fn document_of(&self, one: &Disagreement) -> &str {
        self.documents[one.reading].name()
    }

    /// The address of its passage, as listings print it.
    pub fn address_of(&self, one: &Disagreement) -> Address {
        Address::of_range(self.document_of(one), one.extent)
    }

    /// The path of a code, by its place.
    pub fn path(&self, code: u32) -> &str {
        &self.codes[code as usize].path
    }

    /// The paths of the codes in question, in the order of the codebook.
    pub fn paths_of(&self, one: &Disagreement) -> Vec<&str> {
        one.codes().into_iter().map(|code| self.path(code)).collect()
    }

    /// Of each coder that is compared, what they coded here; `None`: they did not read the document.
    pub fn said_by_all<'a>(&self, one: &'a Disagreement) -> Vec<Option<&'a [Said]>> {
        let mut all = vec![None; self.coders.len()];
        for (reader, said) in self.material.readings[one.reading].readers.iter().zip(&one.said) {
            all[*reader as usize] = Some(said.as_slice());
        }
        all
    }
}

impl Found {
    /// Gives each disagreement to `each`, in order, with its number from 1 and its passage. The passages are in memory at
    /// once: in the order of length the texts would be read again and again.
    ///
    /// # Errors
    /// The store's, corrupt when a passage reaches past its text, and those of `each`.
    pub fn each(
        &self,
        reader: Reader<'_>,
        mut each: impl FnMut(u64, &Disagreement, &str) -> Result<()>,
    ) -> Result<()> {
        let mut by_text: Vec<usize> = (0..self.disagreements.len()).collect();
        by_text.sort_by_key(|place| self.disagreements[*place].reading);
        let mut passages: Vec<Box<str>> = vec![Box::default(); by_text.len()];
        for of_text in by_text
            .chunk_by(|one, other| self.disagreements[*one].reading == self.disagreements[*other].reading)
        {
            let document = &self.compared.documents[self.disagreements[of_text[0]].reading];
            reader.with_text_body(document.text_id, |body| {
                let index = TextIndex::new(body);
                for place in of_text {
                    let range = self.disagreements[*place].extent;
                    let passage = index.slice(range).ok_or_else(|| {
                        let name = document.name();
                        Error::new(ErrorKind::Corrupt, format!("`{name}` ends before {range}"))
                            .hint("`postil check` tells what else is wrong")
                    })?;
                    passages[*place] = passage.into();
                }
                Ok(())
            })?;
        }
        let rows = (1..).zip(&self.disagreements).zip(&passages);
        for ((number, one), passage) in rows {
            each(number, one, passage)?;
        }
        Ok(())
    }
}
