//! `disagreements`: each place where coders differ, with the passage and an address that can be acted on.

use expect_test::expect;

use crate::project::Project;

/// Emoji of several code points, and Persian words with a zero-width non-joiner: bytes, UTF-16 units and graphemes all
/// count otherwise than code points do.
pub(crate) const TEXT: &str =
    "👩‍👩‍👧 نمی‌دانم که می‌خواهم.\n\nNorms bind states. States «bind» norms 🇩🇰 too. Nobody asks why.\n";

/// Two texts, three codes, and three coders who differ in every way there is. Cleo has not read the letter.
pub(crate) fn three_coders() -> Project {
    let project = Project::new();
    project.write("essay.txt", TEXT);
    project.write("letter.txt", "Dear all, norms are norms.\n");
    project.ok("document add essay.txt letter.txt");
    project.ok("code add norms actors/state doubt");
    for line in [
        // All agree on one passage.
        "ana tag essay 'Nobody asks why' doubt",
        "ben tag essay 'Nobody asks why' doubt",
        "cleo tag essay 'Nobody asks why' doubt",
        // The bounds of one differ, behind the signs that count in several ways.
        "ana tag essay 'نمی‌دانم که می‌خواهم' doubt",
        "ben tag essay 'نمی‌دانم' doubt",
        "cleo tag essay 'نمی‌دانم که می‌خواهم.' doubt",
        // Three codes at one place, and one coder with two.
        "ana tag essay 'Norms bind states' norms",
        "ben tag essay 'bind states' actors/state",
        "cleo tag essay 'Norms bind states' norms actors/state",
        // Ana gave two codes to what the others gave one.
        "ana tag essay 'norms 🇩🇰' norms actors/state",
        "ben tag essay 'norms 🇩🇰' norms",
        "cleo tag essay 'norms 🇩🇰' norms",
        // In the letter, two who missed each other's.
        "ana tag letter 'Dear all' actors",
        "ben tag letter 'are norms' norms",
    ] {
        project.ok(&format!("--coder {line}"));
    }
    project
}

#[test]
fn every_place_is_listed_with_its_kind_its_address_and_what_each_coder_said() {
    let project = three_coders();
    let run = project.run("disagreements");
    expect![[r#"
        Kind       Address       Length  ana           ben                 cleo                             Passage
        confusion  essay:29-46       17  norms 29-46   actors/state 35-46  actors/state 29-46; norms 29-46  Norms bind states
        boundary   essay:6-27        13  doubt 6-26    doubt 6-14          doubt 6-27                       نمی‌دانم که می‌خواهم.
        omission   letter:16-25       9  (nothing)     norms               (not read)                       are norms
        omission   essay:62-70        8  actors/state  (nothing)           (nothing)                        norms 🇩🇰
        omission   letter:0-8         8  actors        (nothing)           (not read)                       Dear all
        --- stderr
        5 places differ: 3 omissions, 1 boundary, 1 confusion; 2 passages agree
        --- status Some(3)
    "#]].assert_eq(&run.text());
    // Every address names the passage that is shown beside it.
    let listed: serde_json::Value =
        serde_json::from_str(&project.run("disagreements --format json").out).unwrap();
    let listed = listed.as_array().unwrap();
    assert!(listed.len() >= 5);
    let text: Vec<char> = TEXT.chars().collect();
    for one in listed {
        let at = |key: &str| one[key].as_u64().unwrap() as usize;
        if one["document"] == "essay" {
            let passage: String = text[at("start")..at("end")].iter().collect();
            assert_eq!(one["passage"], passage.as_str());
        }
        assert_eq!(
            one["address"],
            format!("{}:{}-{}", one["document"].as_str().unwrap(), at("start"), at("end"))
        );
    }
}

#[test]
fn a_table_for_a_meeting_has_room_for_decisions() {
    let project = three_coders();
    let run = project.run("disagreements --format csv --document essay");
    expect![[r#"
        number,kind,codes,document,address,start,end,length,passage,ana,ben,cleo,decision,remark
        1,confusion,actors/state; norms,essay,essay:29-46,29,46,17,Norms bind states,norms 29-46 #7,actors/state 35-46 #8,actors/state 29-46 #10; norms 29-46 #9,,
        2,boundary,doubt,essay,essay:6-27,6,27,13,نمی‌دانم که می‌خواهم.,doubt 6-26 #4,doubt 6-14 #5,doubt 6-27 #6,,
        3,omission,actors/state,essay,essay:62-70,62,70,8,norms 🇩🇰,actors/state #12,(nothing),(nothing),,
        --- stderr
        3 places differ: 1 omission, 1 boundary, 1 confusion; 2 passages agree
        --- status Some(3)
    "#]].assert_eq(&run.text());
    // Without a header, and without the columns to fill in.
    let plain = project.run("disagreements --format plain --document essay").out;
    assert_eq!(plain.lines().next().unwrap().split('\t').count(), 12);
}

#[test]
fn what_each_coder_said_is_a_list_of_its_own_in_json() {
    let project = three_coders();
    let run = project.run("disagreements --format jsonl --quiet --document letter");
    expect![[r#"
        {"number":1,"kind":"omission","codes":["norms"],"document":"letter","address":"letter:16-25","start":16,"end":25,"length":9,"passage":"are norms","coders":[{"coder":"ana","read":true,"coded":[]},{"coder":"ben","read":true,"coded":[{"code":"norms","start":16,"end":25,"annotations":[16]}]}]}
        {"number":2,"kind":"omission","codes":["actors"],"document":"letter","address":"letter:0-8","start":0,"end":8,"length":8,"passage":"Dear all","coders":[{"coder":"ana","read":true,"coded":[{"code":"actors","start":0,"end":8,"annotations":[15]}]},{"coder":"ben","read":true,"coded":[]}]}
        --- status Some(3)
    "#]].assert_eq(&run.text());
    assert_eq!(project.run("disagreements --format json --kind boundary --document letter").out, "[]\n");
}

#[test]
fn filters_choose_and_never_change_the_kind() {
    let project = three_coders();
    let kinds = |line: &str| -> Vec<String> {
        let out = project.run(&format!("disagreements --format plain {line}")).out;
        out.lines().map(|line| line.split('\t').skip(1).take(3).collect::<Vec<_>>().join(" ")).collect()
    };
    assert_eq!(kinds("--kind confusion --kind boundary --document essay").len(), 2);
    // With its partner filtered away, a confusion is still none of the omissions.
    assert_eq!(kinds("--code norms --document essay"), ["confusion actors/state; norms essay"]);
    assert_eq!(kinds("--code doubt"), ["boundary doubt essay"]);
    assert_eq!(kinds("--code actors --document letter"), ["omission actors letter"]);
    // Rolled up, what was within one branch is no confusion any more.
    assert_eq!(kinds("--level 1 --code actors/state --kind confusion"), ["confusion actors; norms essay"]);
    assert_eq!(kinds("--min-length 9 --document letter"), ["omission norms letter"]);
    assert_eq!(kinds("--limit 1 --document letter"), ["omission norms letter"]);
    // Two of the three, by one option or two.
    assert_eq!(kinds("--coders ana,cleo --kind confusion"), Vec::<String>::new());
    assert_eq!(kinds("--coders ana,ben --kind boundary"), kinds("--coders ana --coders ben --kind boundary"));
    let run = project.run("disagreements --coders ana,dora");
    assert!(run.status == Some(1) && run.err.contains("there is no coder `dora`"), "{}", run.text());
    let run = project.run("disagreements --code normz");
    assert!(run.status == Some(1) && run.err.contains("did you mean `norms`?"), "{}", run.text());
}

#[test]
fn the_limit_says_how_many_there_are_in_all() {
    let run = three_coders().run("disagreements --limit 1 --format address");
    expect![[r#"
        essay:29-46
        --- stderr
        5 places differ: 3 omissions, 1 boundary, 1 confusion; 2 passages agree
        the first of them is listed
        --- status Some(3)
    "#]]
    .assert_eq(&run.text());
}

#[test]
fn addresses_can_be_tagged_at_once() {
    let project = three_coders();
    let addresses = project.run("disagreements --kind boundary --format address --quiet").out;
    project.run_with("--coder dora tag - doubt", addresses.as_bytes()).ok();
    let tagged = project.ok("list --by dora --format plain");
    assert_eq!(tagged.lines().count(), 1);
    assert!(tagged.contains("نمی‌دانم که می‌خواهم."), "{tagged}");
}

#[test]
fn nothing_to_compare_is_no_error() {
    let project = Project::small();
    let run = project.run("disagreements");
    expect![[r#"
        --- stderr
        nobody has read a document yet, so there is nothing to compare
        hint: `postil done DOC` says that you read a document to its end; `postil progress` shows who read what
    "#]].assert_eq(&run.text());
    project.ok("tag note 'Norms bind states' norms");
    let run = project.run("disagreements --format csv");
    expect![[r#"
        number,kind,codes,document,address,start,end,length,passage,ana,decision,remark
        --- stderr
        only ana has read a document, so there is nothing to compare
        left out: 1 document that only one coder has read
        hint: `postil done DOC` says that you read a document to its end; `postil progress` shows who read what
    "#]].assert_eq(&run.text());
    // The same by another is agreement.
    project.ok("--coder ben tag note 'Norms bind states' norms");
    let run = project.run("disagreements");
    expect![[r#"
        --- stderr
        no place differs; 1 passage agrees
    "#]]
    .assert_eq(&run.text());
}

#[test]
fn passages_in_an_earlier_text_are_left_out_and_counted() {
    let project = three_coders();
    project.write("new.txt", "Dear all, nobody knows.\n");
    assert_eq!(project.run("document replace letter new.txt").status, Some(3));
    let run = project.run("disagreements --document letter");
    expect![[r#"
        Kind      Address     Length  ana     ben        Passage
        omission  letter:0-8       8  actors  (nothing)  Dear all
        --- stderr
        1 place differs: 1 omission; 0 passages agree
        left out: 1 passage in an earlier text; `postil list --orphans` lists them
        --- status Some(3)
    "#]]
    .assert_eq(&run.text());
}

#[test]
fn a_coder_who_is_called_like_a_column_has_a_column_of_another_name() {
    let project = Project::small();
    project.ok("--coder Kind tag note 'Norms bind states' norms");
    project.ok("--coder decision tag note 'Norms bind' norms");
    let header = project.run("disagreements --format csv").out;
    assert_eq!(
        header.lines().next().unwrap(),
        "number,kind,codes,document,address,start,end,length,passage,coder Kind,coder decision,decision,remark"
    );
}
