//! The units of unitizing coefficients that look at one code after the other: what one coder marked with one code.

use std::collections::BTreeMap;

use super::material::Reading;
use crate::domain::CharRange;

/// Each coder's units of each code in a text, by code and then coder, in order. Marks of one code by one coder that overlap are one
/// unit, since nobody finds the same thing twice in the same words; those that touch stay two, as they were made.
pub(super) fn units(reading: &Reading) -> BTreeMap<(u32, u32), Vec<CharRange>> {
    let mut units: BTreeMap<(u32, u32), Vec<CharRange>> = BTreeMap::new();
    // In order of their starts, as a reading keeps them.
    for mark in &reading.marks {
        let row = units.entry((mark.code, mark.coder)).or_default();
        match row.last_mut() {
            Some(last) if mark.range.start() < last.end() => {
                let end = last.end().max(mark.range.end());
                *last = CharRange::new(last.start(), end).expect("a range that grows is not empty");
            }
            _ => row.push(mark.range),
        }
    }
    units
}
