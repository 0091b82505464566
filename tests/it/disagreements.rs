//! `postil disagreements`: every place where coders differ, for eyes, for a meeting and for programs.

use expect_test::expect;
use serde_json::Value;

use crate::project::Project;

/// Offsets beyond emoji, a combining accent and a zero-width non-joiner.
const TEXT: &str = "🕊 Norms bind می\u{200c}روم states. Cafe\u{301}s close early at night. Power speaks to power, and the weak endure what they must.\n";

/// Three coders: a boundary, a confusion of three codes, an omission of one code of two, and an agreement.
pub(crate) fn three_coders() -> Project {
    let project = Project::new();
    project.write("text.txt", TEXT);
    project.ok("document add text.txt");
    project.ok("code add norms power weak states");
    for line in [
        "tag text 'Norms bind' norms --coder ana",
        "tag text 'Norms bind می\u{200c}روم' norms --coder ben",
        "tag text 'Norms bind' norms --coder cleo",
        "tag text 'Power speaks to power' power --coder ana",
        "tag text 'Power speaks to power' weak --coder ben",
        "tag text 'Power speaks to power' states --coder cleo",
        "tag text 'Cafe\u{301}s close' power --coder ana",
        "tag text 'Cafe\u{301}s close' weak --coder ana",
        "tag text 'Cafe\u{301}s close' power --coder ben",
        "tag text 'Cafe\u{301}s close' power --coder cleo",
        "done text --coder ana",
        "done text --coder ben",
        "done text --coder cleo",
    ] {
        project.ok(line);
    }
    project
}

#[test]
fn each_place_has_its_kind_its_address_and_what_everybody_said_longest_first() {
    let project = three_coders();
    expect![[r#"
        Kind       Address     Length  ana         ben         cleo        Passage
        confusion  text:57-78      21  power       weak        states      Power speaks to power
        omission   text:28-40      12  weak        (nothing)   (nothing)   Cafés close
        boundary   text:2-19        7  norms 2-12  norms 2-19  norms 2-12  Norms bind می‌روم
        --- stderr
        3 places differ: 1 omission, 1 boundary, 1 confusion; 1 passage agrees
        --- status Some(3)
    "#]]
    .assert_eq(&project.run("disagreements").text());
    expect![[r#"
        number,kind,codes,document,address,start,end,length,passage,ana,ben,cleo,decision,remark
        1,confusion,power; states; weak,text,text:57-78,57,78,21,Power speaks to power,power #4,weak #5,states #6,,
        2,omission,weak,text,text:28-40,28,40,12,Cafés close,weak #8,(nothing),(nothing),,
        3,boundary,norms,text,text:2-19,2,19,7,Norms bind می‌روم,norms 2-12 #1,norms 2-19 #2,norms 2-12 #3,,
        --- stderr
        3 places differ: 1 omission, 1 boundary, 1 confusion; 1 passage agrees
        --- status Some(3)
    "#]].assert_eq(&project.run("disagreements --format csv").text());
}

#[test]
fn json_nests_what_each_coder_said_and_its_passages_are_the_words_of_the_text() {
    let project = three_coders();
    let places: Value = serde_json::from_str(&project.run("disagreements --format json").out).unwrap();
    let characters: Vec<char> = TEXT.chars().collect();
    for place in places.as_array().unwrap() {
        let position = |key: &str| place[key].as_u64().unwrap() as usize;
        let words: String = characters[position("start")..position("end")].iter().collect();
        assert_eq!(place["passage"], words);
    }
    assert_eq!(places.as_array().unwrap().len(), 3);
}

#[test]
fn kinds_lengths_codes_and_coders_can_be_chosen_and_addresses_piped() {
    let project = three_coders();
    let listed =
        |line: &str| project.run(&format!("disagreements --format csv {line}")).out.lines().count() - 1;
    assert_eq!(listed("--kind boundary"), 1);
    assert_eq!(listed("--kind boundary --kind confusion"), 2);
    assert_eq!(listed("--min-length 13"), 1);
    assert_eq!(listed("--code weak"), 2);
    assert_eq!(listed("--coders ana,cleo --kind boundary"), 0);
    assert_eq!(listed("--limit 2"), 2);
    let addresses = project.run("disagreements --format address --kind omission").out;
    let run = project.run_with("tag - norms --coder dora", addresses.as_bytes());
    assert_eq!(run.status, Some(0), "{}", run.err);
}

#[test]
fn who_marks_the_same_differs_nowhere_and_one_coder_is_told_what_to_type() {
    let project = Project::small();
    project.ok("tag note 'Norms bind states' norms --coder ana");
    let run = project.run("disagreements");
    assert_eq!(run.status, Some(0));
    assert!(run.err.contains("postil done"), "{}", run.err);
    project.ok("tag note 'Norms bind states' norms --coder ben");
    let run = project.run("disagreements");
    assert_eq!((run.status, run.out.as_str()), (Some(0), ""));
    assert!(run.err.contains("1 passage agrees"), "{}", run.err);
}
