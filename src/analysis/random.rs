//! Numbers drawn by chance that anybody can draw again: [`SplitMix64`].
//!
//! A seed stands in a methods section for as long as the study is read, so the numbers that follow from it must be the
//! same for ever and on every machine. A crate promises that for one version at most, and what it draws below a bound
//! may change with it; the whole of this generator is twenty lines, fixed by its published test vectors.

/// The generator of Steele, Lea & Flood: "Fast splittable pseudorandom number generators" (OOPSLA 2014), with the
/// constants of `java.util.SplittableRandom`. Every seed is as good as any other, 0 too. Not for secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SplitMix64 {
    state: u64,
}

impl SplitMix64 {
    /// A generator whose numbers follow from the seed alone.
    pub fn new(seed: u64) -> SplitMix64 {
        SplitMix64 { state: seed }
    }

    /// The next of 2^64 numbers, each as likely as the others.
    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to below `bound`, each exactly as likely as the others; 0 where the bound is 0.
    ///
    /// Lemire: "Fast random integer generation in an interval" (2019). The remainder of a division would favour small
    /// numbers; here the few draws that would do so are drawn again.
    pub fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 {
            return 0;
        }
        // 2^64 mod bound: as many products must go for each number to be left equally often.
        let uneven = bound.wrapping_neg() % bound;
        loop {
            let product = u128::from(self.next_u64()) * u128::from(bound);
            if product as u64 >= uneven {
                return (product >> 64) as u64;
            }
        }
    }

    /// Puts the items in an order by chance, every order equally likely as far as 64 bits of seed go (Fisher & Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let chosen = self.below(last as u64 + 1) as usize;
            items.swap(last, chosen);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_numbers_are_those_of_the_published_vectors() {
        let mut random = SplitMix64::new(1_234_567);
        let drawn: Vec<u64> = (0..5).map(|_| random.next_u64()).collect();
        assert_eq!(
            drawn,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423,
                4_593_380_528_125_082_431,
                16_408_922_859_458_223_821,
            ]
        );
    }

    #[test]
    fn what_follows_from_a_seed_is_the_same_for_ever() {
        let mut random = SplitMix64::new(2026);
        let drawn: Vec<u64> = (0..8).map(|_| random.below(10)).collect();
        let mut order: Vec<u32> = (0..8).collect();
        random.shuffle(&mut order);
        assert_eq!(drawn, [8, 4, 6, 3, 7, 7, 9, 8]);
        assert_eq!(order, [5, 3, 0, 6, 4, 7, 1, 2]);
    }

    #[test]
    fn every_number_below_a_bound_is_drawn_about_equally_often() {
        let mut random = SplitMix64::new(7);
        let mut times = [0_u32; 6];
        for _ in 0..60_000 {
            times[random.below(6) as usize] += 1;
        }
        // Five standard deviations of a fair die are 457.
        assert!(times.iter().all(|count| count.abs_diff(10_000) < 457), "{times:?}");
        // A bound at which every third draw must be drawn again: without it one half would come up twice as often.
        let bound = 3 << 62;
        let low = (0..30_000).filter(|_| random.below(bound) < bound / 2).count();
        assert!(low.abs_diff(15_000) < 433, "{low}");
    }

    #[test]
    fn every_order_of_three_is_drawn_about_equally_often() {
        let mut random = SplitMix64::new(11);
        let mut times = std::collections::BTreeMap::new();
        for _ in 0..60_000 {
            let mut order = [1, 2, 3];
            random.shuffle(&mut order);
            *times.entry(order).or_insert(0_u32) += 1;
        }
        assert_eq!(times.len(), 6);
        assert!(times.values().all(|count| count.abs_diff(10_000) < 457), "{times:?}");
    }

    proptest! {
        #[test]
        fn what_is_drawn_lies_below_the_bound_and_a_shuffle_loses_nothing(seed: u64, bound in 1_u64.., count in 0_usize..50) {
            let mut random = SplitMix64::new(seed);
            prop_assert!(random.below(bound) < bound);
            prop_assert_eq!(random.below(1), 0);
            prop_assert_eq!(random.below(0), 0);
            let mut items: Vec<usize> = (0..count).collect();
            random.shuffle(&mut items);
            items.sort_unstable();
            prop_assert_eq!(items, (0..count).collect::<Vec<_>>());
        }
    }
}
