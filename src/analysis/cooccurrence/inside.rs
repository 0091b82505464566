//! Passages inside others. Those around a passage started before it and end after it: how many of a code do is a sum
//! over ends, kept in a tree of sums (Fenwick, P. M. (1994), "A new data structure for cumulative frequency tables",
//! Software: Practice and Experience 24).

use super::{Coded, Cooccurrence};

/// The passages of one code in a text: their ends in order, and how many of them have started.
#[derive(Debug, Default)]
struct OfCode {
    ends: Vec<u32>,
    /// A Fenwick tree over the places of `ends`.
    sums: Vec<u64>,
    started: u64,
    /// The farthest end among those that started.
    farthest: u32,
}

impl OfCode {
    fn start(&mut self, end: u32) {
        let mut at = self.ends.partition_point(|other| *other < end) + 1;
        while at <= self.ends.len() {
            self.sums[at - 1] += 1;
            at += at & at.wrapping_neg();
        }
        self.started += 1;
        self.farthest = self.farthest.max(end);
    }

    /// Those that started and end at `end` or after it.
    fn reaching(&self, end: u32) -> u64 {
        let mut at = self.ends.partition_point(|other| *other < end);
        let mut ended = 0;
        while at > 0 {
            ended += self.sums[at - 1];
            at &= at - 1;
        }
        self.started - ended
    }
}

impl Cooccurrence {
    /// Counts pairs of which the first lies inside the second.
    pub(super) fn count_inside(&mut self, passages: &[Coded]) {
        self.held.resize(self.codes * self.codes, 0);
        // What is around comes before what is inside; the same words stand together.
        let mut sorted = passages.to_vec();
        sorted.sort_by_key(|passage| (passage.range.start(), std::cmp::Reverse(passage.range.end())));
        let mut of_codes: Vec<OfCode> = (0..self.codes).map(|_| OfCode::default()).collect();
        for passage in &sorted {
            of_codes[passage.code].ends.push(passage.range.end());
        }
        for of_code in &mut of_codes {
            of_code.ends.sort_unstable();
            of_code.sums.resize(of_code.ends.len(), 0);
        }
        let present: Vec<usize> = (0..self.codes).filter(|code| !of_codes[*code].ends.is_empty()).collect();
        // Whether a passage lies inside or around another one of its own code.
        let mut with_own = vec![false; sorted.len()];
        let mut at = 0;
        for twins in sorted.chunk_by(|one, other| one.range == other.range) {
            for twin in twins {
                of_codes[twin.code].start(twin.range.end());
            }
            for (place, passage) in (at..).zip(twins) {
                with_own[place] |= self.around(passage, &present, &of_codes);
            }
            self.count_twins_once(twins);
            at += twins.len();
        }
        self.those_around(&sorted, &present, &mut with_own);
        for (passage, with_own) in sorted.iter().zip(with_own) {
            self.both[passage.code * self.codes + passage.code] += u64::from(with_own);
        }
    }

    /// Counts what is around a passage; says whether any of it has the same code.
    fn around(&mut self, passage: &Coded, present: &[usize], of_codes: &[OfCode]) -> bool {
        let (end, row) = (passage.range.end(), passage.code * self.codes);
        let mut with_own = false;
        for other in present.iter().copied().filter(|other| of_codes[*other].farthest >= end) {
            let itself = u64::from(other == passage.code);
            let around = of_codes[other].reaching(end) - itself;
            self.cases[row + other] += around;
            if other == passage.code {
                with_own = around > 0;
            } else {
                self.both[row + other] += u64::from(around > 0);
            }
        }
        with_own
    }

    /// Two passages of one code on the same words lie inside each other and are one pair.
    fn count_twins_once(&mut self, twins: &[Coded]) {
        let mut codes: Vec<usize> = twins.iter().map(|twin| twin.code).collect();
        codes.sort_unstable();
        for of_one in codes.chunk_by(|one, other| one == other) {
            let twins = of_one.len() as u64;
            self.cases[of_one[0] * self.codes + of_one[0]] -= twins * (twins - 1) / 2;
        }
    }

    /// Counts the passages that have one of another code inside; they are kept with the row of what is around.
    fn those_around(&mut self, sorted: &[Coded], present: &[usize], with_own: &mut [bool]) {
        // By code, the least end of those that start here or later and are not around the present one.
        let mut least = vec![u32::MAX; self.codes];
        let mut here = vec![0_usize; self.codes];
        let mut at = sorted.len();
        for twins in sorted.chunk_by(|one, other| one.range == other.range).rev() {
            at -= twins.len();
            for twin in twins {
                here[twin.code] += 1;
            }
            for (place, passage) in (at..).zip(twins) {
                for other in present.iter().copied() {
                    let itself = usize::from(other == passage.code);
                    if least[other] > passage.range.end() && here[other] == itself {
                        continue;
                    }
                    if other == passage.code {
                        with_own[place] = true;
                    } else {
                        self.held[passage.code * self.codes + other] += 1;
                    }
                }
            }
            for twin in twins {
                least[twin.code] = least[twin.code].min(twin.range.end());
                here[twin.code] = 0;
            }
        }
    }
}
