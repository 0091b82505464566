//! Tables of coders and units.

use serde_json::Value as Json;

use super::super::bootstrap::{self, Resampling};
use super::super::mean_of_defined;
use super::super::pair::Confusion;
use super::super::tally::Tally;
use super::{Vector, at};
/// A table of coders × units.
pub(super) fn units(vector: &Vector) {
    let coders = vector.coders();
    let categories: Vec<&Json> = vector.json["categories"].as_array().unwrap().iter().collect();
    let rows: Vec<Vec<Option<usize>>> = coders
        .iter()
        .map(|coder| {
            let row = vector.json["table"][coder].as_array().unwrap().iter();
            row.map(|value| categories.iter().position(|category| *category == value)).collect()
        })
        .collect();
    let mut tally = Tally::default();
    for unit in 0..rows[0].len() {
        let mut counts = vec![0; categories.len()];
        rows.iter().filter_map(|row| row[unit]).for_each(|category| counts[category] += 1);
        tally.add(&counts, 1);
    }
    let q = tally.categories_used();
    vector.holds(&["percent_agreement"], tally.percent());
    vector.holds(&["fleiss_kappa"], tally.fleiss());
    vector.holds(&["brennan_prediger"], tally.brennan_prediger(q));
    vector.holds(&["gwet_ac1"], tally.gwet_ac1(q));
    vector.holds(&["krippendorff_alpha_nominal"], tally.alpha());
    for (number, category) in categories.iter().enumerate() {
        let name = category.as_str().map_or_else(|| category.to_string(), str::to_owned);
        let path = ["per_category_alpha", name.as_str()];
        if at(&vector.json["expected"], &path).is_some() {
            vector.holds(&path, tally.one_against_the_rest(number).alpha());
        }
    }
    let mut kappas = Vec::new();
    for first in 0..coders.len() {
        for second in first + 1..coders.len() {
            let mut confusion = Confusion::default();
            for (one, other) in rows[first].iter().zip(&rows[second]) {
                if let (Some(one), Some(other)) = (one, other) {
                    confusion.add(*one as u32, *other as u32, 1);
                }
            }
            let name = format!("{}|{}", coders[first], coders[second]);
            let expected = &vector.json["expected_pairs"][&name];
            assert_eq!(expected["n"].as_u64(), Some(confusion.total()), "{name}");
            vector.near(&[&name, "percent"], confusion.percent(), &expected["percent_agreement"]);
            vector.near(&[&name, "kappa"], confusion.cohen_kappa(), &expected["cohen_kappa"]);
            vector.near(&[&name, "pi"], confusion.scott_pi(), &expected["scott_pi"]);
            kappas.push(confusion.cohen_kappa());
            if coders.len() == 2 {
                vector.holds(&["cohen_kappa"], confusion.cohen_kappa());
                vector.holds(&["scott_pi"], confusion.scott_pi());
            }
        }
    }
    intervals(vector, &rows, categories.len());
    let light = "light_kappa_mean_pairwise";
    if vector.json["expected"].get(light).is_some() {
        vector.holds(&[light], mean_of_defined(kappas));
    }
}

/// Both ways to an interval, against the same with other random numbers.
fn intervals(vector: &Vector, rows: &[Vec<Option<usize>>], categories: usize) {
    let expected = &vector.json["expected_bootstrap"];
    if expected.is_null() {
        return;
    }
    let units: Vec<Vec<u32>> = (0..rows[0].len())
        .map(|unit| {
            let mut counts = vec![0; categories];
            rows.iter().filter_map(|row| row[unit]).for_each(|category| counts[category] += 1);
            counts
        })
        .collect();
    let resampling = Resampling { resamples: 20_000, seed: 1 };
    let drawn = bootstrap::draw(units.len(), resampling, |times| {
        let mut tally = Tally::default();
        units.iter().zip(times).for_each(|(counts, times)| tally.add(counts, *times));
        vec![tally.alpha()]
    });
    let ways = [
        ("units_with_replacement_percentile", drawn.unwrap()[0].unwrap()),
        ("krippendorff_pairs_fixed_De", bootstrap::krippendorff(&units, resampling).unwrap()),
    ];
    for (way, got) in ways {
        let near = |got: f64, expected: &Json, tolerance: &str| {
            let (expected, tolerance) =
                (expected.as_f64().unwrap(), vector.json["expected_bootstrap"][tolerance].as_f64().unwrap());
            assert!((got - expected).abs() <= tolerance, "{way}: {got}, expected {expected}");
        };
        near(got.low, &expected[way]["ci95"][0], "tolerance_ci");
        near(got.high, &expected[way]["ci95"][1], "tolerance_ci");
        near(got.below_667, &expected[way]["p_below_0.667"], "tolerance_p");
        near(got.below_800, &expected[way]["p_below_0.800"], "tolerance_p");
    }
}
