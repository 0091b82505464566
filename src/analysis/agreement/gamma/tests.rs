//! Gamma on known answers, and what holds of every gamma.

use proptest::prelude::*;
use serde_json::Value as Json;

use super::super::material::Mark;
use super::super::vectors::{Vector, vector};
use super::alignment::Place;
use super::packing::{Set, best_packing};
use super::*;
use crate::domain::CharRange;

const USUAL: Dissimilarity = Dissimilarity { alpha: 3.0, beta: 1.0 };

fn plenty() -> Work {
    Work::limited_to(1_000_000_000)
}

fn number(json: &Json) -> f64 {
    json.as_f64().unwrap()
}

/// A continuum of a fixture; coders and categories are numbered in the order of their names.
fn continuum(units: &Json) -> Continuum {
    let units = units.as_array().unwrap();
    let names = |key: &str| -> Vec<&str> {
        let mut names: Vec<&str> = units.iter().map(|unit| unit[key].as_str().unwrap()).collect();
        names.sort_unstable();
        names.dedup();
        names
    };
    let (coders, codes) = (names("annotator"), names("category"));
    let place = |names: &[&str], name: &Json| {
        names.iter().position(|known| *known == name.as_str().unwrap()).unwrap()
    };
    let mut rows = vec![Vec::new(); coders.len()];
    for unit in units {
        let code = place(&codes, &unit["category"]) as u32;
        let (start, end) = (number(&unit["start"]), number(&unit["end"]));
        rows[place(&coders, &unit["annotator"])].push(Unit { start, end, code });
    }
    Continuum::new(rows)
}

/// The disorder of the best alignment, for each unit of a mean coder.
fn disorder(continuum: &Continuum, dissimilarity: Dissimilarity) -> f64 {
    let mut sum = Disorder::default();
    sum.add(continuum, &best_alignment(continuum, dissimilarity, &mut plenty()).unwrap(), dissimilarity);
    sum.of_all()
}

/// The dissimilarities of pairs, and the best alignments of a continuum and of some that were drawn from it.
fn aligned(vector: &Vector) {
    let json = &vector.json;
    let dissimilarity =
        Dissimilarity { alpha: number(&json["params"]["alpha"]), beta: number(&json["params"]["beta"]) };
    let all = continuum(&json["units"]);
    let pairs = json["pair_dissimilarities"].as_array().unwrap();
    assert!(pairs.len() >= 9);
    for pair in pairs {
        let unit = |side: &str| {
            let coder: usize = pair[format!("annotator{side}")].as_str().unwrap()[3..].parse().unwrap();
            all.rows()[coder - 1][number(&pair[format!("unitIndex{side}")]) as usize]
        };
        let (one, other) = (unit("A"), unit("B"));
        vector.near(&["positional"], Ok(dissimilarity.positional(one, other)), &pair["positional"]);
        vector.near(&["categorical"], Ok(dissimilarity.categorical(one, other)), &pair["categorical"]);
        vector.near(&["combined"], Ok(dissimilarity.combined(one, other)), &pair["combined"]);
    }
    let best = &json["expected"]["best_alignment_disorder"];
    vector.near(&["best_alignment_disorder"], Ok(disorder(&all, dissimilarity)), best);
    let samples = json["expected"]["sampled_continua"].as_array().unwrap();
    assert!(!samples.is_empty());
    for sample in samples {
        let got = disorder(&continuum(&sample["units"]), dissimilarity);
        vector.near(&["sampled_continua"], Ok(got), &sample["bestAlignmentDisorder"]);
    }
}

#[test]
fn gamma_fixture_01_two_annotators_simple() {
    aligned(&vector!("gamma_fixture_01_two_annotators_simple"));
}

#[test]
fn gamma_fixture_03_identical_perfect() {
    aligned(&vector!("gamma_fixture_03_identical_perfect"));
}

#[test]
fn gamma_fixture_04_three_annotators() {
    aligned(&vector!("gamma_fixture_04_three_annotators"));
}

#[test]
fn gamma_fixture_06_weighted_alpha3_beta2() {
    aligned(&vector!("gamma_fixture_06_weighted_alpha3_beta2"));
}

/// Gamma of spans: the observed disorder as it is, the values that rest on a draw as means over three seeds.
fn measured(vector: &Vector, samples: u32, with_cat: bool) {
    let material = vector.material();
    let runs: Vec<Gamma> = (1..=3)
        .map(|seed| gamma(&material, &GammaOptions { seed, samples, ..GammaOptions::default() }).unwrap())
        .collect();
    let mean = |of: &dyn Fn(&Gamma) -> f64| runs.iter().map(of).sum::<f64>() / runs.len() as f64;
    vector.holds(&["gamma", "observed_disorder"], Ok(runs[0].observed));
    vector.holds(&["gamma", "gamma"], Ok(mean(&|run| run.gamma)));
    if with_cat {
        vector.holds(&["gamma", "gamma_cat"], Ok(mean(&|run| run.gamma_cat.unwrap())));
    }
    assert!(runs.iter().all(|run| run.units as usize == vector.json["spans"].as_array().unwrap().len()));
}

#[test]
fn spans_gamma_alex_paul_suzan() {
    measured(&vector!("spans_gamma_alex_paul_suzan"), 100, true);
}

#[test]
fn random_1_2coders_30_nonoverlap() {
    measured(&vector!("random_1_2coders_30_nonoverlap"), 100, true);
}

#[test]
fn random_2_3coders_12_multilabel() {
    measured(&vector!("random_2_3coders_12_multilabel"), 100, true);
}

#[test]
fn random_3_5coders_6_nonoverlap() {
    measured(&vector!("random_3_5coders_6_nonoverlap"), 100, true);
}

/// Its gamma-cat has a note that it is not to be compared: units are so sparse that few of those drawn by chance are aligned. That is
/// told by how many samples there were for it.
#[test]
fn random_4_2coders_28_long_multilabel() {
    measured(&vector!("random_4_2coders_28_long_multilabel"), 100, false);
    let material = vector!("random_4_2coders_28_long_multilabel").material();
    let sparse = gamma(&material, &GammaOptions { samples: 100, ..GammaOptions::default() }).unwrap();
    assert!((1..100).contains(&sparse.samples_for_cat), "{sparse:?}");
}

/// Texts of this length, and marks in them by text, coder, code, start and length.
fn material(coders: u32, texts: &[u32], marks: &[(usize, u32, u32, u32, u32)]) -> Material {
    let reading = |(number, length): (usize, &u32)| {
        let inside =
            marks.iter().filter(|mark| mark.0 == number && mark.1 < coders && mark.3 + mark.4 <= *length);
        let mark = |&(_, coder, code, start, length): &(usize, u32, u32, u32, u32)| Mark {
            coder,
            code,
            range: CharRange::new(start, start + length).unwrap(),
            annotation: 0,
        };
        Reading::new(number as i64, *length, (0..coders).collect(), inside.map(mark).collect()).unwrap()
    };
    Material { coders, codes: 5, readings: texts.iter().enumerate().map(reading).collect() }
}

#[test]
fn what_cannot_be_measured_says_why() {
    let usual = GammaOptions::default();
    let nothing = material(2, &[100], &[]);
    assert_eq!(gamma(&nothing, &usual), Err(Undefined::NoSpans));
    let alone = material(1, &[100], &[(0, 0, 0, 3, 9)]);
    assert_eq!(gamma(&alone, &usual), Err(Undefined::NoUnitCodedByTwoCoders));
    let some = material(3, &[100], &[(0, 0, 0, 3, 9), (0, 1, 0, 4, 9), (0, 2, 1, 4, 9)]);
    assert!(gamma(&some, &usual).is_ok());
    assert_eq!(gamma(&some, &GammaOptions { work: 50, ..usual }), Err(Undefined::TooLarge));
    assert_eq!(
        best_alignment(&Continuum::default(), USUAL, &mut plenty()),
        Err(Undefined::FewerThanTwoCoders)
    );
}

#[test]
fn units_of_different_texts_are_never_aligned() {
    // At the end of one text and at the start of the next: next to each other in the continuum.
    let apart = material(2, &[100, 100], &[(0, 0, 0, 90, 10), (1, 1, 0, 0, 10)]);
    assert_eq!(gamma(&apart, &GammaOptions::default()).unwrap().observed, 2.0);
    let together = material(2, &[100, 100], &[(0, 0, 0, 90, 10), (0, 1, 0, 89, 10)]);
    assert!(gamma(&together, &GammaOptions::default()).unwrap().observed < 0.1);
}

#[test]
fn a_coder_who_found_nothing_is_one_to_be_aligned_with() {
    let found = [(0, 0, 0, 10, 10), (0, 0, 1, 50, 10), (0, 0, 0, 80, 10)];
    let got = gamma(&material(2, &[100], &found), &GammaOptions::default()).unwrap();
    // Three units alone, for one and a half of a mean coder.
    assert_eq!(got.observed, 2.0);
    assert!(got.gamma <= 0.0 && got.gamma_cat.is_err(), "{got:?}");
}

#[test]
fn a_seed_draws_the_same_continua_for_ever() {
    let unit = |start: f64, end: f64| Unit { start, end, code: 0 };
    let given = Continuum::new(vec![vec![unit(0.0, 20.0), unit(50.0, 61.0)], vec![unit(30.0, 40.0)]]);
    let sampler = Sampler::new(&given);
    let mut random = SplitMix64::new(5);
    let drawn: Vec<Vec<Vec<f64>>> = (0..2)
        .map(|_| {
            let sample = sampler.sample(&mut random);
            sample.rows().iter().map(|row| row.iter().map(|unit| unit.start).collect()).collect()
        })
        .collect();
    assert_eq!(drawn, [[vec![53.0], vec![10.0, 60.0]], [vec![11.0, 61.0], vec![29.0]]]);
}

/// The greatest gain of disjoint sets, by trying everything.
fn most(sets: &[Set], used: u32) -> f64 {
    let Some((first, rest)) = sets.split_first() else { return 0.0 };
    let bits = first.items.iter().fold(0, |bits, item| bits | 1 << item);
    let without = most(rest, used);
    if bits & used == 0 { without.max(first.gain + most(rest, used | bits)) } else { without }
}

/// The least disorder of any alignment, by trying everything: the first unit that is left is put with every set of others.
fn least(rows: &[Vec<Unit>], left: &[Place]) -> f64 {
    let Some((first, rest)) = left.split_first() else { return 0.0 };
    let mut best = f64::INFINITY;
    for chosen in 0..1_u32 << rest.len() {
        let with: Vec<Place> =
            (0..rest.len()).filter(|at| chosen >> at & 1 == 1).map(|at| rest[at]).collect();
        let set: Vec<Place> = std::iter::once(*first).chain(with).collect();
        if set.windows(2).any(|two| two[0].coder == two[1].coder) {
            continue;
        }
        let pairs = (rows.len() * (rows.len() - 1) / 2) as f64;
        let mut sum = pairs - (set.len() * (set.len() - 1) / 2) as f64;
        for (at, one) in set.iter().enumerate() {
            for other in &set[..at] {
                sum += USUAL.combined(rows[one.coder][one.number], rows[other.coder][other.number]);
            }
        }
        let others: Vec<Place> =
            (0..rest.len()).filter(|at| chosen >> at & 1 == 0).map(|at| rest[at]).collect();
        best = best.min(sum / pairs + least(rows, &others));
    }
    best
}

fn places(continuum: &Continuum) -> Vec<Place> {
    let of_one =
        |(coder, row): (usize, &Vec<Unit>)| (0..row.len()).map(move |number| Place { coder, number });
    continuum.rows().iter().enumerate().flat_map(of_one).collect()
}

/// Few positions, so that equal units, equal disorders and overlaps are common.
fn rows(coders: std::ops::Range<usize>, units: usize) -> impl Strategy<Value = Continuum> {
    let unit = (0_u32..30, 1_u32..12, 0_u32..3).prop_map(|(start, length, code)| Unit {
        start: f64::from(start),
        end: f64::from(start + length),
        code,
    });
    prop::collection::vec(prop::collection::vec(unit, 0..=units), coders).prop_map(Continuum::new)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_alignment_of_two_coders_has_less_disorder(continuum in rows(2..3, 4)) {
        let best = best_alignment(&continuum, USUAL, &mut plenty()).unwrap();
        let expected = least(continuum.rows(), &places(&continuum));
        prop_assert!((best.disorder - expected).abs() < 1e-7, "{} {expected}", best.disorder);
    }

    #[test]
    fn no_alignment_of_several_coders_has_less_disorder(continuum in rows(3..5, 2)) {
        let best = best_alignment(&continuum, USUAL, &mut plenty()).unwrap();
        let expected = least(continuum.rows(), &places(&continuum));
        prop_assert!((best.disorder - expected).abs() < 1e-7, "{} {expected}", best.disorder);
    }

    #[test]
    fn every_unit_is_in_one_set_with_none_of_the_same_coder(continuum in rows(2..6, 8)) {
        let best = best_alignment(&continuum, USUAL, &mut plenty()).unwrap();
        let mut all: Vec<Place> = best.sets.iter().flatten().copied().collect();
        all.sort_unstable();
        prop_assert_eq!(all, places(&continuum));
        prop_assert!(best.sets.iter().all(|set| set.windows(2).all(|two| two[0].coder < two[1].coder)));
    }

    #[test]
    fn the_matching_and_the_search_agree_on_two_coders(continuum in rows(2..3, 40)) {
        let matched = best_alignment(&continuum, USUAL, &mut plenty()).unwrap();
        let found = candidates::candidates(&continuum, USUAL, &mut plenty()).unwrap();
        let ours = continuum.rows()[0].len();
        let sets: Vec<Set> = found
            .iter()
            .map(|one| Set { items: vec![one.places[0].number, ours + one.places[1].number], gain: one.gain })
            .collect();
        let chosen = best_packing(continuum.units(), &sets, &mut plenty()).unwrap();
        let gain: f64 = chosen.iter().map(|number| sets[*number].gain).sum();
        prop_assert!((continuum.units() as f64 - gain - matched.disorder).abs() < 1e-6);
    }

    #[test]
    fn no_disjoint_sets_gain_more(
        sets in prop::collection::vec((prop::collection::btree_set(0_usize..9, 1..4), 1_u32..6), 0..14),
    ) {
        let sets: Vec<Set> = sets
            .into_iter()
            .map(|(items, gain)| Set { items: items.into_iter().collect(), gain: f64::from(gain) })
            .collect();
        let chosen = best_packing(9, &sets, &mut plenty()).unwrap();
        let mut used = std::collections::BTreeSet::new();
        prop_assert!(chosen.iter().flat_map(|number| &sets[*number].items).all(|item| used.insert(*item)));
        let gain: f64 = chosen.iter().map(|number| sets[*number].gain).sum();
        prop_assert!((gain - most(&sets, 0)).abs() < 1e-9, "{gain} {}", most(&sets, 0));
    }

    #[test]
    fn a_sample_has_coders_of_the_data_moved_as_wholes(continuum in rows(2..5, 6), seed: u64) {
        let sampler = Sampler::new(&continuum);
        let sample = sampler.sample(&mut SplitMix64::new(seed));
        prop_assert_eq!(sample.rows().len(), continuum.rows().len());
        prop_assert_eq!(sample.units() > 0, continuum.units() > 0);
        let lengths = |row: &Vec<Unit>| {
            let mut lengths: Vec<(u64, u32)> = row.iter().map(|unit| (unit.length() as u64, unit.code)).collect();
            lengths.sort_unstable();
            lengths
        };
        let known: Vec<Vec<(u64, u32)>> = continuum.rows().iter().map(lengths).collect();
        let end = continuum.rows().iter().flatten().map(|unit| unit.end).fold(0.0, f64::max);
        for row in sample.rows() {
            prop_assert!(known.contains(&lengths(row)));
            prop_assert!(row.iter().all(|unit| (0.0..=end).contains(&unit.start)));
        }
    }
}

fn marks() -> impl Strategy<Value = Vec<(usize, u32, u32, u32, u32)>> {
    prop::collection::vec((0_usize..2, 0_u32..3, 0_u32..4, 0_u32..80, 1_u32..20), 1..16)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn who_is_called_what_changes_no_gamma(marks in marks(), seed: u64) {
        let options = GammaOptions { samples: 5, seed, ..GammaOptions::default() };
        let renamed: Vec<_> = marks.iter().map(|mark| (mark.0, (mark.1 + 1) % 3, mark.2, mark.3, mark.4)).collect();
        let texts = [100, 90];
        match (gamma(&material(3, &texts, &marks), &options), gamma(&material(3, &texts, &renamed), &options)) {
            (Ok(one), Ok(other)) => prop_assert!((one.gamma - other.gamma).abs() < 1e-6, "{one:?} {other:?}"),
            (one, other) => prop_assert_eq!(one, other),
        }
    }

    #[test]
    fn what_codes_are_called_changes_no_gamma(marks in marks(), seed: u64) {
        let options = GammaOptions { samples: 5, seed, ..GammaOptions::default() };
        // Each coder's own end of the texts: where two have marked the very same places, their order in the draw follows from the codes.
        let own = |mark: &(usize, u32, u32, u32, u32), code| (mark.0, mark.1, code, mark.3 * 3 / 4 * 3 + mark.1, mark.4);
        let given: Vec<_> = marks.iter().map(|mark| own(mark, mark.2)).collect();
        let renamed: Vec<_> = marks.iter().map(|mark| own(mark, 3 - mark.2)).collect();
        let texts = [250, 240];
        match (gamma(&material(3, &texts, &given), &options), gamma(&material(3, &texts, &renamed), &options)) {
            (Ok(one), Ok(other)) => prop_assert!((one.gamma - other.gamma).abs() < 1e-6, "{one:?} {other:?}"),
            (one, other) => prop_assert_eq!(one, other),
        }
    }

    #[test]
    fn coders_who_mark_the_same_agree_wholly(marks in marks(), coders in 2_u32..5, seed: u64) {
        let options = GammaOptions { samples: 5, seed, ..GammaOptions::default() };
        let mut of_one: Vec<_> = marks.iter().map(|mark| (mark.0, mark.2, mark.3, mark.4)).collect();
        of_one.sort_unstable();
        of_one.dedup();
        let of_all: Vec<_> = (0..coders)
            .flat_map(|coder| of_one.iter().map(move |mark| (mark.0, coder, mark.1, mark.2, mark.3)))
            .collect();
        match gamma(&material(coders, &[100, 100], &of_all), &options) {
            Ok(got) => prop_assert!((got.gamma - 1.0).abs() < 1e-9 && got.observed.abs() < 1e-9, "{got:?}"),
            // A single position has nowhere to go.
            Err(reason) => prop_assert_eq!(reason, Undefined::NoVariation),
        }
    }
}
