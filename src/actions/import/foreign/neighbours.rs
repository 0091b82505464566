//! Words that stand in several places, told apart by the rows around them. What is not certain is left open.
//!
//! Three things tell, in this order:
//! 1. As many rows say the same of these words as there are places: every place is meant. Who coded a word wherever it
//!    occurs has such rows.
//! 2. Positions that are off are off alike: between two passages that were found, one that is as far off as the one before
//!    it, as the one after it, or in between. Few words at their positions are held against that too.
//! 3. Where the program writes the passages of a document in the order of its text, a place between those of the rows
//!    before and after. Only where all passages that were found stand so, and enough of them that it is no accident.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::RangeInclusive;

use crate::domain::CharRange;
use crate::exchange::foreign::ForeignRow;

/// In how many ways the passages that were found could lie, at least, for their order to be no accident: as many as five
/// passages of one document can.
const NO_ACCIDENT: u64 = 120;

/// A passage that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Landmark {
    /// Its row.
    pub(super) order: u64,
    /// Where the row says that it starts.
    pub(super) claimed: Option<u32>,
    /// Where it starts, in code points.
    pub(super) start: u32,
}

/// A row whose words are in several places.
#[derive(Clone, Copy)]
pub(super) struct Question<'a> {
    pub(super) document: usize,
    /// The places, in order; none where nothing is asked.
    pub(super) hits: &'a [CharRange],
    /// Where the passage seems to be.
    pub(super) found: Option<CharRange>,
    pub(super) read: &'a ForeignRow,
    /// Where the row says that the passage starts.
    pub(super) claimed: Option<u32>,
}

/// The passages that were found, by document.
#[derive(Default)]
pub(super) struct Landmarks {
    by_claim: HashMap<usize, Vec<Landmark>>,
    /// By row; only where the rows come in the order of the texts.
    by_row: HashMap<usize, Vec<Landmark>>,
}

impl Landmarks {
    /// `in_text_order`: the program writes the passages of a document in the order of its text. People sort tables
    /// otherwise, so it is believed only where it shows.
    pub(super) fn new(mut found: HashMap<usize, Vec<Landmark>>, in_text_order: bool) -> Landmarks {
        let mut ways = 1_u64;
        let mut in_order = in_text_order;
        let mut by_claim = HashMap::new();
        for (document, rows) in &mut found {
            rows.sort_unstable_by_key(|landmark| landmark.order);
            let starts: HashSet<u32> = rows.iter().map(|landmark| landmark.start).collect();
            ways = (2..=starts.len() as u64).fold(ways, u64::saturating_mul);
            in_order &= rows.is_sorted_by_key(|landmark| landmark.start);
            let mut claimed: Vec<Landmark> =
                rows.iter().filter(|landmark| landmark.claimed.is_some()).copied().collect();
            claimed.sort_by_key(|landmark| landmark.claimed);
            by_claim.insert(*document, claimed);
        }
        let by_row = if in_order && ways >= NO_ACCIDENT { found } else { HashMap::new() };
        Landmarks { by_claim, by_row }
    }

    /// How far off a passage can be that is between its neighbours, in code points; `None` where nothing tells.
    fn allowed(&self, question: &Question<'_>) -> Option<RangeInclusive<i64>> {
        let claimed = question.claimed?;
        let rows = self.by_claim.get(&question.document)?;
        let (earlier, later) =
            rows.split_at(rows.partition_point(|landmark| landmark.claimed < Some(claimed)));
        let is_other = |landmark: &&Landmark| landmark.order != question.read.row;
        let off = |landmark: &Landmark| drift(landmark.start, landmark.claimed);
        // Before the first one stands the beginning of the text, which is never off. What comes after the last one may be
        // off by any more.
        let before = earlier.iter().rev().find(is_other).map_or(0, off);
        let after = later.iter().find(is_other).map(off)?;
        Some(before.min(after)..=before.max(after))
    }

    /// The place that is off as its neighbours are.
    fn by_drift(&self, question: &Question<'_>) -> Option<CharRange> {
        let allowed = self.allowed(question)?;
        only(question.hits, |hit| allowed.contains(&drift(hit.start(), question.claimed)))
    }

    /// Where the passage seems to be, unless its neighbours are off and it is not, or otherwise.
    fn as_found(&self, question: &Question<'_>) -> Option<CharRange> {
        let found = question.found?;
        let fits = |allowed: RangeInclusive<i64>| allowed.contains(&drift(found.start(), question.claimed));
        (question.hits.is_empty() || self.allowed(question).is_none_or(fits)).then_some(found)
    }

    /// Takes a passage that was told apart by the order of rows for one that is found: it tells of its neighbours too.
    fn add(&mut self, question: &Question<'_>, range: CharRange) {
        if let Some(rows) = self.by_row.get_mut(&question.document) {
            let order = question.read.row;
            let at = rows.partition_point(|landmark| landmark.order < order);
            rows.insert(at, Landmark { order, claimed: question.claimed, start: range.start() });
        }
    }

    /// The place between those of the rows before and after.
    fn by_order(&self, question: &Question<'_>) -> Option<CharRange> {
        let rows = self.by_row.get(&question.document)?;
        let next = rows.partition_point(|landmark| landmark.order < question.read.row);
        let from = next.checked_sub(1).map_or(0, |last| rows[last].start);
        let to = rows.get(next).map_or(u32::MAX, |landmark| landmark.start);
        only(question.hits, |hit| (from..=to).contains(&hit.start()))
    }
}

/// The place of each question, where it can be told.
pub(super) fn answers(mut landmarks: Landmarks, questions: &[Question<'_>]) -> Vec<Option<CharRange>> {
    let mut answers: Vec<Option<CharRange>> =
        questions.iter().map(|question| landmarks.as_found(question)).collect();
    every_place_is_meant(questions, &mut answers);
    for (question, answer) in questions.iter().zip(&mut answers) {
        *answer = answer.or_else(|| landmarks.by_drift(question));
        if let Some(range) = answer {
            landmarks.add(question, *range);
        }
    }
    // One answer may be what the next one needs; a table that needs more rounds than this is not worth them.
    for _ in 0..100 {
        let mut is_news = false;
        for (question, answer) in questions.iter().zip(&mut answers).filter(|(_, answer)| answer.is_none()) {
            if let Some(range) = landmarks.by_order(question) {
                *answer = Some(range);
                landmarks.add(question, range);
                is_news = true;
            }
        }
        if !is_news {
            break;
        }
    }
    answers
}

/// Gives each place to one of the rows that say the same, where there are as many of these as places.
fn every_place_is_meant(questions: &[Question<'_>], answers: &mut [Option<CharRange>]) {
    let mut alike: HashMap<_, Vec<usize>> = HashMap::new();
    let is_open = |at: usize| questions[at].found.is_none() && !questions[at].hits.is_empty();
    for (at, question) in questions.iter().enumerate().filter(|(at, _)| is_open(*at)) {
        let ForeignRow { quote, codes, coder, note, .. } = question.read;
        alike.entry((question.document, question.hits[0], quote, codes, coder, note)).or_default().push(at);
    }
    for rows in alike.into_values() {
        // Rows of one passage, as for two cases that both have it, count once.
        let mut passages: BTreeMap<(Option<u32>, u64), Vec<usize>> = BTreeMap::new();
        let mut marks: HashMap<&str, (Option<u32>, u64)> = HashMap::new();
        for at in &rows {
            let question = &questions[*at];
            let own = (question.claimed, question.read.row);
            let mark = question.read.mark.as_str();
            let key = if mark.is_empty() { own } else { *marks.entry(mark).or_insert(own) };
            passages.entry(key).or_default().push(*at);
        }
        let hits = questions[rows[0]].hits;
        if passages.len() == hits.len() {
            for (members, hit) in passages.values().zip(hits) {
                members.iter().for_each(|at| answers[*at] = Some(*hit));
            }
        }
    }
}

/// How far a passage that starts at `start` is from where its row says.
fn drift(start: u32, claimed: Option<u32>) -> i64 {
    i64::from(start) - i64::from(claimed.unwrap_or(start))
}

/// The only one of `hits` that is `fitting`.
fn only(hits: &[CharRange], fitting: impl Fn(&CharRange) -> bool) -> Option<CharRange> {
    let mut found = hits.iter().filter(|hit| fitting(hit));
    let first = found.next()?;
    found.next().is_none().then_some(*first)
}

#[cfg(test)]
#[path = "neighbours_tests.rs"]
mod tests;
