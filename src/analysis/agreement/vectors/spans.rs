//! Spans on a text.

use std::collections::BTreeMap;

use super::super::alpha_u::AlphaU;
use super::super::boundary;
use super::super::characters::{Nominal, SetAlphas};
use super::super::matching::{self, Criterion, Matched};
use super::super::material::Material;
use super::super::mean_of_defined;
use super::super::sweep::Sums;
use super::super::unitizing::{Unitizing, Units};
use super::{Vector, at};
/// Spans on a text: everything that follows from characters, units and passages.
pub(super) fn spans(vector: &Vector) {
    let material = vector.material();
    let (coders, codes) = (vector.coders(), vector.codes());
    let expected = vector.json["expected"].clone();
    let pairs: Vec<((u32, u32), String)> = material
        .pairs()
        .into_iter()
        .map(|(first, second)| {
            ((first, second), format!("{}|{}", coders[first as usize], coders[second as usize]))
        })
        .collect();

    if let Some(by_code) = at(&expected, &["char", "by_code"]) {
        assert_eq!(by_code.as_object().unwrap().len(), codes.len());
        let sums = Sums::of(&material, true);
        let once = |_: usize| 1;
        let totals = sums.totals(once);
        for (number, code) in codes.iter().enumerate() {
            let tally = sums.tally(number, &totals, once);
            let path = |key| ["char", "by_code", code, key];
            vector.holds(&path("percent_agreement"), tally.percent());
            vector.holds(&path("fleiss_kappa"), tally.fleiss());
            vector.holds(&path("brennan_prediger"), tally.brennan_prediger(2));
            vector.holds(&path("gwet_ac1"), tally.gwet_ac1(2));
            vector.holds(&path("alpha_binary"), tally.alpha());
            for (pair, name) in &pairs {
                let table = sums.fourfold(number, *pair, once);
                let path = |key| ["char", "by_code", code, "pairs", name, key];
                let counts = [
                    ("both", table.both),
                    ("only_a", table.only_first),
                    ("only_b", table.only_second),
                    ("neither", table.neither),
                ];
                for (key, count) in counts {
                    assert_eq!(at(&expected, &path(key)).unwrap().as_u64(), Some(count), "{:?}", path(key));
                }
                let confusion = table.confusion();
                vector.holds(&path("cohen_kappa"), confusion.cohen_kappa());
                vector.holds(&path("scott_pi"), confusion.scott_pi());
                vector.holds(&path("percent_agreement"), confusion.percent());
                vector.holds(&path("dice"), table.dice());
                vector.holds(&path("jaccard"), table.jaccard());
            }
        }
        nominal(vector, &material, &pairs);
        let sets = SetAlphas::of(&material);
        vector.holds(&["char", "set", "alpha_set_equality"], sets.equality);
        vector.holds(&["char", "set", "alpha_jaccard"], sets.jaccard);
        vector.holds(&["char", "set", "alpha_masi"], sets.masi);
    }
    if expected.get("span_match").is_some() {
        for (criterion, key) in
            [(Criterion::Exact, "exact"), (Criterion::Half, "iou50"), (Criterion::Overlap, "overlap")]
        {
            let mut scores = Vec::new();
            for (pair, name) in &pairs {
                let mut all = Matched::default();
                matching::by_code(&material, *pair, criterion)
                    .unwrap()
                    .into_iter()
                    .for_each(|one| all.add(one));
                let path = |last| ["span_match", "pairs", name, key, last];
                for (last, count) in [("matched", all.matched), ("n_a", all.first), ("n_b", all.second)] {
                    assert_eq!(at(&expected, &path(last)).unwrap().as_u64(), Some(count), "{:?}", path(last));
                }
                vector.holds(&path("f1"), all.f1());
                scores.push(all.f1());
            }
            vector.holds(&["span_match", &format!("mean_f1_{key}")], mean_of_defined(scores));
        }
    }
    if expected.get("unitizing").is_some() {
        unitizing(vector, &material);
    }
    if expected.get("alpha_U_1995").is_some() {
        let alpha = AlphaU::of(&material).unwrap();
        vector.holds(&["alpha_U_1995", "overall"], alpha.overall());
        for (number, code) in (0..).zip(&codes) {
            vector.holds(&["alpha_U_1995", "per_code", code], alpha.code(number));
        }
    }
    if expected.get("boundary_similarity").is_some() {
        for (pair, name) in &pairs {
            let similarity = boundary::edits(&material, *pair).similarity();
            vector.holds(&["boundary_similarity", "pairs", name], similarity);
        }
        vector.holds(&["boundary_similarity", "mean"], boundary::mean_similarity(&material));
    }
}

fn nominal(vector: &Vector, material: &Material, pairs: &[((u32, u32), String)]) {
    let expected = &vector.json["expected"]["char"]["nominal"];
    let nominal = match Nominal::of(material) {
        Ok(nominal) if !expected.is_null() => nominal,
        Err(_) if expected.is_null() => return,
        other => panic!("{other:?}, expected {expected}"),
    };
    let q = nominal.tally.categories_used();
    if nominal.tally.percent().is_ok() {
        assert_eq!(expected["categories_including_uncoded"].as_u64(), Some(q as u64));
    }
    let path = |key| ["char", "nominal", key];
    vector.holds(&path("percent_agreement"), nominal.tally.percent());
    vector.holds(&path("fleiss_kappa"), nominal.tally.fleiss());
    vector.holds(&path("brennan_prediger"), nominal.tally.brennan_prediger(q));
    vector.holds(&path("gwet_ac1"), nominal.tally.gwet_ac1(q));
    vector.holds(&path("alpha_nominal"), nominal.tally.alpha());
    let by_pair: BTreeMap<_, _> = nominal.pairs.iter().map(|(pair, confusion)| (*pair, confusion)).collect();
    for (pair, name) in pairs {
        let path = |key| ["char", "nominal", "pairs", name, key];
        vector.holds(&path("cohen_kappa"), by_pair[pair].cohen_kappa());
        vector.holds(&path("scott_pi"), by_pair[pair].scott_pi());
    }
}

fn unitizing(vector: &Vector, material: &Material) {
    let expected = &vector.json["expected"];
    let codes = vector.codes();
    match Unitizing::of(material, Units::AllCodes) {
        Ok(sums) if !expected["unitizing"].is_null() => {
            let path = |key| ["unitizing", key];
            vector.holds(&path("u_alpha"), sums.u_alpha());
            vector.holds(&path("bar_u_alpha"), sums.bar_u_alpha());
            vector.holds(&path("cu_alpha"), sums.cu_alpha());
            vector.holds(&path("cu_coverage"), Ok(sums.cu_coverage()));
            for (number, code) in (0..).zip(&codes) {
                vector.holds(&["unitizing", "ku_alpha", code], sums.ku_alpha(number));
                vector.holds(&["unitizing", "ku_coverage", code], sums.ku_coverage(number));
            }
        }
        Err(_) if expected["unitizing"].is_null() => {}
        other => panic!("{other:?}, expected {}", expected["unitizing"]),
    }
    if expected.get("unitizing_by_code").is_some() {
        for (number, code) in (0..).zip(&codes) {
            let sums = Unitizing::of(material, Units::OneCode(number)).unwrap();
            vector.holds(&["unitizing_by_code", code], sums.u_alpha());
        }
    }
}
