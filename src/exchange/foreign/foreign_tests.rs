//! Headers recognised, and rows read as their programs mean them.

use super::super::csv::{Headed, ReadOptions};
use super::*;
use crate::domain::units::Unit::{self, Bytes, CodePoints, Utf16};

fn open(table: &str, origin: Option<Origin>) -> Result<Recognised<&[u8]>> {
    recognise(Headed::read(table.as_bytes(), &names(), ReadOptions::default())?, origin)
}

fn reader(table: &str) -> ForeignReader<&[u8]> {
    match open(table, None) {
        Ok(Recognised::Foreign(reader)) => reader,
        Ok(Recognised::Own(_)) => panic!("taken for ours: {table}"),
        Err(error) => panic!("refused: {table}: {error}"),
    }
}

/// The rows that are of a passage, or their refusals, settled at the end.
fn rows(table: &str) -> Vec<Result<ForeignRow, String>> {
    let mut reader = reader(table);
    let mut rows = Vec::new();
    while let Some(outcome) = reader.next_row().expect("the table can be read") {
        match outcome {
            Ok(Some(row)) => rows.push(Ok(row)),
            Ok(None) => {}
            Err(refusal) => rows.push(Err(refusal.to_string())),
        }
    }
    let settle = |row: ForeignRow| match reader.table().settle(&row) {
        Err(refusal) if row.doubtful => Err(refusal.to_string()),
        _ => Ok(row),
    };
    rows.into_iter().map(|row| row.and_then(settle)).collect()
}

fn row(table: &str) -> ForeignRow {
    let mut rows = rows(table);
    assert_eq!(rows.len(), 1, "{table}");
    rows.remove(0).unwrap()
}

fn path(row: &ForeignRow) -> String {
    row.codes.iter().map(|levels| levels.join("/")).collect::<Vec<_>>().join(" + ")
}

fn from_start(unit: Unit, start: u32, end: u32) -> Reading {
    Reading { unit, start: Bound::FromStart(start), end: Bound::FromStart(end) }
}

#[test]
fn each_program_is_known_by_its_header_in_any_case_order_and_delimiter() {
    for (header, title) in [
        ("id,document,tag,content", "a highlights table of Taguette"),
        ("CONTENT;Tag;Document", "a highlights table of Taguette"),
        (
            "File,Coder,Coded,Id,Codename,Coded_Memo,Category,Category,FileVar_age",
            "a coding report of QualCoder",
        ),
        ("Datei,Coder,Coded,Id,Codename,Coded_Memo", "a coding report of QualCoder"),
        ("Case,Filename,Coder,Coded,Id,Codename,Coded_Memo,CaseVar_x", "a coding report of QualCoder"),
        ("cid,Code name,pos0,pos1,Text,Coded memo,File name", "a table of codings of QualCoder"),
        ("Filename\tCodename\tpos0\tpos1\tText\tOwner", "a table of codings of QualCoder"),
        (",rowid,cid,fid,codename,filename,index1,index2,CodingLength", "a coding table of RQDA"),
        (
            "doc_name,doc_id,segment_start,segment_end,code_name,code_id,segment_text,user_name",
            "a segments table of requal",
        ),
        ("\"\",\"doc.name\",\"doc.id\",\"code.name\",\"segment.text\"", "a segments table of requal"),
        ("Type\tId\tText\tTextSelection", "a TSV of the STAM tools"),
        ("Text\tTextResource\tBeginOffset\tEndOffset\tpos", "a TSV of the STAM tools"),
        ("resource\tbegin\tend\tkey\tvalue", "a TSV of the STAM tools"),
        ("Text\tResource\tBeginUtf8Offset\tEndUtf8Offset\tset/key", "a TSV of the STAM tools"),
    ] {
        assert_eq!(reader(&format!("\u{feff}{header}\n")).table().title(), title, "{header}");
    }
}

#[test]
fn a_header_of_ours_is_ours_whatever_else_it_fits() {
    let own = |header: &str| matches!(open(header, None), Ok(Recognised::Own(_)));
    assert!(own("id,document,start,end,quote,code,coder,note,action,lineage\n"));
    assert!(own("document,quote,code,tag,content\n"));
    assert!(own("id,lineage,tag,content,pos0,pos1,Filename,Codename\n"));
    assert!(own("id,note\n"));
    assert!(own("something,else\n"));
    let forced = open("document,quote,code,tag,content\n", Some(Origin::Other(Program::Taguette)));
    assert!(matches!(forced, Ok(Recognised::Foreign(_))));
    assert!(matches!(open("id,document,tag,content\n", Some(Origin::Postil)), Ok(Recognised::Own(_))));
}

#[test]
fn a_table_that_is_not_the_one_it_is_said_to_be_is_refused_with_what_it_lacks() {
    let error = open("id,document,tag\n", Some(Origin::Other(Program::Taguette))).map(drop).unwrap_err();
    assert_eq!(error.message(), "this is no table of Taguette: its columns are `id`, `document`, `tag`");
    assert!(error.hints()[0].contains("`content`"), "{error:?}");
    for program in Program::ALL {
        assert!(open("a,b\n", Some(Origin::Other(program))).is_err(), "{program:?}");
    }
}

#[test]
fn tables_that_hold_no_codings_say_where_they_belong() {
    let refused = |header: &str| open(header, None).map(drop).unwrap_err();
    let codebook = refused("tag,description,number of highlights,number of documents\n");
    assert!(codebook.hints()[0].contains("postil code import"), "{codebook:?}");
    let store = "Id,AnnotationData,AnnotationDataSet,SelectorType,TargetResource,TargetAnnotation,TargetDataSet,\
                 BeginOffset,EndOffset\n";
    assert!(refused(store).message().contains("another file"));
    assert!(refused("Text\tBeginOffset\tEndOffset\tpos\n").hints()[0].contains("`TextResource`"));
    assert!(
        refused("case id,case name,file id,file name,pos0,pos1,text,trust\n").hints()[0]
            .contains("coding report")
    );
}

#[test]
fn a_column_that_is_there_twice_is_refused_only_where_it_counts() {
    let error = open("tag,document,Tag,content\n", None).map(drop).unwrap_err();
    assert!(error.message().contains("`tag` is there twice"), "{error:?}");
    assert!(open("document,tag,content,mood,mood\n", None).is_ok());
}

#[test]
fn a_highlight_of_taguette_has_words_and_a_tag_or_none() {
    let table = "id,document,tag,content\r\n7,Talk 1, in vivo: trust ,\"he said \"\"no\"\" , twice\"\r\n8,Talk 1,,=1+1\r\n";
    let rows = rows(table);
    let first = rows[0].as_ref().unwrap();
    assert_eq!((first.mark.as_str(), first.document.as_str()), ("7", "Talk 1"));
    assert_eq!((path(first).as_str(), first.quote.as_str()), ("in vivo: trust", "he said \"no\" , twice"));
    let second = rows[1].as_ref().unwrap();
    assert!(second.codes.is_empty());
    // What a program of its own wrote has no guard to be taken off.
    assert_eq!(second.quote, "=1+1");
    assert_eq!(row("document,tag,content\nd,t,''tis\n").quote, "''tis");
}

#[test]
fn a_report_of_qualcoder_puts_the_outermost_category_first() {
    let table = "File,Coder,Coded,Id,Codename,Coded_Memo,Category,Category\n\
                 a,ana,words,ctid:1,trust,why,inner,outer\n\
                 a,ana,words,ctid:2,doubt,\n";
    let rows = rows(table);
    let first = rows[0].as_ref().unwrap();
    assert_eq!(path(first), "outer/inner/trust");
    assert_eq!((first.coder.as_str(), first.note.as_str()), ("ana", "why"));
    assert_eq!(path(rows[1].as_ref().unwrap()), "doubt");
    let case = row("Case,Filename,Coder,Coded,Id,Codename,Coded_Memo\nAnn,talk,ana,words,ctid:1,trust,\n");
    assert_eq!(case.document, "talk");
}

#[test]
fn images_and_recordings_are_refused_by_what_they_are() {
    let table = "File,Coder,Coded,Id,Codename\na,ana,image,imid:1,trust\nb,ana,a/v,avid:1,trust\n";
    let rows = rows(table);
    assert!(rows[0].as_ref().unwrap_err().contains("an image"), "{rows:?}");
    assert!(rows[1].as_ref().unwrap_err().contains("a recording"), "{rows:?}");
}

const REPORT: &str = "File,Coder,Coded,Id,Codename,Coded_Memo,Category,Category,FileVar_age,FileVar_sex\n";

fn paths(lines: &str) -> Vec<String> {
    let settled = rows(&format!("{REPORT}{lines}"));
    settled.into_iter().map(|row| row.map_or_else(|refusal| refusal, |row| path(&row))).collect()
}

#[test]
fn variables_that_slipped_into_the_columns_of_categories_are_not_taken_for_them() {
    // As QualCoder writes them: a row with fewer categories is shorter.
    let lines =
        "a,x,w,ctid:1,trust,,inner,outer,30,\na,x,w,ctid:2,doubt,,outer,30,f\na,x,w,ctid:3,hope,,30,f\n";
    assert_eq!(paths(lines), ["outer/inner/trust", "outer/doubt", "hope"]);
    // With each variable below its own column, as in a sheet.
    let lines =
        "a,x,w,ctid:1,trust,,inner,outer,30,\na,x,w,ctid:2,doubt,,outer,,30,f\na,x,w,ctid:3,hope,,,,30,f\n";
    assert_eq!(paths(lines), ["outer/inner/trust", "outer/doubt", "hope"]);
}

#[test]
fn rows_that_a_spreadsheet_filled_up_are_refused_where_nothing_tells_a_category_from_a_variable() {
    let lines = "a,x,w,ctid:1,trust,,inner,outer,30,f\na,x,w,ctid:2,doubt,,outer,30,f,\nb,x,w,ctid:3,trust,,inner,outer,40,\n";
    let paths = paths(lines);
    assert_eq!((paths[0].as_str(), paths[2].as_str()), ("outer/inner/trust", "outer/inner/trust"));
    assert!(
        paths[1].starts_with("row 3, column `Codename`: `doubt`: its categories can't be told"),
        "{paths:?}"
    );
}

#[test]
fn a_code_that_stands_in_two_places_is_refused_the_second_time() {
    let lines = "a,x,w,ctid:1,trust,,inner,outer,30,f\na,x,w,ctid:2,trust,,outer,30,f\na,x,w,ctid:3,hope,\n";
    let paths = paths(lines);
    assert!(paths[1].contains("it stands below `outer`, unlike in row 2"), "{paths:?}");
    assert!(paths[2].contains("it was cut"), "{paths:?}");
}

#[test]
fn a_refused_row_keeps_its_variables_below_their_columns_and_comes_back_as_it_was() {
    let table = format!("{REPORT}a,x,w,ctid:2,doubt,,outer,30,f\n");
    let mut report = reader(&table);
    report.next_row().unwrap();
    let cells = report.last_cells();
    assert_eq!(cells[6..], ["outer", "", "30", "f"]);
    let again = format!("{},row,reason\n{},2,why\n", REPORT.trim_end(), cells.join(","));
    assert_eq!(path(&row(&again)), "outer/doubt");
    // Also one that is full and ends with a blank, which a file of another hand would leave in doubt.
    let full = format!("{},row,reason\na,x,w,ctid:1,trust,,inner,outer,30,,2,why\n", REPORT.trim_end());
    assert_eq!(path(&row(&full)), "outer/inner/trust");
    // But not one that was refused for just that.
    let reason = rows(&format!("{REPORT}a,x,w,ctid:1,trust,,inner,outer,30,\n")).remove(0).unwrap_err();
    let refused = full.replace("why", &format!("\"{reason}\""));
    assert_eq!(rows(&refused), [Err(reason)]);
}

#[test]
fn positions_of_qualcoder_may_be_code_points_or_utf_16_units() {
    let read =
        row("cid;Code name;pos0;pos1;Text;Coded memo;File name\n4;trust;12.0;20;words;memo;talk.docx\n");
    assert_eq!(read.readings, [from_start(CodePoints, 12, 20), from_start(Utf16, 12, 20)]);
    assert_eq!((read.document.as_str(), read.note.as_str()), ("talk.docx", "memo"));
    let damaged = row("Filename,Codename,pos0,pos1,Text,Owner\na,c,1.2E+05,130000,words,jo\n");
    assert!(damaged.readings.is_empty());
    assert!(damaged.bad_position.unwrap().reason.contains("rounded"));
}

#[test]
fn rqda_counts_from_0_and_its_length_shows_a_changed_position() {
    let header =
        "\"\",\"rowid\",\"cid\",\"fid\",\"codename\",\"filename\",\"index1\",\"index2\",\"CodingLength\"\n";
    let read = row(&format!("{header}\"1\",3,1,1,\"trust\",\"talk 1\",99995,1e+05,5\n"));
    assert_eq!(read.readings, [from_start(CodePoints, 99_995, 100_000)]);
    assert_eq!((read.mark.as_str(), read.document.as_str(), path(&read).as_str()), ("3", "talk 1", "trust"));
    let changed = row(&format!("{header}\"1\",3,1,1,\"trust\",\"talk 1\",10,20,9\n"));
    assert!(changed.readings.is_empty() && changed.bad_position.is_some());
    let absent = row(&format!("{header}\"1\",3,1,1,\"trust\",\"talk 1\",NA,20,NA\n"));
    assert!(absent.readings.is_empty() && absent.bad_position.is_none());
}

#[test]
fn requal_counts_from_1_and_its_end_is_inclusive() {
    let table = "\"\",\"doc_name\",\"doc_id\",\"segment_start\",\"segment_end\",\"code_name\",\"code_id\",\
                 \"segment_text\",\"user_name\"\n\"1\",\"talk\",1,1,5,\"<U+0646>orm\",2,\"Norms\",NA\n";
    let read = row(table);
    assert_eq!(read.readings, [from_start(CodePoints, 0, 5), from_start(Utf16, 0, 5)]);
    assert_eq!((path(&read).as_str(), read.coder.as_str()), ("نorm", ""));
    let zero = row("doc_name,segment_start,segment_end,code_name,segment_text\ntalk,0,5,norm,Norms\n");
    assert!(zero.bad_position.unwrap().reason.contains("from 1"));
}

#[test]
fn stam_counts_from_either_end_in_code_points_or_bytes() {
    let selection = |cell: &str| row(&format!("Type\tId\tText\tTextSelection\nAnnotation\tA1\tx\t{cell}\n"));
    let read = selection("https://e.example/a#1/b.txt#6-11");
    assert_eq!(read.document, "https://e.example/a#1/b.txt");
    assert_eq!(read.readings, [from_start(CodePoints, 6, 11)]);
    let from_end = Reading { unit: CodePoints, start: Bound::FromEnd(5), end: Bound::FromEnd(0) };
    assert_eq!(selection("a.txt#-5--0").readings, [from_end]);
    assert_eq!(selection("a.txt#6-+11").readings, []);
    assert!(selection("a.txt#6").bad_position.is_some());
    let bytes = row("Text\tTextResource\tBeginByte\tEndByte\tcode\nx\ta.txt\t3\t7\tnorm\n");
    assert_eq!(bytes.readings, [from_start(Bytes, 3, 7)]);
    let pair = row("Text\tTextResource\tOffset\tcode\nx\ta.txt\t3--0\tnorm\n");
    assert_eq!(pair.readings[0].end, Bound::FromEnd(0));
}

#[test]
fn values_of_stam_are_codes_below_their_key_unless_the_key_says_what_they_are() {
    let table = "Text\tTextSelection\tTextResource\tset/pos\tset/code\tset/creator\tset/comment\n\
                 x\ta.txt#0-1\t-\tnoun|name\tnorms\tJo Doe\twhy?\n\
                 x\ta.txt#0-1\t-\t-\t-\t-\t-\n";
    let rows = rows(table);
    let read = rows[0].as_ref().unwrap();
    assert_eq!(path(read), "pos/noun + pos/name + norms");
    assert_eq!(
        (read.document.as_str(), read.coder.as_str(), read.note.as_str()),
        ("a.txt", "Jo Doe", "why?")
    );
    assert!(rows[1].as_ref().unwrap().codes.is_empty());
    let pair = row("Text\tTextResource\tBeginOffset\tEndOffset\tkey\tvalue\nx\ta.txt\t0\t1\tpos\tverb\n");
    assert_eq!(path(&pair), "pos/verb");
}

#[test]
fn a_quote_opens_nothing_in_a_tsv_of_stam_unless_a_spreadsheet_saved_it() {
    let header = "Type\tId\tText\tTextSelection\n";
    let quote = |cell: &str| row(&format!("{header}Annotation\tA1\t{cell}\ta.txt#0-5\n")).quote;
    assert_eq!(quote("\"Norms bind,\" she said"), "\"Norms bind,\" she said");
    assert_eq!(quote("\"Norms bind\""), "\"Norms bind\"");
    assert_eq!(quote("\"\"\"Norms bind,\"\" she said\""), "\"Norms bind,\" she said");
    let comma = "Type,Id,Text,TextSelection\nAnnotation,A1,\"\"\"Norms,\"\" she said\",a.txt#0-5\n";
    assert_eq!(row(comma).quote, "\"Norms,\" she said");
}

#[test]
fn rows_of_stam_that_are_no_passage_are_passed_over_and_several_passages_refused() {
    let table =
        "Type\tId\tText\tTextSelection\nAnnotationData\tD1\t-\t-\nAnnotation\tA1\tx|y\ta.txt#0-1|a.txt#4-5\n";
    let rows = rows(table);
    assert_eq!(rows.len(), 1);
    assert!(rows[0].as_ref().unwrap_err().contains("several passages"), "{rows:?}");
}

#[test]
fn columns_that_nothing_is_taken_from_are_named_and_those_of_ids_are_not() {
    let aside = |table: &str| reader(table).table().columns().aside.clone();
    assert_eq!(aside(REPORT), ["FileVar_age", "FileVar_sex"]);
    assert_eq!(aside("id,document,tag,content,mood,row,reason\n"), ["mood"]);
    assert!(aside(",rowid,cid,fid,codename,filename,index1,index2,CodingLength\n").is_empty());
}
