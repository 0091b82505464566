//! How deep: the text under one code, under two, under more.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use crate::domain::CharRange;

/// Code points by how many different codes lie over them: one, two, and three or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Depths(pub [u64; 3]);

impl Depths {
    /// The code points under any code.
    pub fn covered(self) -> u64 {
        self.0.iter().sum()
    }
}

/// How deep the passages of one text lie over it. They come ordered by their start, each with its code; the same code
/// twice over the same words is one code.
pub fn depths(passages: impl IntoIterator<Item = (CharRange, i64)>) -> Depths {
    let mut ground = Ground::default();
    for (range, code) in passages {
        while let Some((Reverse(end), code)) = ground.ends.peek().copied()
            && end <= range.start()
        {
            ground.ends.pop();
            ground.advance(end);
            ground.close(code);
        }
        ground.advance(range.start());
        *ground.open.entry(code).or_default() += 1;
        ground.ends.push((Reverse(range.end()), code));
    }
    while let Some((Reverse(end), code)) = ground.ends.pop() {
        ground.advance(end);
        ground.close(code);
    }
    ground.depths
}

/// What is open at the present place.
#[derive(Default)]
struct Ground {
    depths: Depths,
    at: u32,
    ends: BinaryHeap<(Reverse<u32>, i64)>,
    /// The codes that are open, and how many passages of each are.
    open: HashMap<i64, u64>,
}

impl Ground {
    fn advance(&mut self, to: u32) {
        if let Some(depth) = self.open.len().checked_sub(1) {
            self.depths.0[depth.min(2)] += u64::from(to - self.at);
        }
        self.at = to;
    }

    fn close(&mut self, code: i64) {
        if let Some(count) = self.open.get_mut(&code) {
            *count -= 1;
            if *count == 0 {
                self.open.remove(&code);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_same_code_twice_is_one_deep() {
        let range = |start, end| CharRange::new(start, end).unwrap();
        let passages =
            [(range(0, 10), 1), (range(2, 6), 1), (range(4, 8), 2), (range(5, 7), 3), (range(20, 21), 9)];
        assert_eq!(depths(passages), Depths([7, 2, 2]));
        assert_eq!(depths(passages).covered(), 11);
        assert_eq!(depths([]), Depths::default());
    }

    proptest! {
        #[test]
        fn each_place_is_as_deep_as_it_has_codes(
            mut places in prop::collection::vec((0_u32..40, 1_u32..15, 0_i64..5), 0..15),
        ) {
            places.sort_unstable();
            let found = depths(places.iter().map(|(start, length, code)| {
                (CharRange::new(*start, start + length).unwrap(), *code)
            }));
            let mut expected = Depths::default();
            for at in 0..60 {
                let over = |place: &&(u32, u32, i64)| (place.0..place.0 + place.1).contains(&at);
                let codes: BTreeSet<i64> = places.iter().filter(over).map(|place| place.2).collect();
                if !codes.is_empty() {
                    expected.0[codes.len().min(3) - 1] += 1;
                }
            }
            prop_assert_eq!(found, expected);
        }
    }
}
