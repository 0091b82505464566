use proptest::prelude::*;
use serde_json::Value as Json;

use super::super::material::Mark;
use super::super::vectors::{Vector, vector};
use super::*;
use crate::domain::CharRange;

/// Units of a fixture: coders and codes by name, places in fractions.
fn continuum(units: &Json) -> Continuum {
    let units = units.as_array().unwrap();
    let names = |key: &str| {
        let mut names: Vec<&str> = units.iter().map(|unit| unit[key].as_str().unwrap()).collect();
        names.sort_unstable();
        names.dedup();
        names
    };
    let (coders, codes) = (names("annotator"), names("category"));
    let mut rows = vec![Vec::new(); coders.len()];
    for unit in units {
        let number = |names: &[&str], key: &str| names.iter().position(|name| unit[key] == **name).unwrap();
        rows[number(&coders, "annotator")].push(Unit {
            start: unit["start"].as_f64().unwrap(),
            end: unit["end"].as_f64().unwrap(),
            code: number(&codes, "category") as u32,
        });
    }
    Continuum::new(rows)
}

/// The dissimilarities of pairs, and the disorder of the best alignments of the data and of continua drawn from them.
fn alignments(vector: &Vector) {
    let json = &vector.json;
    let weight = |key: &str| json["params"][key].as_f64().unwrap();
    let dissimilarity = Dissimilarity { alpha: weight("alpha"), beta: weight("beta") };
    let data = continuum(&json["units"]);
    for pair in json["pair_dissimilarities"].as_array().unwrap() {
        let unit = |coder: &str, number: &str| {
            let coder = pair[coder].as_str().unwrap().trim_start_matches("Ann").parse::<usize>().unwrap() - 1;
            data.rows()[coder][pair[number].as_u64().unwrap() as usize]
        };
        let (one, other) = (unit("annotatorA", "unitIndexA"), unit("annotatorB", "unitIndexB"));
        vector.near(&["positional"], Ok(dissimilarity.positional(one, other)), &pair["positional"]);
        vector.near(&["categorical"], Ok(dissimilarity.categorical(one, other)), &pair["categorical"]);
        vector.near(&["combined"], Ok(dissimilarity.combined(one, other)), &pair["combined"]);
    }
    let expected = &json["expected"];
    let disorder = |continuum: &Continuum| {
        let alignment = best_alignment(continuum, dissimilarity, &mut Work::limited_to(10_000_000)).unwrap();
        Ok(alignment.disorder / (continuum.units() as f64 / continuum.rows().len() as f64))
    };
    vector.near(&["best_alignment_disorder"], disorder(&data), &expected["best_alignment_disorder"]);
    for sample in expected["sampled_continua"].as_array().unwrap() {
        vector.near(&["sample"], disorder(&continuum(&sample["units"])), &sample["bestAlignmentDisorder"]);
    }
}

#[test]
fn gamma_fixture_01_two_annotators_simple() {
    alignments(&vector!("gamma_fixture_01_two_annotators_simple"));
}

#[test]
fn gamma_fixture_03_identical_perfect() {
    alignments(&vector!("gamma_fixture_03_identical_perfect"));
}

#[test]
fn gamma_fixture_04_three_annotators() {
    alignments(&vector!("gamma_fixture_04_three_annotators"));
}

#[test]
fn gamma_fixture_06_weighted_alpha3_beta2() {
    alignments(&vector!("gamma_fixture_06_weighted_alpha3_beta2"));
}

/// The disorder exactly; gamma and gamma-cat as the mean over three seeds, as the known answers are.
fn spans(vector: &Vector, samples: u32) {
    let material = vector.material();
    let measured: Vec<Gamma> = (1..=3)
        .map(|seed| gamma(&material, &GammaOptions { seed, samples, ..GammaOptions::default() }).unwrap())
        .collect();
    let mean = |of: &dyn Fn(&Gamma) -> f64| Ok(measured.iter().map(of).sum::<f64>() / 3.0);
    vector.holds(&["gamma", "observed_disorder"], Ok(measured[0].observed));
    vector.holds(&["gamma", "gamma"], mean(&|gamma| gamma.gamma));
    vector.holds(&["gamma", "gamma_cat"], mean(&|gamma| gamma.gamma_cat.unwrap()));
}

#[test]
fn spans_gamma_alex_paul_suzan() {
    spans(&vector!("spans_gamma_alex_paul_suzan"), 100);
}

#[test]
fn random_1_2coders_30_nonoverlap() {
    spans(&vector!("random_1_2coders_30_nonoverlap"), 100);
}

#[test]
fn random_2_3coders_12_multilabel() {
    spans(&vector!("random_2_3coders_12_multilabel"), 100);
}

#[test]
fn random_3_5coders_6_nonoverlap() {
    spans(&vector!("random_3_5coders_6_nonoverlap"), 30);
}

#[test]
fn random_4_2coders_28_long_multilabel() {
    spans(&vector!("random_4_2coders_28_long_multilabel"), 100);
}

#[test]
fn work_without_end_is_refused_and_nothing_is_no_gamma() {
    let marks = |count: u32| {
        (0..count * 3).map(|number| Mark {
            coder: number % 3,
            code: 0,
            range: CharRange::new(number, number + 50).unwrap(),
            annotation: 1,
        })
    };
    let material = |count| Material {
        coders: 3,
        codes: 1,
        readings: vec![Reading::new(1, 400, vec![0, 1, 2], marks(count).collect()).unwrap()],
    };
    let options = GammaOptions { work: 10_000, ..GammaOptions::default() };
    assert_eq!(gamma(&material(40), &options), Err(Undefined::TooLarge));
    assert_eq!(gamma(&material(0), &options), Err(Undefined::NoSpans));
    assert_eq!(gamma(&Material::default(), &options), Err(Undefined::NoUnitCodedByTwoCoders));
}

/// The least disorder of all alignments, by trying every one.
fn least(rows: &[Vec<Unit>], used: &mut Vec<Place>, dissimilarity: Dissimilarity) -> f64 {
    let all = rows
        .iter()
        .enumerate()
        .flat_map(|(coder, row)| (0..row.len()).map(move |number| Place { coder, number }));
    let Some(first) = all.into_iter().find(|place| !used.contains(place)) else { return 0.0 };
    // Every set that holds the first unit: of each later coder one free unit or none.
    let mut sets = vec![vec![first]];
    for (coder, row) in rows.iter().enumerate().skip(first.coder + 1) {
        for at in 0..sets.len() {
            for number in 0..row.len() {
                let place = Place { coder, number };
                if !used.contains(&place) {
                    let mut set = sets[at].clone();
                    set.push(place);
                    sets.push(set);
                }
            }
        }
    }
    let pairs = rows.len() * (rows.len() - 1) / 2;
    let mut best = f64::INFINITY;
    for set in sets {
        let mut sum = (pairs - set.len() * (set.len() - 1) / 2) as f64 * EMPTY;
        for (at, one) in set.iter().enumerate() {
            for other in &set[..at] {
                sum += dissimilarity.combined(rows[one.coder][one.number], rows[other.coder][other.number]);
            }
        }
        used.extend(&set);
        best = best.min(sum / pairs as f64 + least(rows, used, dissimilarity));
        used.truncate(used.len() - set.len());
    }
    best
}

use alignment::Place;

fn rows(coders: usize) -> impl Strategy<Value = Vec<Vec<Unit>>> {
    let unit = (0_u32..30, 1_u32..10, 0_u32..2).prop_map(|(start, length, code)| Unit {
        start: f64::from(start),
        end: f64::from(start + length),
        code,
    });
    prop::collection::vec(prop::collection::vec(unit, 0..4), coders)
}

fn material(rows: &[Vec<Unit>], coder: impl Fn(u32) -> u32, code: impl Fn(u32) -> u32) -> Material {
    let marks = (0..).zip(rows).flat_map(|(number, row)| row.iter().map(move |unit| (number, *unit)));
    let marks = marks.map(|(number, unit)| Mark {
        coder: coder(number),
        code: code(unit.code),
        range: CharRange::new(unit.start as u32, unit.end as u32).unwrap(),
        annotation: 1,
    });
    let readers = (0..rows.len() as u32).collect();
    let reading = Reading::new(1, 60, readers, marks.collect()).unwrap();
    Material { coders: rows.len() as u32, codes: 2, readings: vec![reading] }
}

proptest! {
    #[test]
    fn no_alignment_has_less_disorder(two in rows(2), three in rows(3)) {
        let dissimilarity = Dissimilarity { alpha: 3.0, beta: 1.0 };
        for rows in [two, three] {
            let continuum = Continuum::new(rows);
            let found = best_alignment(&continuum, dissimilarity, &mut Work::limited_to(1 << 30)).unwrap();
            let expected = least(continuum.rows(), &mut Vec::new(), dissimilarity);
            prop_assert!((found.disorder - expected).abs() < 1e-6, "{} {expected}", found.disorder);
        }
    }

    #[test]
    fn coders_and_codes_have_no_order_and_a_seed_draws_the_same(three in rows(3)) {
        let options = GammaOptions { samples: 3, ..GammaOptions::default() };
        let measured = gamma(&material(&three, |coder| coder, |code| code), &options);
        let again = gamma(&material(&three, |coder| coder, |code| code), &options);
        let renamed = gamma(&material(&three, |coder| (coder + 1) % 3, |code| 1 - code), &options);
        prop_assert_eq!(&measured, &again);
        match (measured, renamed) {
            (Ok(one), Ok(other)) => prop_assert!((one.observed - other.observed).abs() < 1e-9),
            (one, other) => prop_assert_eq!(one.is_err(), other.is_err()),
        }
    }

    #[test]
    fn coders_who_mark_the_same_have_no_disorder(one in prop::collection::vec(rows(1), 1)) {
        let same = vec![one[0][0].clone(); 3];
        if let Ok(gamma) = gamma(&material(&same, |coder| coder, |code| code), &GammaOptions { samples: 3, ..GammaOptions::default() }) {
            prop_assert!(gamma.observed.abs() < 1e-9);
            prop_assert!((gamma.gamma - 1.0).abs() < 1e-9);
        }
    }
}
