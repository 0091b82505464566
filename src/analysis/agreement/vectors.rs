//! The numbers with known answers in `fixtures/agreement`, each file a test: published examples, and data on which other
//! implementations were run. `null` is "undefined", never 0 or 1.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::alpha_u::AlphaU;
use super::bootstrap::{self, Resampling};
use super::boundary;
use super::characters::{Nominal, SetAlphas};
use super::matching::{self, Criterion, Matched};
use super::material::{Mark, Material, Reading};
use super::pair::Confusion;
use super::sweep::Sums;
use super::tally::Tally;
use super::undefined::Value;
use super::unitizing::{Unitizing, Units};
use crate::domain::CharRange;

/// The file of known answers with this name.
macro_rules! vector {
    ($name:expr) => {
        $crate::analysis::agreement::vectors::Vector::parse(include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/fixtures/agreement/",
            $name,
            ".json"
        )))
    };
}
pub(super) use vector;

/// A file of known answers.
pub(super) struct Vector {
    pub(super) json: Json,
    tolerance: f64,
}

impl Vector {
    /// From the text of a file, which [`vector`] finds by its name.
    pub(super) fn parse(text: &str) -> Vector {
        let json: Json = serde_json::from_str(text).unwrap();
        let tolerance = json["tolerance"].as_f64().unwrap_or(0.0);
        Vector { json, tolerance }
    }

    pub(super) fn coders(&self) -> Vec<&str> {
        self.json["coders"].as_array().unwrap().iter().map(|coder| coder.as_str().unwrap()).collect()
    }

    pub(super) fn codes(&self) -> Vec<&str> {
        let spans = self.json["spans"].as_array().unwrap();
        let codes: BTreeSet<&str> = spans.iter().map(|span| span["code"].as_str().unwrap()).collect();
        codes.into_iter().collect()
    }

    /// The spans as they are compared. A text of which somebody read a part is cut where that part begins and ends.
    pub(super) fn material(&self) -> Material {
        let (coders, codes) = (self.coders(), self.codes());
        let length = whole(&self.json["length"]);
        let number = |names: &[&str], name: &Json| {
            names.iter().position(|known| Some(*known) == name.as_str()).unwrap() as u32
        };
        let marks: Vec<Mark> = (1..)
            .zip(self.json["spans"].as_array().unwrap())
            .map(|(annotation, span)| Mark {
                coder: number(&coders, &span["coder"]),
                code: number(&codes, &span["code"]),
                range: CharRange::new(whole(&span["start"]), whole(&span["end"])).unwrap(),
                annotation,
            })
            .collect();
        let part_of = |coder: &str| -> Vec<(u32, u32)> {
            match self.json["coverage"][coder].as_array() {
                Some(parts) => parts.iter().map(|part| (whole(&part[0]), whole(&part[1]))).collect(),
                None => vec![(0, length)],
            }
        };
        let borders: BTreeSet<u32> = coders
            .iter()
            .flat_map(|coder| part_of(coder))
            .flat_map(|(start, end)| [start, end])
            .chain([0, length])
            .collect();
        let borders: Vec<u32> = borders.into_iter().collect();
        let readings = borders.windows(2).map(|border| {
            let (start, end) = (border[0], border[1]);
            let reads = |coder: &u32| {
                part_of(coders[*coder as usize]).iter().any(|part| part.0 <= start && end <= part.1)
            };
            let readers = (0..coders.len() as u32).filter(reads).collect();
            let inside = marks.iter().filter(|mark| start <= mark.range.start() && mark.range.end() <= end);
            let moved = |mark: &Mark| Mark {
                range: CharRange::new(mark.range.start() - start, mark.range.end() - start).unwrap(),
                ..*mark
            };
            Reading::new(1, end - start, readers, inside.map(moved).collect()).unwrap()
        });
        let readings: Vec<Reading> = readings.collect();
        assert_eq!(
            readings.iter().map(|reading| reading.marks.len()).sum::<usize>(),
            marks.len(),
            "a mark crosses a border"
        );
        Material { coders: coders.len() as u32, codes: codes.len() as u32, readings }
    }

    /// Compares a value with the one at `path` of the expected and, where there is one, of the published values.
    pub(super) fn holds(&self, path: &[&str], got: Value) {
        let expected = at(&self.json["expected"], path).unwrap_or_else(|| panic!("{path:?} is not expected"));
        self.near(path, got, expected);
        if let Some(published) = self.published(path) {
            let (value, tolerance) = match &published {
                Json::Array(pair) => (pair[0].as_f64().unwrap(), pair[1].as_f64().unwrap()),
                one => (one.as_f64().unwrap(), 0.01),
            };
            let got =
                got.unwrap_or_else(|reason| panic!("{path:?} is {}, published is {value}", reason.word()));
            assert!((got - value).abs() <= tolerance, "{path:?}: {got}, published is {value}");
        }
    }

    /// Compares a value with what is expected of it.
    pub(super) fn near(&self, path: &[&str], got: Value, expected: &Json) {
        match (got, expected.as_f64()) {
            (Ok(got), Some(expected)) => {
                let tolerance = self.tolerance_of(path);
                assert!((got - expected).abs() <= tolerance, "{path:?}: {got}, expected {expected}");
            }
            (Err(_), None) => {}
            (got, _) => panic!("{path:?}: {got:?}, expected {expected}"),
        }
    }

    fn tolerance_of(&self, path: &[&str]) -> f64 {
        let tolerances = &self.json["tolerances"];
        let key = path.join(".");
        let given = tolerances[&key].as_f64().or_else(|| tolerances[path[0]].as_f64());
        given.unwrap_or(self.tolerance)
    }

    /// Published values stand under dotted paths, or as an object under the path of their parent.
    fn published(&self, path: &[&str]) -> Option<Json> {
        let published = &self.json["published"];
        if let Some(value) = published.get(path.join(".")) {
            return Some(value.clone());
        }
        let (last, parent) = path.split_last()?;
        published.get(parent.join("."))?.get(last).cloned()
    }
}

fn at<'a>(json: &'a Json, path: &[&str]) -> Option<&'a Json> {
    path.iter().try_fold(json, |json, key| json.get(key))
}

fn whole(json: &Json) -> u32 {
    u32::try_from(json.as_u64().unwrap()).unwrap()
}

/// A table of coders × units.
fn units(vector: &Vector) {
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
        vector.holds(&[light], super::mean_of_defined(kappas));
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

/// Spans on a text: everything that follows from characters, units and passages.
fn spans(vector: &Vector) {
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
            vector.holds(&["span_match", &format!("mean_f1_{key}")], super::mean_of_defined(scores));
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

/// One test a file, by the name of the file in small letters.
macro_rules! known_answers {
    ($check:ident: $($name:ident $file:literal)+) => {
        $(#[test]
        fn $name() {
            $check(&vector!($file));
        })+
    };
}

known_answers! { units:
    units_artstein_poesio_2008_ex1 "units_artstein_poesio_2008_ex1"
    units_cohen_1960_p45 "units_cohen_1960_p45"
    units_edge_high_agreement_no_variation_almost "units_edge_high_agreement_no_variation_almost"
    units_edge_no_pairable "units_edge_no_pairable"
    units_edge_one_category_only "units_edge_one_category_only"
    units_edge_one_coder "units_edge_one_coder"
    units_edge_perfect_two_categories "units_edge_perfect_two_categories"
    units_fleiss_1971 "units_fleiss_1971"
    units_gwet_paradox_2x2 "units_gwet_paradox_2x2"
    units_gwet_paradox_small "units_gwet_paradox_small"
    units_hayes_krippendorff_2007 "units_hayes_krippendorff_2007"
    units_krippendorff_2x10_binary "units_krippendorff_2x10_binary"
    units_krippendorff_4x12 "units_krippendorff_4x12"
    units_wikipedia_3x15_missing "units_wikipedia_3x15_missing"
}

known_answers! { spans:
    random_1_2coders_30_nonoverlap "random_1_2coders_30_nonoverlap"
    random_2_3coders_12_multilabel "random_2_3coders_12_multilabel"
    random_3_5coders_6_nonoverlap "random_3_5coders_6_nonoverlap"
    random_4_2coders_28_long_multilabel "random_4_2coders_28_long_multilabel"
    spans_edge_adjacent "spans_edge_adjacent"
    spans_edge_all_agree "spans_edge_all_agree"
    spans_edge_all_agree_one_code "spans_edge_all_agree_one_code"
    spans_edge_missing_coverage "spans_edge_missing_coverage"
    spans_edge_no_spans "spans_edge_no_spans"
    spans_edge_one_coder "spans_edge_one_coder"
    spans_edge_one_marks_other_nothing "spans_edge_one_marks_other_nothing"
    spans_edge_overlapping_codes "spans_edge_overlapping_codes"
    spans_edge_same_code_overlap "spans_edge_same_code_overlap"
    spans_edge_whole_document "spans_edge_whole_document"
    spans_krippendorff_1995_a_x1 "spans_krippendorff_1995_A_x1"
    spans_krippendorff_1995_a_x1000 "spans_krippendorff_1995_A_x1000"
    spans_krippendorff_1995_c_x1 "spans_krippendorff_1995_C_x1"
    spans_krippendorff_1995_c_x1000 "spans_krippendorff_1995_C_x1000"
    spans_krippendorff_2004_alpha_u "spans_krippendorff_2004_alphaU"
    spans_krippendorff_2019_fig12_11 "spans_krippendorff_2019_fig12_11"
    spans_nvivo_manual_example "spans_nvivo_manual_example"
}

/// Segmentations by the lengths of their pieces.
#[test]
fn boundary_similarity_segeval() {
    let vector = vector!("boundary_similarity_segeval");
    let borders = |masses: &Json| -> Vec<u32> {
        let mut ends: Vec<u32> = masses
            .as_array()
            .unwrap()
            .iter()
            .scan(0, |end, mass| {
                *end += whole(mass);
                Some(*end)
            })
            .collect();
        // The end of the text is no border.
        ends.pop();
        ends
    };
    for case in vector.json["cases"].as_array().unwrap() {
        let got = boundary::between(&borders(&case["a"]), &borders(&case["b"])).similarity();
        vector.near(&["cases"], got, &case["expected"]);
    }
}

#[test]
fn spans_edge_zero_length() {
    let vector = vector!("spans_edge_zero_length");
    let span = &vector.json["spans"][0];
    // A span of no length cannot be made, so none can be skipped.
    assert_eq!(CharRange::new(whole(&span["start"]), whole(&span["end"])), None);
}
