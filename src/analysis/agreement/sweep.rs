//! One pass over the marks of a text counts, for every code at once, who coded how many of its characters.
//!
//! A character is never looked at: the text is cut where a mark starts or ends, and a stretch without a cut counts as many
//! times as it is long. The cost is O(n log n) in the marks, whatever the length of the text.

use super::material::{Mark, Material, Reading};
use super::pair::Fourfold;
use super::tally::Tally;

/// What is known of one code in one part of a text: enough for every coefficient that asks "coded or not".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The part, by its number among the parts of all texts.
    pub part: u32,
    /// The sum over the characters of the number of coders who coded it.
    pub coded: u64,
    /// The sum over the characters of the square of that number.
    pub coded_squared: u64,
    /// By pair of coders in order: characters that both coded. Empty unless pairs were asked for, and with two coders, where
    /// it follows from the others.
    both: Vec<u64>,
    /// By coder, characters coded.
    pub by_coder: Vec<u64>,
    /// Characters that all readers coded.
    pub by_all: u64,
    /// Characters that any reader coded.
    pub by_any: u64,
}

/// A part of a text: who read it, and how long it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Who read it.
    pub readers: Vec<u32>,
    /// Its length in code points (or units).
    pub length: u32,
}

/// One code: its cells, in the order of the parts. A part without a cell has no mark of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CodeSums {
    /// The parts in which somebody used the code.
    pub cells: Vec<Cell>,
}

/// The sums of all codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sums {
    /// How many coders there are.
    pub coders: u32,
    /// The parts of all texts.
    pub parts: Vec<Part>,
    /// By code.
    pub codes: Vec<CodeSums>,
}

impl Sums {
    /// Counts all marks of `material`. `pairs`: also by pair of coders, for [`Sums::fourfold`]; with two coders always.
    pub fn of(material: &Material, pairs: bool) -> Sums {
        let mut parts = Vec::new();
        let mut codes = vec![CodeSums::default(); material.codes as usize];
        let mut sweep = Sweep::new(material.coders as usize, pairs);
        for reading in &material.readings {
            let first = u32::try_from(parts.len()).expect("a text has fewer than 2^32 parts");
            let lengths = reading.part_lengths();
            parts.extend(lengths.into_iter().map(|length| Part { readers: reading.readers.clone(), length }));
            sweep.reading(reading, first, &mut codes);
        }
        Sums { coders: material.coders, parts, codes }
    }

    /// "Coded or not" of one code, over all parts, each as often as `times` says (by its number).
    pub fn tally(&self, code: usize, totals: &Totals, times: impl Fn(usize) -> u64) -> Tally {
        let mut by_readers = vec![(0_u64, 0_u64); self.coders as usize + 1];
        for cell in &self.codes[code].cells {
            let times = times(cell.part as usize);
            let sums = &mut by_readers[self.parts[cell.part as usize].readers.len()];
            sums.0 += cell.coded * times;
            sums.1 += cell.coded_squared * times;
        }
        let mut tally = Tally::default();
        for ((readers, units), (coded, squared)) in (0..).zip(&totals.by_readers).zip(by_readers) {
            tally.add_binary(readers, *units, coded, squared);
        }
        tally
    }

    /// How much text there is, each part as often as `times` says.
    pub fn totals(&self, times: impl Fn(usize) -> u64) -> Totals {
        let mut by_readers = vec![0; self.coders as usize + 1];
        for (number, part) in self.parts.iter().enumerate() {
            by_readers[part.readers.len()] += u64::from(part.length) * times(number);
        }
        Totals { by_readers }
    }

    /// One code, two coders, over the parts that both read, each as often as `times` says.
    pub fn fourfold(
        &self,
        code: usize,
        (first, second): (u32, u32),
        times: impl Fn(usize) -> u64,
    ) -> Fourfold {
        let mut table = Fourfold::default();
        let reads = |part: &Part, coder: u32| part.readers.binary_search(&coder).is_ok();
        for (number, part) in self.parts.iter().enumerate() {
            if reads(part, first) && reads(part, second) {
                table.neither += u64::from(part.length) * times(number);
            }
        }
        for cell in &self.codes[code].cells {
            let part = &self.parts[cell.part as usize];
            if !(reads(part, first) && reads(part, second)) {
                continue;
            }
            let times = times(cell.part as usize);
            let (of_first, of_second) = (cell.by_coder[first as usize], cell.by_coder[second as usize]);
            let both = cell.both(first, second, self.coders);
            table.both += both * times;
            table.only_first += (of_first - both) * times;
            table.only_second += (of_second - both) * times;
            table.neither -= (of_first + of_second - both) * times;
        }
        table
    }
}

/// Code points (or units) by the number of coders who read them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totals {
    by_readers: Vec<u64>,
}

impl Cell {
    fn both(&self, first: u32, second: u32, coders: u32) -> u64 {
        if coders == 2 {
            // Σ r² - Σ r = 2·both where r is at most 2.
            (self.coded_squared - self.coded) / 2
        } else {
            self.both[pair_number(first as usize, second as usize, coders as usize)]
        }
    }
}

/// The place of a pair (first < second) among all pairs in order.
fn pair_number(first: usize, second: usize, coders: usize) -> usize {
    first * (2 * coders - first - 1) / 2 + (second - first - 1)
}

/// The buffers of the pass, used again for each text.
struct Sweep {
    coders: usize,
    /// How many pairs of coders are told apart.
    pairs: usize,
    /// The marks of a text by code.
    marks: Vec<Mark>,
    /// Starts (+1) and ends (-1) of one code's marks: position, change, coder.
    events: Vec<(u32, i32, u32)>,
    /// By coder, how many marks are open.
    open: Vec<u32>,
    /// The coders with an open mark.
    active: Vec<u32>,
}

impl Sweep {
    fn new(coders: usize, pairs: bool) -> Sweep {
        let pairs = if pairs && coders > 2 { coders * (coders - 1) / 2 } else { 0 };
        Sweep {
            coders,
            pairs,
            marks: Vec::new(),
            events: Vec::new(),
            open: vec![0; coders],
            active: Vec::new(),
        }
    }

    fn reading(&mut self, reading: &Reading, first_part: u32, codes: &mut [CodeSums]) {
        self.marks.clear();
        self.marks.extend_from_slice(&reading.marks);
        self.marks.sort_by_key(|mark| mark.code);
        let marks = std::mem::take(&mut self.marks);
        for of_code in marks.chunk_by(|one, other| one.code == other.code) {
            self.code(of_code, reading, first_part, &mut codes[of_code[0].code as usize].cells);
        }
        self.marks = marks;
    }

    /// Counts the marks of one code in one text; they come ordered by start.
    fn code(&mut self, marks: &[Mark], reading: &Reading, first_part: u32, cells: &mut Vec<Cell>) {
        let (parts, readers) = (&reading.parts, reading.readers.len());
        self.events.clear();
        for mark in marks {
            self.events.push((mark.range.start(), 1, mark.coder));
            self.events.push((mark.range.end(), -1, mark.coder));
        }
        self.events.sort_unstable();
        let events = std::mem::take(&mut self.events);
        let mut at = 0;
        // The part that `at` lies in.
        let mut part = 0;
        for (position, change, coder) in &events {
            if *position > at && !self.active.is_empty() {
                // A stretch between two events may cross the borders of parts.
                while at < *position {
                    while parts.get(part + 1).is_some_and(|start| *start <= at) {
                        part += 1;
                    }
                    let until = parts.get(part + 1).map_or(*position, |next| (*next).min(*position));
                    let number = first_part + u32::try_from(part).expect("parts are numbered by u32");
                    self.count(number, readers, u64::from(until - at), cells);
                    at = until;
                }
            }
            at = *position;
            self.step(*change, *coder);
        }
        self.events = events;
    }

    fn step(&mut self, change: i32, coder: u32) {
        let open = &mut self.open[coder as usize];
        let before = *open;
        *open = open.checked_add_signed(change).expect("a mark ends after it started");
        if before == 0 {
            self.active.push(coder);
        } else if *open == 0 {
            self.active.retain(|active| *active != coder);
        }
    }

    /// `length` characters that the active coders coded, of `readers` who read them.
    fn count(&mut self, part: u32, readers: usize, length: u64, cells: &mut Vec<Cell>) {
        if cells.last().is_none_or(|cell| cell.part != part) {
            let (both, by_coder) = (vec![0; self.pairs], vec![0; self.coders]);
            cells.push(Cell { part, coded: 0, coded_squared: 0, both, by_coder, by_all: 0, by_any: 0 });
        }
        let cell = cells.last_mut().expect("a cell was just pushed");
        let coders = self.active.len() as u64;
        cell.coded += coders * length;
        cell.coded_squared += coders * coders * length;
        cell.by_any += length;
        if self.active.len() == readers {
            cell.by_all += length;
        }
        for (place, coder) in self.active.iter().enumerate() {
            cell.by_coder[*coder as usize] += length;
            if self.pairs > 0 {
                for other in &self.active[..place] {
                    let (first, second) = (*coder.min(other) as usize, *coder.max(other) as usize);
                    cell.both[pair_number(first, second, self.coders)] += length;
                }
            }
        }
    }
}
