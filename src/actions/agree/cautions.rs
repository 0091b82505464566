//! What to beware of when these numbers are read. The limits are those customary in the literature; docs/agreement.md gives them.

use std::collections::{BTreeMap, HashMap};

use super::by_code::CodeReport;
use super::overall::Overall;
use crate::actions::compare::{Compared, Unit};
use crate::analysis::agreement::material::Mark;
use crate::analysis::agreement::sweep::Sums;
use crate::error::Result;
use crate::store::Reader;

/// A code under less of the text than this, or more than all but this, has the paradox of prevalence.
const RARE: f64 = 0.01;
/// Fewer passages with a code tell little of it.
const FEW_SPANS: u64 = 30;
/// Fewer documents tell little of others.
const FEW_DOCUMENTS: usize = 5;
/// A passage that is more than this of all coded text dominates whatever counts characters.
const DOMINANT: f64 = 0.25;
/// Borders that differ by no more are white space and punctuation, or a slip of the hand.
const BORDER: u32 = 3;

/// A reason to read a number with care.
#[derive(Debug, Clone, PartialEq)]
pub enum Caution {
    /// These codes are under less than 1 % or more than 99 % of the text: agreement may be high and alpha low (W1).
    Prevalence(Vec<String>),
    /// These codes have fewer than 30 passages by all coders together (W2).
    FewSpans(Vec<String>),
    /// So few documents are compared (W2).
    FewDocuments(usize),
    /// One passage is this part of all coded text: its annotation (W3).
    LongSpan(i64, f64),
    /// Coders differ in the number of passages by more than twice: the fewest and the most (W4).
    UnequalSpans((String, u64), (String, u64)),
    /// cu-alpha speaks of this part of the text only (W5).
    LowCoverage(f64),
    /// So many passages differ only by up to 3 characters at their borders (W6).
    Borders(u64),
    /// Who saw whose work, in how many documents, before or while coding (W7).
    Seen(String, String, usize),
}

pub(super) fn cautions(
    reader: Reader<'_>,
    compared: &Compared,
    sums: &Sums,
    codes: &[CodeReport],
    overall: &Overall,
    snapped: bool,
) -> Result<Vec<Caution>> {
    let mut cautions = Vec::new();
    if codes.is_empty() || compared.documents.is_empty() {
        return Ok(cautions);
    }
    let read: u64 = sums.parts.iter().map(|part| u64::from(part.length) * part.readers.len() as u64).sum();
    let paths = |wanted: &dyn Fn(&&CodeReport) -> bool| -> Vec<String> {
        codes.iter().filter(wanted).map(|code| code.path.clone()).collect()
    };
    let extreme = paths(&|code| {
        let share = code.coded.iter().sum::<u64>() as f64 / read as f64;
        !(RARE..=1.0 - RARE).contains(&share)
    });
    if !extreme.is_empty() {
        cautions.push(Caution::Prevalence(extreme));
    }
    let few = paths(&|code| code.spans.iter().sum::<u64>() < FEW_SPANS);
    if !few.is_empty() {
        cautions.push(Caution::FewSpans(few));
    }
    if compared.documents.len() < FEW_DOCUMENTS {
        cautions.push(Caution::FewDocuments(compared.documents.len()));
    }
    if compared.unit == Unit::Character {
        cautions.extend(long_span(compared));
    }
    cautions.extend(unequal_spans(compared, codes));
    if let Some((Ok(_), Some(coverage))) = overall.cu_alpha
        && coverage < 0.5
    {
        cautions.push(Caution::LowCoverage(coverage));
    }
    // What is left between words is no slip of the hand.
    if compared.unit == Unit::Character && !snapped {
        let borders = border_differences(compared);
        if borders > 0 {
            cautions.push(Caution::Borders(borders));
        }
    }
    cautions.extend(seen(reader, compared)?);
    Ok(cautions)
}

fn long_span(compared: &Compared) -> Option<Caution> {
    let marks = || compared.material.readings.iter().flat_map(|reading| &reading.marks);
    let all: u64 = marks().map(|mark| u64::from(mark.range.len())).sum();
    let longest = marks().max_by_key(|mark| mark.range.len())?;
    let part = f64::from(longest.range.len()) / all as f64;
    (part > DOMINANT).then_some(Caution::LongSpan(longest.annotation, part))
}

fn unequal_spans(compared: &Compared, codes: &[CodeReport]) -> Option<Caution> {
    let spans = |coder: usize| codes.iter().map(|code| code.spans[coder]).sum::<u64>();
    let by_coder: Vec<(String, u64)> = compared
        .coders
        .iter()
        .enumerate()
        .map(|(place, coder)| (coder.handle.clone(), spans(place)))
        .collect();
    let fewest = by_coder.iter().min_by_key(|(_, count)| *count)?;
    let most = by_coder.iter().max_by_key(|(_, count)| *count)?;
    (most.1 > 2 * fewest.1).then(|| Caution::UnequalSpans(fewest.clone(), most.clone()))
}

/// Passages of one code that two coders marked with borders a few characters apart, and not equal.
fn border_differences(compared: &Compared) -> u64 {
    let mut found = 0;
    let mut marks: Vec<Mark> = Vec::new();
    for reading in &compared.material.readings {
        marks.clear();
        marks.extend_from_slice(&reading.marks);
        // By code, then in their order.
        marks.sort_by_key(|mark| mark.code);
        for of_code in marks.chunk_by(|one, other| one.code == other.code) {
            for (place, mark) in of_code.iter().enumerate() {
                let near = of_code[place + 1..]
                    .iter()
                    .take_while(|other| other.range.start() <= mark.range.start() + BORDER);
                // Enough for real codings, and no more than that for ten thousand marks at one place.
                let differs = near.take(64).any(|other| {
                    other.coder != mark.coder
                        && other.range != mark.range
                        && other.range.end().abs_diff(mark.range.end()) <= BORDER
                });
                found += u64::from(differs);
            }
        }
    }
    found
}

fn seen(reader: Reader<'_>, compared: &Compared) -> Result<Vec<Caution>> {
    let coders: HashMap<_, &str> =
        compared.coders.iter().map(|coder| (coder.uuid, coder.handle.as_str())).collect();
    let documents: std::collections::HashSet<_> =
        compared.documents.iter().map(|document| document.uuid).collect();
    let mut pairs: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for sight in reader.current_sights()? {
        if let (Some(coder), Some(other), true) =
            (coders.get(&sight.coder), coders.get(&sight.other), documents.contains(&sight.document))
        {
            *pairs.entry((coder, other)).or_default() += 1;
        }
    }
    Ok(pairs
        .into_iter()
        .map(|((coder, other), count)| Caution::Seen(coder.to_owned(), other.to_owned(), count))
        .collect())
}
