//! The passages behind one cell of a table of co-occurrences.

use std::collections::{BTreeMap, HashMap};

use super::By;
use super::cooccurrence::Together;
use crate::actions::names;
use crate::actions::selection::Filter;
use crate::domain::{CharRange, TextIndex};
use crate::error::{Error, ErrorKind, Result};
use crate::store::Reader;
use crate::store::select::{Selection, SpanRow};

/// The annotations with two codes, by document and text. Their quotes are cut from the texts only when asked for.
#[derive(Debug)]
pub struct Cell {
    by: By,
    /// Whether both codes are one.
    one_code: bool,
    groups: Vec<Group>,
    handles: HashMap<i64, String>,
}

/// The annotations of one document whose positions count in one text (by document: in any), and of one coder where
/// coders are kept apart. Both sides are ordered by place.
#[derive(Debug)]
struct Group {
    document: String,
    text: i64,
    ones: Vec<SpanRow>,
    others: Vec<SpanRow>,
}

/// One annotation of a pair.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// The number within the store.
    pub id: i64,
    /// Where it is.
    pub range: CharRange,
    /// The coder's handle.
    pub coder: &'a str,
    /// The passage.
    pub quote: &'a str,
}

/// Two passages that come together.
#[derive(Debug, Clone, Copy)]
pub struct PairRow<'a> {
    /// The document's name.
    pub document: &'a str,
    /// The one with the first code; where one lies inside the other, the one inside.
    pub one: Side<'a>,
    /// The one with the second code.
    pub other: Side<'a>,
}

/// A sentence, paragraph or document that holds both codes.
#[derive(Debug, Clone)]
pub struct UnitRow<'a> {
    /// The document's name.
    pub document: &'a str,
    /// Where the unit is; `None` for a whole document.
    pub range: Option<CharRange>,
    /// Its words; empty for a whole document.
    pub quote: &'a str,
    /// The numbers of the annotations with the first code that stand in it.
    pub ones: Vec<i64>,
    /// Those with the second code.
    pub others: Vec<i64>,
}

/// The annotations with the codes at the paths `one` and `other`, without the codes below them; `filter` says in which
/// documents and by whom. What comes together is decided as for the table: by [`super::gather`].
///
/// # Errors
/// Refused for names that are not there.
pub fn cell(
    reader: Reader<'_>,
    filter: &Filter,
    by: By,
    same_coder: bool,
    [one, other]: [&str; 2],
) -> Result<Cell> {
    let (one, other) = (names::code(reader, one)?.id, names::code(reader, other)?.id);
    let selection = Selection { codes: Some(vec![one, other]), ..filter.selection(reader)? };
    let labels = reader.document_labels()?;
    let places: HashMap<i64, usize> = labels.iter().map(|(id, _)| *id).zip(0..).collect();
    // By the name of the document, then the text, then the coder.
    let mut groups: BTreeMap<(usize, i64, i64), Group> = BTreeMap::new();
    reader.each_span(&selection, |span| {
        let Some(place) = places.get(&span.document).copied() else { return Ok(()) };
        let text = if by == By::Document { 0 } else { span.text };
        let key = (place, text, if same_coder { span.coder } else { 0 });
        let group = groups.entry(key).or_insert_with(|| Group {
            document: labels[place].1.clone(),
            text: span.text,
            ones: Vec::new(),
            others: Vec::new(),
        });
        if span.code == Some(one) {
            group.ones.push(span);
        }
        if span.code == Some(other) {
            group.others.push(span);
        }
        Ok(())
    })?;
    let mut groups: Vec<Group> = groups.into_values().collect();
    groups.retain(|group| !group.ones.is_empty() && !group.others.is_empty());
    for side in groups.iter_mut().flat_map(|group| [&mut group.ones, &mut group.others]) {
        side.sort_unstable_by_key(|span| (span.range, span.id));
    }
    let handles = reader.coders()?.into_iter().map(|coder| (coder.id, coder.handle)).collect();
    Ok(Cell { by, one_code: one == other, groups, handles })
}

impl Cell {
    /// Whether the cell is made of units and not of pairs of passages.
    pub fn is_of_units(&self) -> bool {
        !matches!(self.by, By::Passages(_))
    }

    /// Gives up to `limit` pairs to `each`, by document and place. None for a cell of units.
    ///
    /// # Errors
    /// The store's, corrupt when a range reaches past its text, and those of `each`.
    pub fn each_pair(
        &self,
        reader: Reader<'_>,
        limit: u64,
        mut each: impl FnMut(PairRow<'_>) -> Result<()>,
    ) -> Result<()> {
        let By::Passages(together) = self.by else { return Ok(()) };
        let mut left = limit;
        for group in &self.groups {
            // Most documents hold both codes and no pair of them: their texts need not be read.
            let mut pairs =
                self.pairs(group, together).take(usize::try_from(left).unwrap_or(usize::MAX)).peekable();
            if pairs.peek().is_none() {
                continue;
            }
            let body = reader.text_body(group.text)?;
            let text = TextIndex::new(&body);
            for (one, other) in pairs {
                left -= 1;
                let (one, other) = (self.side(one, &text)?, self.side(other, &text)?);
                each(PairRow { document: &group.document, one, other })?;
            }
        }
        Ok(())
    }

    /// Gives up to `limit` units to `each`, by document and place. None for a cell of pairs.
    ///
    /// # Errors
    /// As [`Cell::each_pair`].
    pub fn each_unit(
        &self,
        reader: Reader<'_>,
        limit: u64,
        mut each: impl FnMut(UnitRow<'_>) -> Result<()>,
    ) -> Result<()> {
        let mut left = limit;
        for group in &self.groups {
            if left == 0 || !self.is_of_units() {
                return Ok(());
            }
            let document = group.document.as_str();
            let all = |spans: &[SpanRow]| spans.iter().map(|span| span.id).collect::<Vec<_>>();
            if self.by == By::Document {
                left -= 1;
                let (ones, others) = (all(&group.ones), all(&group.others));
                each(UnitRow { document, range: None, quote: "", ones, others })?;
                continue;
            }
            let body = reader.text_body(group.text)?;
            let text = TextIndex::new(&body);
            let (ones, others) = (Sorted::new(&group.ones), Sorted::new(&group.others));
            for unit in self.by.units(&text).unwrap_or_default() {
                let within =
                    |sorted: &Sorted<'_>| sorted.near(*unit, 0).map(|span| span.id).collect::<Vec<_>>();
                let (ones, others) = (within(&ones), within(&others));
                if left == 0 || ones.is_empty() || others.is_empty() {
                    continue;
                }
                left -= 1;
                let quote = text.slice(*unit).unwrap_or_default();
                each(UnitRow { document, range: Some(*unit), quote, ones, others })?;
            }
        }
        Ok(())
    }

    /// The pairs of a group, by the place of the first, then of the second.
    fn pairs<'g>(
        &self,
        group: &'g Group,
        together: Together,
    ) -> impl Iterator<Item = (&'g SpanRow, &'g SpanRow)> {
        let one_code = self.one_code;
        let beyond = match together {
            Together::Near(distance) => u64::from(distance) + 1,
            Together::Overlap | Together::Inside => 0,
        };
        let others = Sorted::new(&group.others);
        group.ones.iter().flat_map(move |one| {
            let meeting = others.near(one.range, beyond).filter(move |other| {
                // A pair of one code is found from both sides, unless one lies inside the other, and is told once.
                let found_from_both = together != Together::Inside || one.range == other.range;
                let again = one_code && found_from_both && (other.range, other.id) < (one.range, one.id);
                one.id != other.id && !again && together.holds(one.range, other.range)
            });
            meeting.map(move |other| (one, other)).collect::<Vec<_>>()
        })
    }

    fn side<'a>(&'a self, span: &SpanRow, text: &TextIndex<'a>) -> Result<Side<'a>> {
        let quote = text.slice(span.range).ok_or_else(|| {
            Error::new(
                ErrorKind::Corrupt,
                format!("annotation #{} reaches past the end of its text", span.id),
            )
            .hint("`postil check` looks for more of that; `postil backup` keeps the store as it is")
        })?;
        let coder = self.handles.get(&span.coder).map_or("", String::as_str);
        Ok(Side { id: span.id, range: span.range, coder, quote })
    }
}

/// Annotations of one text ordered by start, with how far those up to each reach.
struct Sorted<'g> {
    spans: &'g [SpanRow],
    reach: Vec<u32>,
}

impl<'g> Sorted<'g> {
    fn new(spans: &'g [SpanRow]) -> Self {
        let farthest = |reach: &mut u32, span: &SpanRow| {
            *reach = span.range.end().max(*reach);
            Some(*reach)
        };
        Sorted { spans, reach: spans.iter().scan(0, farthest).collect() }
    }

    /// Those that share a code point with `range` when each is `beyond` code points longer.
    fn near(&self, range: CharRange, beyond: u64) -> impl Iterator<Item = &'g SpanRow> + use<'g> {
        let (start, end) = (u64::from(range.start()), u64::from(range.end()));
        let first = self.reach.partition_point(|reach| u64::from(*reach) + beyond <= start);
        let last = self.spans.partition_point(|span| u64::from(span.range.start()) < end + beyond);
        let spans = self.spans.get(first..last).unwrap_or_default();
        spans.iter().filter(move |span| u64::from(span.range.end()) + beyond > start)
    }
}
