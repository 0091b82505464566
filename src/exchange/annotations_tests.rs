//! The round trip of `annotations.csv`, and every way its rows are refused.

use proptest::prelude::*;

use super::super::rejects::RejectsWriter;
use super::*;

const HEADER: &str = "id,document,start,end,quote,code,coder,note,action,created,modified,before,after,\
                      document_sha256,lineage,quote_truncated";

fn sample<'a>(digest: &'a Digest, text: &'a str) -> AnnotationRow<'a> {
    AnnotationRow {
        id: Uuid::from_u128(7),
        document: text,
        start: 3,
        end: 9,
        quote: text,
        code: text,
        coder: text,
        note: text,
        created: 1_795_336_433_000,
        modified: 0,
        before: text,
        after: text,
        document_sha256: digest,
        lineage: "v0123456789abcdef",
    }
}

fn written(rows: &[AnnotationRow<'_>], options: WriteOptions) -> Vec<u8> {
    let mut writer = AnnotationWriter::new(Vec::new(), options).unwrap();
    rows.iter().for_each(|row| writer.write(row).unwrap());
    writer.finish().unwrap()
}

fn refusals(text: &str) -> Vec<String> {
    let mut reader = AnnotationReader::open(text.as_bytes(), ReadOptions::default()).unwrap();
    let mut found = Vec::new();
    while let Some(outcome) = reader.next_annotation().unwrap() {
        found.extend(outcome.err().map(|refusal| refusal.to_string()));
    }
    found
}

fn fold(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

fn tricky() -> impl Strategy<Value = String> {
    let text = prop_oneof![any::<String>(), "['=+@\"\r\n\t,;é🦀\u{FEFF} ]{0,12}"];
    text.prop_map(|text| text.replace('\0', ""))
}

proptest! {
    #[test]
    fn every_text_comes_back_from_a_file(
        texts in prop::collection::vec(tricky(), 0..5),
        bom in any::<bool>(),
        guard in any::<bool>(),
        delimiter in prop::sample::select(super::super::csv::Delimiter::ALL.to_vec()),
    ) {
        let digest = Digest::of(b"text");
        let rows: Vec<_> = texts.iter().map(|text| sample(&digest, text)).collect();
        let file = written(&rows, WriteOptions { bom, delimiter, guard });
        let mut reader = AnnotationReader::open(file.as_slice(), ReadOptions { guard, ..ReadOptions::default() }).unwrap();
        for (index, text) in texts.iter().enumerate() {
            let row = reader.next_annotation().unwrap().unwrap().unwrap();
            let expected = fold(text);
            let text = Some(expected.as_str());
            prop_assert_eq!(row, ParsedAnnotation {
                row: index as u64 + 2,
                id: Some(Uuid::from_u128(7)),
                document: text,
                start: Some(3),
                end: Some(9),
                quote: text,
                quote_truncated: false,
                code: text,
                coder: text,
                note: text,
                action: Action::Keep,
                created: Some(1_795_336_433_000),
                modified: Some(0),
                before: text,
                after: text,
                document_sha256: Some(digest),
                lineage: Some("v0123456789abcdef"),
            });
        }
        prop_assert!(reader.next_annotation().unwrap().is_none());
    }
}

#[test]
fn the_file_has_exactly_the_columns_of_the_contract() {
    let digest = Digest::of(b"");
    let file = String::from_utf8(written(&[sample(&digest, "=x")], WriteOptions::default())).unwrap();
    let time = "2026-11-22T08:33:53.000Z,1970-01-01T00:00:00.000Z";
    assert_eq!(
        file,
        format!(
            "\u{FEFF}{HEADER}\r\n00000000-0000-0000-0000-000000000007,'=x,3,9,'=x,'=x,'=x,'=x,,{time},'=x,'=x,\
             {digest},v0123456789abcdef,\r\n"
        )
    );
}

#[test]
fn a_missing_column_differs_from_a_blank_cell() {
    let mut reader = AnnotationReader::open(&b"document,note\ntext,\n"[..], ReadOptions::default()).unwrap();
    let row = reader.next_annotation().unwrap().unwrap().unwrap();
    assert_eq!((row.note, row.code, row.start, row.id), (Some(""), None, None, None));
    assert!(reader.has("note") && !reader.has("code"));
}

#[test]
fn positions_that_are_none_are_refused_with_row_column_and_value() {
    let text = "document,start,end\nd,-1,4\nd,9,4\nd,4,4\nd,1e3,4\nd,1,9223372036854775809\nd,1,\nd,,1\nd,12.0,\"14,0\"\n";
    let refusals = refusals(text);
    assert_eq!(refusals[0], "row 2, column `start`: `-1`: a position cannot be negative; the first is 0");
    assert_eq!(refusals[1], "row 3, column `end`: `4`: the passage would end at 4 and start at 9");
    assert!(refusals[2].starts_with("row 4, column `end`: `4`"));
    assert_eq!(
        refusals[3],
        "row 5, column `start`: `1e3`: a spreadsheet took this for a number and rounded it"
    );
    assert!(refusals[4].starts_with("row 6, column `end`: `9223372036854775809`"));
    assert!(
        refusals[5].starts_with("row 7, column `end`") && refusals[6].starts_with("row 8, column `start`")
    );
    assert_eq!(refusals.len(), 7);
}

#[test]
fn damaged_ids_lineages_times_and_actions_are_refused() {
    let text = "id,action,created,lineage,document_sha256,quote_truncated\n1.2E+35,,,,,\n#NAME?,,,,,\n,,,1E+19,,\n,,,v12,,\n\
                ,remove,,,,\n,,22.11.2026,,,\n,,,,ab,\n,,,,,maybe\n,DELETE,,v0123456789abcdef v0123456789abcdef,,TRUE\n";
    let refusals = refusals(text);
    assert!(refusals[0].starts_with("row 2, column `id`: `1.2E+35`: a spreadsheet took this for a number"));
    assert!(refusals[1].contains("formula"));
    assert!(refusals[2].starts_with("row 4, column `lineage`: `1E+19`"));
    assert!(refusals[3].starts_with("row 5, column `lineage`: `v12`"));
    assert!(refusals[4].contains("`remove`: is no action"));
    assert!(refusals[5].contains("is not a time"));
    assert!(refusals[6].contains("SHA-256"));
    assert!(refusals[7].contains("neither TRUE nor FALSE"));
    assert_eq!(refusals.len(), 8);
}

#[test]
fn texts_that_look_damaged_are_suspects_and_not_refused() {
    let text = "document,quote,note\nd,caf\u{FFFD},#REF!\n";
    let mut reader = AnnotationReader::open(text.as_bytes(), ReadOptions::default()).unwrap();
    assert!(reader.next_annotation().unwrap().unwrap().is_ok());
    let suspects: Vec<_> = reader.suspects().map(|suspect| suspect.refusal(2).to_string()).collect();
    assert!(
        suspects[0].starts_with("row 2, column `quote`: `caf\u{FFFD}`") && suspects[0].contains("U+FFFD")
    );
    assert!(suspects[1].starts_with("row 2, column `note`: `#REF!`") && suspects.len() == 2);
}

#[test]
fn a_new_row_may_lack_its_last_cells_but_an_exported_row_may_not() {
    let id = Uuid::from_u128(7);
    let text = format!("{HEADER}\n,doc,1,2,q,c\n{id},doc,1,2,q,c\n");
    assert_eq!(refusals(&text), ["row 3: has 6 cells where the header has 16"]);
}

#[test]
fn refused_rows_are_written_as_they_were_with_row_and_reason() {
    let text = "id,note,mine,row\n#REF!,'=1,\"a,b\",9\n,fine,,\nx\n";
    let mut reader = AnnotationReader::open(text.as_bytes(), ReadOptions::default()).unwrap();
    let options = WriteOptions { bom: false, ..WriteOptions::default() };
    let mut rejects = RejectsWriter::new(Vec::new(), options, reader.sheet().header()).unwrap();
    while let Some(outcome) = reader.next_annotation().unwrap() {
        if let Err(refusal) = outcome {
            rejects.write(reader.sheet().last_row().unwrap().cells(), &refusal).unwrap();
        }
    }
    assert_eq!(rejects.rows(), 2);
    let file = String::from_utf8(rejects.finish().unwrap()).unwrap();
    let lines: Vec<_> = file.lines().collect();
    assert_eq!(lines[0], "id,note,mine,row,reason");
    assert!(lines[1].starts_with("#REF!,'=1,\"a,b\",2,column id: a spreadsheet took"), "{file}");
    assert!(lines[2].starts_with("x,,,4,"), "{file}");
}

#[test]
fn long_quotes_are_shortened_and_marked() {
    let digest = Digest::of(b"");
    let long = "🦀".repeat(LONGEST_QUOTE / 2 + 1);
    let tall = "a\n".repeat(MOST_LINE_FEEDS + 1);
    let whole = "b\n".repeat(MOST_LINE_FEEDS);
    let rows = [&long, &tall, &whole].map(|quote| AnnotationRow { quote, ..sample(&digest, "d") });
    let file = written(&rows, WriteOptions::default());
    let mut reader = AnnotationReader::open(file.as_slice(), ReadOptions::default()).unwrap();
    for (original, shortened) in [(&long, true), (&tall, true), (&whole, false)] {
        let row = reader.next_annotation().unwrap().unwrap().unwrap();
        let quote = row.quote.unwrap();
        assert_eq!(row.quote_truncated, shortened);
        assert!(
            quote.encode_utf16().count() <= LONGEST_QUOTE && quote.matches('\n').count() <= MOST_LINE_FEEDS
        );
        assert!(original.starts_with(quote.strip_suffix('…').unwrap_or(quote)));
        assert_eq!(quote == original.as_str(), !shortened);
    }
}
