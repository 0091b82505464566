//! `import csv` of tables that other programs exported.

use expect_test::expect;

use super::project::Project;
use super::sheet::{Sheet, refused};

/// With characters beyond U+FFFF before everything, a word that is there three times, and a script that joins letters.
const TALK: &str = "🦀🦀 They said: “norms bind”.\n\nWar is costly. War is rare — but war\nends. 🦀\n\n\
                    امنیتی\u{200c}سازی is a speech act. Café or cafe\u{301}, who cares?\n";

/// A store with the document `talk`, added from `talk.txt` with the line ends of Windows.
pub(crate) fn project() -> Project {
    let project = Project::new();
    project.write("talk.txt", TALK.replace('\n', "\r\n"));
    project.ok("document add talk.txt");
    project
}

/// Where the words stand in the document, in code points and UTF-16 units.
fn place(words: &str) -> [(usize, usize); 2] {
    let at = TALK.find(words).unwrap();
    let (start, end) = (TALK[..at].chars().count(), TALK[..at + words.len()].chars().count());
    let units = |count: usize| TALK.chars().take(count).map(char::len_utf16).sum::<usize>();
    [(start, end), (units(start), units(end))]
}

/// What the store says now: passage, code, coder, note.
pub(crate) fn said(project: &Project) -> String {
    let sheet = Sheet::parse(&project.ok("export csv -o - --no-guard"));
    let line = |row: usize| {
        let [start, end, quote, code, coder, note] =
            ["start", "end", "quote", "code", "coder", "note"].map(|column| sheet.cell(row, column));
        let text: String = TALK.chars().skip(start.parse().unwrap()).take(quote.chars().count()).collect();
        assert_eq!(text, quote, "the text at {start}-{end}");
        format!("{start}-{end} {quote:?} {code} ({coder}) {note}\n")
    };
    (0..sheet.rows.len()).map(line).collect()
}

#[test]
fn highlights_of_taguette_are_placed_by_their_words() {
    let project = project();
    project.write(
        "highlights.csv",
        "id,document,tag,content\r\n\
         1,talk,speech.acts,\"They said : \"\"norms bind\"\" . War is costly.\"\r\n\
         1,talk,norms,\"They said : \"\"norms bind\"\" . War is costly.\"\r\n\
         2,talk.docx,,امنیتی\u{200c}سازی is a speech act.\r\n\
         3,talk,norms,café\r\n",
    );
    expect![[r#"
        read as a highlights table of Taguette: 4 passages placed by words
        warning: refused: highlights.csv, row 2, column `tag`: `speech.acts`: there is no code `speech.acts` (`--create-codes` adds the missing ones)
        warning: refused: highlights.csv, row 3, column `tag`: `norms`: there is no code `norms` (`--create-codes` adds the missing ones)
        warning: refused: highlights.csv, row 5, column `tag`: `norms`: there is no code `norms` (`--create-codes` adds the missing ones)
        error: 3 rows refused, so nothing was written
        hint: `--create-codes` adds the 2 codes that the codebook lacks
        hint: mend them, or take the good rows with `--partial`
        hint: `--rejects FILE` writes the refused rows to a file of their own
    "#]]
    .assert_eq(&refused(&project, "import csv highlights.csv"));
    let before = project.bytes();
    let rehearsal = project.run("import csv highlights.csv --create-codes --dry-run");
    assert!(project.bytes() == before, "a rehearsal wrote");
    let run = project.run("import csv highlights.csv --create-codes");
    expect![[r#"
        annotations: 4 new
        --- stderr
        read as a highlights table of Taguette: 4 passages placed by words
        2 codes made: speech.acts, norms
        new coders: ana
        change 2; `postil undo` takes it back
    "#]]
    .assert_eq(&run.text());
    assert_eq!(rehearsal.out, run.out);
    expect![[r#"
        3-43 "They said: “norms bind”.\n\nWar is costly." norms (ana) 
        3-43 "They said: “norms bind”.\n\nWar is costly." speech.acts (ana) 
        75-103 "امنیتی\u{200c}سازی is a speech act."  (ana) 
        112-117 "cafe\u{301}" norms (ana) 
    "#]]
    .assert_eq(&said(&project));
    let again = project.run("import csv highlights.csv --create-codes").text();
    assert!(again.contains("4 already there") && again.contains("nothing changed"), "{again}");
    project.ok("undo");
    assert_eq!(said(&project), "");
    assert_eq!(project.ok("code list --format plain"), "");
}

#[test]
fn a_dot_parts_levels_only_when_that_is_asked_for() {
    let project = project();
    project.write(
        "h.csv",
        "document,tag,content\ntalk,speech.acts,War is costly\ntalk,work / life,War is rare\n",
    );
    let run = project.run("import csv h.csv --create-codes --code-levels .");
    expect![[r#"
        annotations: 2 new
        --- stderr
        read as a highlights table of Taguette: 2 passages placed by words
        warning: a `/` in the name of a code parts two levels, as in `work/life`
        4 codes made: speech, speech/acts, work, work/life
        new coders: ana
        change 2; `postil undo` takes it back
    "#]]
    .assert_eq(&run.text());
    assert_eq!(project.run("import csv h.csv --code-levels ab").status, Some(2));
    let (own, _) = super::sheet::coded();
    let said = refused(&own, "import csv a.csv --code-levels .");
    assert!(said.contains("this one is postil's own"), "{said}");
}

#[test]
fn words_in_several_places_are_refused_unless_something_tells_which_is_meant() {
    let project = project();
    // Fewer rows than places, and no order to go by.
    project.write("two.csv", "id,document,tag,content\n1,talk,war,War\n2,talk,war,War is costly\n");
    let said = refused(&project, "import csv two.csv --create-codes");
    assert!(said.contains("row 2, column `content`: `War`: these words are in the text 2 times"), "{said}");
    // As many rows as places.
    project.write("all.csv", "id,document,tag,content\n1,talk,war,War\n2,talk,war,War\n");
    project.ok("import csv all.csv --create-codes");
    expect![[r#"
        29-32 "War" war (ana) 
        44-47 "War" war (ana) 
    "#]]
    .assert_eq(&self::said(&project));
    // In the order of the text, as the program writes them.
    project.ok("undo");
    project.write(
        "order.csv",
        "id,document,tag,content\n5,talk,a,They said\n6,talk,a,norms bind\n7,talk,a,costly\n4,talk,war,War\n\
         8,talk,a,is rare\n9,talk,a,speech act\n",
    );
    let run = project.run("import csv order.csv --create-codes");
    assert!(run.err.contains("6 passages placed by words"), "{}", run.text());
    expect![[r#"
        3-12 "They said" a (ana) 
        15-25 "norms bind" a (ana) 
        36-42 "costly" a (ana) 
        44-47 "War" war (ana) 
        48-55 "is rare" a (ana) 
        92-102 "speech act" a (ana) 
    "#]]
    .assert_eq(&self::said(&project));
}

#[test]
fn a_coding_report_of_qualcoder_brings_its_categories_coders_and_memos() {
    let project = project();
    project.write(
        "report.csv",
        "\u{feff}\"File\",\"Coder\",\"Coded\",\"Id\",\"Codename\",\"Coded_Memo\",\"Category\",\"Category\",\"FileVar_age\"\r\n\
         \"talk\",\"Jo Doe\",\"War is costly\",\"ctid:1\",\"cost\",\"so\nit is\",\"war\",\"conflict\",\"30\"\r\n\
         \"talk\",\"default\",\"norms bind\",\"ctid:2\",\"norms\",\"\",\"\"\r\n\
         \"talk\",\"default\",\"a/v\",\"avid:3\",\"norms\",\"\",\"\"\r\n",
    );
    expect![[r#"
        annotations: 2 new
        --- stderr
        read as a coding report of QualCoder: 2 passages placed by words, 1 not placed
        warning: left aside: the columns `FileVar_age`
        warning: refused: report.csv, row 4, column `Id`: `avid:3`: a part of a recording is coded here, and postil has texts only
        1 refused row in `bad.csv`, with the reasons
        4 codes made: conflict, conflict/war, conflict/war/cost, norms
        new coders: Jo-Doe, default
        change 2; `postil undo` takes it back
        --- status Some(3)
    "#]]
        .assert_eq(&project.run("import csv report.csv --create-codes --partial --rejects bad.csv").text());
    expect![[r#"
        15-25 "norms bind" norms (default) 
        29-42 "War is costly" conflict/war/cost (Jo-Doe) so
        it is
    "#]]
    .assert_eq(&said(&project));
    let bad = Sheet::read(&project, "bad.csv");
    assert_eq!((bad.cell(0, "row"), bad.cell(0, "Id")), ("4", "avid:3"));
}

#[test]
fn a_word_that_was_coded_wherever_it_occurs_is_coded_wherever_it_occurs() {
    let project = project();
    let rows =
        |from: u64| (from..from + 2).map(|id| format!("talk,jo,War,ctid:{id},war,\n")).collect::<String>();
    project.write("report.csv", format!("File,Coder,Coded,Id,Codename,Coded_Memo\n{}", rows(1)));
    let run = project.run("import csv report.csv --create-codes");
    assert!(run.out.contains("2 new"), "{}", run.text());
    // Each coding once for each of two cases.
    let by_case: String = rows(1).lines().chain(rows(1).lines()).map(|row| format!("Ann,{row}\n")).collect();
    project.write("cases.csv", format!("Case,Filename,Coder,Coded,Id,Codename,Coded_Memo\n{by_case}"));
    let run = project.run("import csv cases.csv");
    assert!(run.out.contains("4 already there"), "{}", run.text());
    expect![[r#"
        29-32 "War" war (jo) 
        44-47 "War" war (jo) 
    "#]]
    .assert_eq(&said(&project));
}

#[test]
fn positions_are_believed_in_the_unit_in_which_the_words_are_there() {
    let project = project();
    let [(start, end), _] = place("War is rare");
    let [_, (start16, end16)] = place("a speech act");
    let short = place("war\nends")[0];
    project.write(
        "relations.csv",
        format!(
            "Filename;Codename;pos0;pos1;Text;Owner\r\n\
             talk.txt;points;{start};{end};War is rare;jo\r\n\
             talk;units;{start16};{end16};a speech act;jo\r\n\
             talk;short;{};{};war ends;jo\r\n\
             talk;elsewhere;0;11;norms bind;jo\r\n\
             talk;huge;99999999999;5;who cares?;jo\r\n",
            short.0, short.1
        ),
    );
    let run = project.run("import csv relations.csv --create-codes");
    assert!(run.err.starts_with(
        "read as a table of codings of QualCoder: 3 passages placed by positions, 2 by words\n"
    ));
    expect![[r#"
        15-25 "norms bind" elsewhere (jo) 
        44-55 "War is rare" points (jo) 
        62-70 "war\nends" short (jo) 
        90-102 "a speech act" units (jo) 
        119-129 "who cares?" huge (jo) 
    "#]]
    .assert_eq(&said(&project));
}

#[test]
fn rqda_requal_and_stam_agree_on_what_is_coded() {
    let [(start, end), (start16, end16)] = place("a speech act");
    let bytes = TALK.find("a speech act").unwrap();
    let tables = [
        format!(
            "\"\",\"rowid\",\"cid\",\"fid\",\"codename\",\"filename\",\"index1\",\"index2\",\"CodingLength\"\n\
             \"1\",1,1,1,\"acts\",\"talk\",{start},{end},{}\n",
            end - start
        ),
        format!(
            "doc_name,doc_id,segment_start,segment_end,code_name,code_id,segment_text,user_name\n\
             talk,1,{},{end16},acts,1,a speech act,ana\n",
            start16 + 1
        ),
        format!(
            "Type\tId\tText\tTextSelection\tset/code\nAnnotation\tA\ta speech act\ttalk.txt#{start}-{end}\tacts\n"
        ),
        format!(
            "Text\tTextResource\tBeginUtf8Offset\tEndUtf8Offset\tcode\na speech act\ttalk.txt\t{bytes}\t{}\tacts\n",
            bytes + "a speech act".len()
        ),
        format!(
            "TextSelection\tcode\ntalk.txt#-{}--{}\tacts\n",
            TALK.chars().count() - start,
            TALK.chars().count() - end
        ),
    ];
    for table in tables {
        let project = project();
        project.write("table.csv", &table);
        let run = project.run("import csv table.csv --create-codes");
        assert!(run.err.contains(": 1 passage placed by positions"), "{table}{}", run.text());
        assert_eq!(said(&project), format!("{start}-{end} \"a speech act\" acts (ana) \n"), "{table}");
    }
}

#[test]
fn positions_that_no_words_vouch_for_are_taken_and_said_to_be_unchecked() {
    let project = project();
    project.write(
        "t.csv",
        "codename,filename,index1,index2\nacts,talk,3,12\nacts,talk,3,9999\nacts,talk,NA,NA\n",
    );
    expect![[r#"
        annotations: 1 new
        --- stderr
        read as a coding table of RQDA: 1 passage placed by positions, 2 not placed
        warning: the table has no words to check its positions by: look at some passages with `postil list`
        warning: refused: t.csv, row 3, column `index1`: `3-9999`: is no passage of the text, which has 130 characters
        warning: refused: t.csv, row 4, column `index1`: ``: the row names no passage
        1 code made: acts
        new coders: ana
        change 2; `postil undo` takes it back
        --- status Some(3)
    "#]].assert_eq(&project.run("import csv t.csv --create-codes --partial").text());
}
