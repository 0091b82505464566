//! The numbers with known answers in `fixtures/agreement`, each file a test: published examples, and data on which other
//! implementations were run. `null` is "undefined", never 0 or 1.

mod spans;
mod units;

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::boundary;
use super::material::{Mark, Material, Reading};
use super::undefined::Value;
use crate::domain::CharRange;
use spans::spans;
use units::units;

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
