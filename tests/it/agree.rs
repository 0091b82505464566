//! `postil agree`: what is compared, what is a number and what is none.

use expect_test::expect;
use serde_json::Value;

use crate::project::Project;

/// Emoji, a combining accent and Persian with a zero-width non-joiner: one code point each, whatever their bytes.
const FIRST: &str = "Norms 🕊 bind. می\u{200c}روم — cafe\u{301}. States act alone here.\n\nA second paragraph names norms too.\n";
const SECOND: &str = "Nobody marks anything in this one.\n";

/// Two coders who read both texts; ben marks the second passage two characters shorter and misses the third.
fn two_coders() -> Project {
    let project = Project::new();
    project.write("first.txt", FIRST);
    project.write("second.txt", SECOND);
    project.ok("document add first.txt second.txt");
    project.ok("code add norms states/alone states/acts");
    for line in [
        "tag first 'Norms 🕊 bind' norms --coder ana",
        "tag first 'States act alone here' states/alone --coder ana",
        "tag first 'names norms too' norms --coder ana",
        "tag first 'Norms 🕊 bind' norms --coder ben",
        "tag first 'States act alone he' states/alone --coder ben",
        "done first second --coder ana",
        "done first second --coder ben",
    ] {
        project.ok(line);
    }
    project
}

fn json(project: &Project, line: &str) -> Value {
    serde_json::from_str(&project.run(line).out).unwrap()
}

#[test]
fn the_report_names_its_unit_its_texts_and_what_to_beware_of() {
    expect![[r#"
        Coders     ana, ben
        Texts      2 documents of 125 characters, read by two or more of them
        Unit       character
        Codes      2; 2 not used by them
        Intervals  95 %, 1,000 resamples of 3 paragraphs, seed 1

        Code          Passages     Text %  Both  Only ana  Only ben   Dice    AC1  alpha  alpha 95 %     F1
        norms              2/1   21.6/9.6    12        15         0  0.615  0.837  0.546           –  0.667
        states/alone       1/1  16.8/15.2    19         2         0  0.950  0.978  0.941           –  1.000

        alpha, mean over 2 codes       0.743  (no interval: there are too few documents or paragraphs for an interval)
        alpha, lowest                  0.546  norms
        Dice, mean over codes          0.783
        |u-alpha                       0.693  do coders mark the same passages
        cu-alpha                       1.000  of what several marked, the same code; speaks of 24.8 % of the text
        F1, all codes                  0.800

        Notes
        - norms, states/alone have fewer than 30 passages, too few to say much
        - 2 documents are compared: others may differ
        - annotation #2 alone is 27 % of all coded text and dominates what is counted by character
        - cu-alpha speaks of 24.8 % of the text only, what more than one coder marked
        - 1 passage differs only by up to 3 characters at the borders: `--snap word` shows agreement without
          that
        - ben could see the work of ana in 1 document while coding: their agreement is not independent
        - Krippendorff's customary limits: from .800 conclusions may rely on the data, from .667 they are
          tentative; judge the lower limit of the interval and the worst code that matters
    "#]].assert_eq(&two_coders().run("agree --resample paragraph").text());
}

#[test]
fn lengths_are_code_points_and_what_nobody_marked_was_read() {
    let report = json(&two_coders(), "agree --format json --bootstrap 0");
    assert_eq!(report["characters"], FIRST.chars().count() + SECOND.chars().count());
    let norms = &report["codes"][0];
    assert_eq!(norms["code"], "norms");
    assert_eq!(norms["coded"]["ana"], "Norms 🕊 bind".chars().count() + "names norms too".chars().count());
    assert_eq!(norms["pairs"][0]["both"], "Norms 🕊 bind".chars().count());
    assert_eq!(norms["pairs"][0]["neither"], 125 - 27);
    assert_eq!(norms["f1"]["value"].as_f64(), Some(2.0 / 3.0));
    // Cohen's kappa by hand: p_o = (12 + 98) / 125, the shares are 27 / 125 and 12 / 125.
    let kappa = norms["pairs"][0]["kappa"]["value"].as_f64().unwrap();
    let (p, q) = (27.0 / 125.0, 12.0 / 125.0);
    let expected = p * q + (1.0 - p) * (1.0 - q);
    assert!((kappa - (110.0 / 125.0 - expected) / (1.0 - expected)).abs() < 1e-12, "{kappa}");
    assert_eq!(report["unused_codes"], serde_json::json!(["states", "states/acts"]));
}

#[test]
fn not_read_is_missing_and_read_without_a_mark_is_a_judgement() {
    let project = two_coders();
    // cleo reads the second text and finds nothing; the first she has not read.
    project.ok("done second --coder cleo");
    let report = json(&project, "agree --format json --bootstrap 0");
    assert_eq!(report["coders"], serde_json::json!(["ana", "ben", "cleo"]));
    assert_eq!(report["documents"][0]["readers"], serde_json::json!(["ana", "ben"]));
    assert_eq!(report["documents"][1]["readers"], serde_json::json!(["ana", "ben", "cleo"]));
    // In the midst of reading is not read, whatever stands there already.
    project.ok("done first --reopen --coder ben");
    let report = json(&project, "agree --format json --bootstrap 0");
    assert_eq!(report["left_out"]["one_reader"], serde_json::json!(["first"]));
    assert_eq!(
        report["left_out"]["unfinished"],
        serde_json::json!([{ "document": "first", "coder": "ben" }])
    );
    assert_eq!(report["codes"], serde_json::json!([]));
    assert_eq!(report["overall"]["alpha_mean"]["value"], Value::Null);
    assert_eq!(report["overall"]["alpha_mean"]["reason"], "no_spans");
}

#[test]
fn who_said_nothing_of_done_has_read_where_they_annotated_unless_done_is_asked_for() {
    let project = Project::small();
    project.ok("tag note 'Norms bind states' norms --coder ana");
    project.ok("tag note 'Norms bind' norms --coder ben");
    let report = json(&project, "agree --format json");
    assert_eq!(report["left_out"]["readers_without_done"], 2);
    assert_eq!(report["codes"][0]["pairs"][0]["both"], 10);
    let run = project.run("agree --done-only");
    assert!(run.err.contains("agreement needs two coders"), "{}", run.err);
    assert!(run.err.contains("postil done DOC"), "{}", run.err);
}

#[test]
fn one_coder_has_reasons_and_no_numbers() {
    let project = Project::small();
    project.ok("tag note 'Norms bind states' norms");
    let report = json(&project, "agree --format json");
    assert_eq!(report["coders"], serde_json::json!(["ana"]));
    assert_eq!(report["overall"]["alpha_mean"]["reason"], "fewer_than_two_coders");
    assert_eq!(report["overall"]["bar_u_alpha"]["reason"], "fewer_than_two_coders");
    assert_eq!(project.run("agree").status, Some(0));
}

#[test]
fn coders_without_a_text_in_common_are_compared_on_nothing() {
    let project = two_coders();
    project.ok("done second --reopen --coder ana");
    project.ok("done first --reopen --coder ben");
    let run = project.run("agree");
    assert!(run.err.contains("no document was read by two of these coders"), "{}", run.err);
    assert!(run.err.contains("postil progress"), "{}", run.err);
}

#[test]
fn the_same_everywhere_is_not_agreement_beyond_chance() {
    let project = Project::small();
    for coder in ["ana", "ben"] {
        project.ok(&format!("tag note --whole norms --coder {coder}"));
    }
    let report = json(&project, "agree --format json --coefficients percent,kappa,u-alpha");
    let norms = &report["codes"][0];
    assert_eq!(norms["alpha"]["reason"], "no_variation");
    assert_eq!(norms["kappa"]["reason"], "no_variation");
    assert_eq!(norms["u_alpha"]["reason"], "no_variation");
    assert_eq!(norms["percent"]["value"], 1.0);
    assert_eq!(norms["dice"]["value"], 1.0);
    assert_eq!(report["overall"]["codes_without_alpha"], 1);
}

#[test]
fn two_codes_on_the_same_words_leave_undefined_what_knows_one_value_a_character() {
    let project = two_coders();
    project.ok("tag first 'Norms 🕊 bind' states/acts --coder ana");
    let report = json(&project, "agree --format json --coefficients alpha,u-alpha,alpha-set,gamma");
    let overall = &report["overall"];
    assert_eq!(overall["alpha"]["reason"], "overlapping_codes");
    assert_eq!(overall["u_alpha"]["reason"], "overlapping_codes");
    assert_eq!(overall["cu_alpha"]["reason"], "overlapping_codes");
    assert_eq!(overall["bar_u_alpha"]["basis"], "any_code");
    assert!(overall["bar_u_alpha"]["value"].is_f64());
    assert!(overall["alpha_set"]["jaccard"]["value"].is_f64());
    assert!(overall["gamma"]["value"].is_f64(), "{overall}");
    assert_eq!(overall["gamma"]["sampler"], "shuffle");
}

#[test]
fn codes_roll_up_and_units_are_coded_by_what_touches_them() {
    let project = two_coders();
    let report = json(&project, "agree --format json --level 1 --codes states,norms --bootstrap 0");
    assert_eq!(report["codes"][1]["code"], "states");
    assert_eq!(report["codes"][1]["spans"]["ana"], 1);
    let report = json(&project, "agree --format json --unit sentence --bootstrap 0");
    assert_eq!((&report["unit"], &report["units"]), (&"sentence".into(), &5.into()));
    let alone = &report["codes"][1];
    assert_eq!((&alone["code"], &alone["pairs"][0]["both"]), (&"states/alone".into(), &1.into()));
    assert_eq!(alone["alpha"]["value"], 1.0);
    assert_eq!(alone["f1"], Value::Null);
    // Two passages of a code in one paragraph are two passages, and one paragraph.
    project.ok("tag first 'here' states/alone --coder ana");
    let report = json(&project, "agree --format json --unit document --bootstrap 0");
    assert_eq!(
        (&report["codes"][1]["spans"]["ana"], &report["codes"][1]["coded"]["ana"]),
        (&2.into(), &1.into())
    );
    let run = project.run("agree --unit sentence --coefficients u-alpha");
    assert_eq!(run.status, Some(2));
    assert!(run.err.contains("compares passages"), "{}", run.err);
}

#[test]
fn borders_a_few_characters_apart_are_seen_and_can_be_widened_to_words() {
    let project = two_coders();
    let report = json(&project, "agree --format json");
    let borders = |report: &Value| {
        report["cautions"].as_array().unwrap().iter().any(|caution| caution["number"] == "W6")
    };
    assert!(borders(&report), "{report}");
    let snapped = json(&project, "agree --format json --snap word");
    let alone = &snapped["codes"][1];
    assert_eq!(alone["alpha"]["value"], 1.0);
    assert_eq!(alone["alpha_unsnapped"]["value"], report["codes"][1]["alpha"]["value"]);
    assert!(!borders(&snapped), "{snapped}");
}

#[test]
fn who_could_see_the_others_work_is_named() {
    let project = two_coders();
    project.ok("tag first 'names norms' norms --coder ben");
    let run = project.run("agree --bootstrap 0 --format csv");
    assert!(run.err.contains("ben could see the work of ana in 1 document"), "{}", run.err);
}

#[test]
fn many_who_saw_each_other_are_one_sentence_each() {
    let project = two_coders();
    project.ok("tag first 'Norms' norms --coder cleo");
    let run = project.run("agree --bootstrap 0 --format csv");
    assert!(run.err.contains("cleo could see the work of ana, ben while coding"), "{}", run.err);
    assert!(run.err.contains("ben could see the work of ana in 1 document while coding"), "{}", run.err);
    // Programs have a row for each pair.
    let report = json(&project, "agree --bootstrap 0 --format json");
    let seen = report["cautions"].as_array().unwrap().iter().filter(|one| one["number"] == "W7");
    assert_eq!(seen.count(), 3);
}

#[test]
fn where_no_document_was_chosen_nobody_is_told_to_read_one() {
    let project = two_coders();
    project.ok("document set first kind=essay");
    for line in ["agree --where kind=brief", "disagreements --where kind=brief"] {
        let run = project.run(line);
        assert!(run.err.contains("there is no document to compare"), "{line}: {}", run.err);
        assert!(run.err.contains("postil document list"), "{line}: {}", run.err);
        assert!(!run.err.contains("postil done"), "{line}: {}", run.err);
    }
}

#[test]
fn a_document_that_is_one_unit_is_not_cut_into_paragraphs() {
    let project = two_coders();
    let run = project.run("agree --unit document --resample paragraph");
    assert_eq!(run.status, Some(2));
    assert!(run.err.contains("no paragraphs to draw from"), "{}", run.err);
    let report = json(&project, "agree --unit document --document first --format json");
    assert_eq!(report["bootstrap"]["resampled"], "document");
}

#[test]
fn what_was_decided_together_is_compared_only_when_named() {
    let project = two_coders();
    project.ok("tag first 'Norms 🕊 bind' norms --coder consensus");
    assert_eq!(json(&project, "agree --format json")["coders"], serde_json::json!(["ana", "ben"]));
    let named = json(&project, "agree --coders consensus,ana --format json");
    assert_eq!(named["coders"], serde_json::json!(["ana", "consensus"]));
}

#[test]
fn a_seed_draws_the_same_again_and_too_few_documents_give_no_interval() {
    let project = two_coders();
    let line = "agree --format json --resample paragraph --bootstrap 150";
    let (one, other) = (project.ok(&format!("{line} --seed 4")), project.ok(&format!("{line} --seed 4")));
    assert_eq!(one, other);
    let report = json(&project, "agree --format json");
    assert_eq!(report["codes"][0]["alpha"]["interval_reason"], "too_few_units_to_resample");
    assert!(project.run("agree").err.contains("--resample paragraph"));
    assert_eq!(json(&project, "agree --format json --bootstrap 0")["bootstrap"], Value::Null);
}

#[test]
fn a_coefficient_or_a_coder_that_is_not_there_is_refused_with_the_nearest() {
    let project = two_coders();
    let run = project.run("agree --coefficients kapa");
    assert_eq!(run.status, Some(2));
    assert!(run.err.contains("did you mean `kappa`?"), "{}", run.err);
    let run = project.run("agree --coders ana,bem");
    assert_eq!(run.status, Some(1));
    assert!(run.err.contains("`ben`"), "{}", run.err);
    assert!(project.run("agree --codes norms,stats").err.contains("`states`"));
    assert_eq!(project.run("agree --resample pairs").status, Some(2));
    assert!(project.run("agree --bootstrap 7").err.contains("too few for an interval"));
    let run = project.run("agree --methods-paragraph --coders ana");
    assert_eq!((run.status, run.out.as_str()), (Some(1), ""));
}

#[test]
fn a_passage_beyond_the_end_of_its_text_ends_the_command_and_is_not_skipped() {
    let project = two_coders();
    let db = crate::hostile_store::behind_its_back(project.path("study.postil"));
    db.execute("UPDATE annotation SET stop = 99999 WHERE id = 1", []).unwrap();
    drop(db);
    let run = project.run("agree");
    assert_eq!(run.status, Some(1));
    assert_eq!(run.out, "");
    assert!(run.err.contains("annotation #1"), "{}", run.err);
    assert!(run.err.contains("postil check"), "{}", run.err);
}

#[test]
fn every_form_is_well_formed() {
    let project = two_coders();
    project.ok("code rename norms 'a&b_50%'");
    let csv = project.ok("agree --format csv --coefficients kappa");
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    assert_eq!(reader.headers().unwrap().get(0), Some("code"));
    assert_eq!(reader.records().map(|row| row.unwrap().len()).max(), Some(reader.headers().unwrap().len()));
    let latex = project.ok("agree --format latex");
    assert!(latex.contains(r"a\&b\_50\%"), "{latex}");
    assert!(project.ok("agree --format markdown").starts_with("| Code |"));
    for line in project.ok("agree --format jsonl").lines() {
        assert!(serde_json::from_str::<Value>(line).unwrap()["alpha"].is_f64());
    }
    expect![[r#"
        Intercoder reliability was assessed to [say why: to refine the codebook, to justify coding the rest alone, …]. 2 coders (ana, ben) coded 2 of 2 documents (125 characters). They did not work independently throughout: ben could see ana's work in 1 document. Coders marked passages of any length, which were not fixed beforehand; passages may overlap and carry several codes. Agreement was computed for each code by character (coded or not coded). Krippendorff's alpha over 2 codes had a mean of 0.74; the lowest was 0.55 (a&b_50%). By code: a&b_50% 0.55, states/alone 0.94. 2 codes that nobody used are left out. Disagreements were settled by [say how: discussion, a third coder, …]. The limits of .667 and .800 are conventions.
    "#]].assert_eq(&project.ok("agree --methods-paragraph --resample paragraph"));
}
