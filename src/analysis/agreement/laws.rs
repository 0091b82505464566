//! What must hold of every coefficient on any data.

use proptest::prelude::*;

use super::bootstrap::{self, Resampling};
use super::characters::{Nominal, SetAlphas};
use super::matching::{self, Criterion, Matched};
use super::material::{Mark, Material, Reading};
use super::pair::{Confusion, Fourfold};
use super::sweep::Sums;
use super::tally::Tally;
use super::undefined::Value;
use super::unitizing::{Unitizing, Units};
use crate::domain::CharRange;

/// A text as it is drawn: length, who reads it, marks as (coder, code, start, length), borders of parts.
type Drawn = (u32, Vec<bool>, Vec<(u32, u32, u32, u32)>, Vec<u32>);

fn texts(coders: u32, codes: u32) -> impl Strategy<Value = Vec<Drawn>> {
    let mark = (0..coders, 0..codes, 0_u32..50, 1_u32..15);
    let text = (
        20_u32..60,
        prop::collection::vec(prop::bool::weighted(0.8), coders as usize),
        prop::collection::vec(mark, 0..14),
        prop::collection::vec(1_u32..20, 0..4),
    );
    prop::collection::vec(text, 1..4)
}

fn material(coders: u32, codes: u32, texts: &[Drawn]) -> Material {
    let reading = |(number, (length, reads, marks, parts)): (i64, &Drawn)| {
        let readers: Vec<u32> = (0..coders).filter(|coder| reads[*coder as usize]).collect();
        let marks = (1..)
            .zip(marks)
            .filter(|(_, (coder, _, start, _))| reads[*coder as usize] && start < length)
            .map(|(annotation, (coder, code, start, long))| Mark {
                coder: *coder,
                code: *code,
                range: CharRange::new(*start, (start + long).min(*length)).unwrap(),
                annotation,
            })
            .collect();
        let mut reading = Reading::new(number, *length, readers, marks).unwrap();
        let mut borders: Vec<u32> =
            parts.iter().copied().filter(|border| border < length).chain([0]).collect();
        borders.sort_unstable();
        borders.dedup();
        if borders.len() > 1 {
            reading.parts = borders;
        }
        reading
    };
    Material { coders, codes, readings: (1..).zip(texts).map(reading).collect() }
}

/// Whether the coder coded the character with the code.
fn coded(reading: &Reading, coder: u32, code: u32, at: u32) -> bool {
    let here = |mark: &&Mark| mark.range.start() <= at && at < mark.range.end();
    reading.marks.iter().filter(here).any(|mark| mark.coder == coder && mark.code == code)
}

/// By pair of coders.
type Tables = Vec<((u32, u32), Fourfold)>;

/// By going through every character, as the sweep does not.
fn naive(material: &Material, code: u32) -> (Tally, Tables) {
    let mut tally = Tally::default();
    let mut pairs: Tables = material.pairs().into_iter().map(|pair| (pair, Fourfold::default())).collect();
    for reading in &material.readings {
        for at in 0..reading.length {
            let yes = reading.readers.iter().filter(|coder| coded(reading, **coder, code, at)).count() as u32;
            tally.add(&[reading.reader_count() - yes, yes], 1);
            for ((first, second), table) in &mut pairs {
                if !(reading.readers.contains(first) && reading.readers.contains(second)) {
                    continue;
                }
                match (coded(reading, *first, code, at), coded(reading, *second, code, at)) {
                    (true, true) => table.both += 1,
                    (true, false) => table.only_first += 1,
                    (false, true) => table.only_second += 1,
                    (false, false) => table.neither += 1,
                }
            }
        }
    }
    (tally, pairs)
}

fn sweep(material: &Material, code: usize) -> Tally {
    let sums = Sums::of(material, true);
    sums.tally(code, &sums.totals(|_| 1), |_| 1)
}

/// Everything that is a number, in an order that does not depend on the numbers of coders and codes.
fn numbers(material: &Material) -> Vec<Value> {
    let mut by_code: Vec<Vec<Value>> = (0..material.codes)
        .map(|code| {
            let tally = sweep(material, code as usize);
            let units = Unitizing::of(material, Units::OneCode(code));
            vec![
                tally.percent(),
                tally.fleiss(),
                tally.gwet_ac1(2),
                tally.alpha(),
                units.clone().and_then(|units| units.u_alpha()),
                units.and_then(|units| units.bar_u_alpha()),
            ]
        })
        .collect();
    by_code.sort_by(|one, other| format!("{one:?}").cmp(&format!("{other:?}")));
    let mut all: Vec<Value> = by_code.into_iter().flatten().collect();
    let units = Unitizing::of(material, Units::AllCodes);
    let union = Unitizing::of(material, Units::AnyCode);
    all.push(units.clone().and_then(|units| units.u_alpha()));
    all.push(units.and_then(|units| units.cu_alpha()));
    all.push(union.and_then(|units| units.bar_u_alpha()));
    let nominal = Nominal::of(material);
    all.push(nominal.clone().and_then(|nominal| nominal.tally.alpha()));
    let sets = SetAlphas::of(material);
    all.extend([sets.equality, sets.jaccard, sets.masi]);
    let kappas = |of: &dyn Fn(&Confusion) -> Value| {
        let pairs = nominal.clone().map(|nominal| nominal.pairs).unwrap_or_default();
        super::mean_of_defined(pairs.iter().map(|(_, confusion)| of(confusion)))
    };
    all.push(kappas(&Confusion::cohen_kappa));
    for criterion in [Criterion::Exact, Criterion::Half, Criterion::Overlap] {
        let scores = material.pairs().into_iter().map(|pair| {
            let mut all = Matched::default();
            matching::by_code(material, pair, criterion).unwrap().into_iter().for_each(|one| all.add(one));
            all.f1()
        });
        all.push(super::mean_of_defined(scores));
    }
    all
}

/// Equal but for the rounding of sums in another order.
fn same(one: &[Value], other: &[Value]) -> bool {
    one.len() == other.len()
        && one.iter().zip(other).all(|pair| match pair {
            (Ok(one), Ok(other)) => (one - other).abs() < 1e-9,
            (one, other) => one.is_err() == other.is_err(),
        })
}

fn renamed(material: &Material, coder: impl Fn(u32) -> u32, code: impl Fn(u32) -> u32) -> Material {
    let readings = material.readings.iter().map(|reading| {
        let marks = reading.marks.iter().map(|mark| Mark {
            coder: coder(mark.coder),
            code: code(mark.code),
            ..*mark
        });
        let readers = reading.readers.iter().map(|reader| coder(*reader)).collect();
        let mut renamed = Reading::new(reading.document, reading.length, readers, marks.collect()).unwrap();
        renamed.parts.clone_from(&reading.parts);
        renamed
    });
    Material { readings: readings.collect(), ..*material }
}

/// The same texts, the first cut in two at a character that nobody's mark goes over; `None` where there is none.
fn cut(material: &Material) -> Option<Material> {
    let (first, rest) = material.readings.split_first()?;
    let crossed =
        |at: &u32| first.marks.iter().any(|mark| mark.range.start() < *at && *at < mark.range.end());
    let touched =
        |at: &u32| first.marks.iter().any(|mark| mark.range.start() == *at || mark.range.end() == *at);
    let at = (1..first.length).find(|at| !crossed(at) && !touched(at))?;
    let before = first.marks.iter().filter(|mark| mark.range.end() <= at).copied().collect();
    let after = first.marks.iter().filter(|mark| mark.range.start() >= at);
    let moved = |mark: &Mark| Mark {
        range: CharRange::new(mark.range.start() - at, mark.range.end() - at).unwrap(),
        ..*mark
    };
    let readers = || first.readers.clone();
    let mut readings = vec![
        Reading::new(100, at, readers(), before).unwrap(),
        Reading::new(101, first.length - at, readers(), after.map(moved).collect()).unwrap(),
    ];
    readings.extend_from_slice(rest);
    Some(Material { readings, ..*material })
}

proptest! {
    #[test]
    fn the_sweep_counts_what_going_through_every_character_counts(drawn in texts(3, 3)) {
        let material = material(3, 3, &drawn);
        let sums = Sums::of(&material, true);
        let totals = sums.totals(|_| 1);
        for code in 0..3 {
            let (tally, pairs) = naive(&material, code);
            prop_assert_eq!(sums.tally(code as usize, &totals, |_| 1), tally);
            for (pair, table) in pairs {
                prop_assert_eq!(sums.fourfold(code as usize, pair, |_| 1), table);
            }
        }
    }

    #[test]
    fn two_coders_are_counted_without_counting_pairs(drawn in texts(2, 2)) {
        let material = material(2, 2, &drawn);
        let sums = Sums::of(&material, false);
        for code in 0..2 {
            for (pair, table) in naive(&material, code).1 {
                prop_assert_eq!(sums.fourfold(code as usize, pair, |_| 1), table);
            }
        }
    }

    #[test]
    fn one_value_a_character_is_what_going_through_every_character_finds(drawn in texts(3, 3)) {
        let material = material(3, 3, &drawn);
        let mut tally = Tally::default();
        let mut several = false;
        for reading in &material.readings {
            for at in 0..reading.length {
                let mut counts = [0; 4];
                for coder in &reading.readers {
                    let codes: Vec<u32> = (0..3).filter(|code| coded(reading, *coder, *code, at)).collect();
                    several |= codes.len() > 1;
                    counts[codes.first().map_or(0, |code| *code as usize + 1)] += 1;
                }
                tally.add(&counts, 1);
            }
        }
        match Nominal::of(&material) {
            Ok(nominal) => {
                prop_assert!(!several);
                prop_assert_eq!(nominal.tally.alpha(), tally.alpha());
                prop_assert_eq!(nominal.tally.percent(), tally.percent());
            }
            Err(_) => prop_assert!(several),
        }
    }

    #[test]
    fn coders_and_codes_have_no_order(drawn in texts(3, 3)) {
        let material = material(3, 3, &drawn);
        let turned = renamed(&material, |coder| (coder + 1) % 3, |code| 2 - code);
        let (before, after) = (numbers(&material), numbers(&turned));
        prop_assert!(same(&before, &after), "{before:?}\n{after:?}");
    }

    #[test]
    fn a_text_cut_where_nobody_coded_is_two_texts_of_the_same_agreement(drawn in texts(3, 3)) {
        let material = material(3, 3, &drawn);
        if let Some(cut) = cut(&material) {
            let (before, after) = (numbers(&material), numbers(&cut));
            prop_assert!(same(&before, &after), "{before:?}\n{after:?}");
        }
    }

    #[test]
    fn parts_for_drawing_change_no_number_and_a_seed_draws_the_same(drawn in texts(2, 2), seed: u64) {
        let material = material(2, 2, &drawn);
        let mut whole = material.clone();
        whole.readings.iter_mut().for_each(|reading| reading.parts.clear());
        for code in 0..2 {
            prop_assert_eq!(sweep(&material, code), sweep(&whole, code));
        }
        let resampling = Resampling { resamples: 20, seed };
        let sums = Sums::of(&material, false);
        prop_assert_eq!(bootstrap::alphas(&sums, resampling), bootstrap::alphas(&sums, resampling));
    }

    #[test]
    fn those_who_say_the_same_agree_wholly_or_not_at_all_definably(drawn in texts(1, 3)) {
        // Whatever one coder said, said by three.
        let one = material(1, 3, &drawn);
        let readings = one.readings.iter().map(|reading| {
            let marks = reading.marks.iter().flat_map(|mark| (0..3).map(|coder| Mark { coder, ..*mark }));
            Reading::new(reading.document, reading.length, vec![0, 1, 2], marks.collect()).unwrap()
        });
        let material = Material { coders: 3, codes: 3, readings: readings.collect() };
        for value in numbers(&material).into_iter().flatten() {
            prop_assert!((value - 1.0).abs() < 1e-9, "{value}");
        }
    }
}
