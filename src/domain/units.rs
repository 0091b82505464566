//! Positions of other programs in a text: UTF-16 units and bytes, turned into code points.

use super::{CharRange, TextIndex};

/// What a program counts a text in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Unicode code points, as postil counts.
    CodePoints,
    /// UTF-16 units, as browsers and Qt count: a character beyond U+FFFF is two.
    Utf16,
    /// Bytes of the text in UTF-8.
    Bytes,
}

/// A text with what it takes to read positions in other units.
#[derive(Debug, Clone, Default)]
pub struct Units {
    /// Where the characters of two UTF-16 units start, in UTF-16 units. Most texts have none, and need no map.
    pairs: Vec<u32>,
}

impl Units {
    /// Counts the characters beyond U+FFFF of `text`, which is not longer than [`super::text::MAX_CHARS`].
    pub fn of(text: &str) -> Units {
        let mut pairs = Vec::new();
        // Such a character has four bytes, the first 0xF0 or higher.
        if text.bytes().any(|byte| byte >= 0xF0) {
            let mut unit = 0_u32;
            for letter in text.chars() {
                let length = letter.len_utf16();
                if length == 2 {
                    pairs.push(unit);
                }
                unit = unit.saturating_add(length as u32);
            }
        }
        Units { pairs }
    }

    /// The length of the text `index` in `unit`.
    pub fn length(&self, index: &TextIndex<'_>, unit: Unit) -> u64 {
        match unit {
            Unit::CodePoints => index.chars().into(),
            Unit::Utf16 => u64::from(index.chars()) + self.pairs.len() as u64,
            Unit::Bytes => index.body().len() as u64,
        }
    }

    /// The range from `start` up to `end`, both counted in `unit`, in code points; `None` when it is empty, reversed,
    /// past the end of `index`, or cuts a character.
    pub fn range(&self, index: &TextIndex<'_>, unit: Unit, start: u32, end: u32) -> Option<CharRange> {
        let range = match unit {
            Unit::CodePoints => CharRange::new(start, end),
            Unit::Utf16 => CharRange::new(self.char_of(start)?, self.char_of(end)?),
            Unit::Bytes if start < end => index.char_range_of_bytes(start as usize, end as usize),
            Unit::Bytes => None,
        };
        range.filter(|range| range.end() <= index.chars())
    }

    /// The code points before the UTF-16 unit `position`; `None` between the two units of one character.
    fn char_of(&self, position: u32) -> Option<u32> {
        let before = self.pairs.partition_point(|start| *start < position);
        let within = before > 0 && self.pairs[before - 1] + 1 == position;
        (!within).then(|| position - before as u32)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = "a👩‍🔬é می‌روم 🦀";

    fn slice(unit: Unit, start: u32, end: u32) -> Option<&'static str> {
        let index = TextIndex::new(TEXT);
        index.slice(Units::of(TEXT).range(&index, unit, start, end)?)
    }

    #[test]
    fn each_unit_counts_in_its_own_way() {
        assert_eq!(slice(Unit::CodePoints, 4, 5), Some("é"));
        assert_eq!(slice(Unit::Utf16, 6, 7), Some("é"));
        assert_eq!(slice(Unit::Bytes, 12, 14), Some("é"));
        assert_eq!(slice(Unit::Utf16, 15, 17), Some("🦀"));
    }

    #[test]
    fn a_range_that_cuts_a_character_or_leaves_the_text_is_none() {
        assert_eq!(slice(Unit::Utf16, 2, 3), None);
        assert_eq!(slice(Unit::Bytes, 2, 5), None);
        assert_eq!(slice(Unit::Utf16, 15, 18), None);
        for unit in [Unit::CodePoints, Unit::Utf16, Unit::Bytes] {
            assert_eq!(slice(unit, 3, 3), None, "{unit:?}");
            assert_eq!(slice(unit, 7, 6), None, "{unit:?}");
            assert_eq!(slice(unit, 0, u32::MAX), None, "{unit:?}");
        }
    }

    proptest! {
        #[test]
        fn utf16_positions_come_back_as_code_points(text in "[aé🦀👍\u{301}\u{200c}ی]{0,40}", at in 0_usize..40) {
            let letters: Vec<char> = text.chars().collect();
            prop_assume!(at < letters.len());
            let index = TextIndex::new(&text);
            let units = Units::of(&text);
            let unit = |count: usize| letters[..count].iter().map(|letter| letter.len_utf16() as u32).sum::<u32>();
            let range = units.range(&index, Unit::Utf16, unit(at), unit(at + 1));
            prop_assert_eq!(range, CharRange::new(at as u32, at as u32 + 1));
            prop_assert_eq!(units.length(&index, Unit::Utf16), u64::from(unit(letters.len())));
        }
    }
}
