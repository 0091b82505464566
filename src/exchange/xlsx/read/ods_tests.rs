//! Cells of OpenDocument tables, typed, repeated and odd.

use super::super::made::{csv, ods, read, refused};

/// A table of notes with one more cell in its second row.
fn read_note(cell: &str) -> String {
    let text = csv(&ods(&format!(
        "<table:table table:name=\"annotations\"><office:forms/><table:table-column/>\
         <table:table-row><table:table-cell office:value-type=\"string\"><text:p>quote</text:p></table:table-cell>\
         <table:table-cell office:value-type=\"string\"><text:p>note</text:p></table:table-cell></table:table-row>\
         <table:table-row><table:table-cell/>{cell}</table:table-row></table:table>"
    )));
    text.strip_prefix("annotations: quote,note\n").unwrap().trim_end_matches('\n').to_owned()
}

#[test]
fn cells_of_every_type_become_text_as_people_mean_it() {
    for (attributes, content, text) in [
        (
            "office:value-type=\"string\"",
            "<text:p>a<text:span>b</text:span><text:s text:c=\"2\"/>c<text:tab/></text:p>",
            "ab  c\t",
        ),
        (
            "office:value-type=\"string\"",
            "<text:p>one</text:p><text:p/><text:p>two<text:line-break/>3</text:p>",
            "\"one\n\ntwo\n3\"",
        ),
        (
            "office:value-type=\"string\"",
            "<office:annotation><text:p>comment</text:p></office:annotation><text:p>text</text:p>",
            "text",
        ),
        ("office:value-type=\"string\" office:string-value=\"stated\"", "<text:p>shown</text:p>", "stated"),
        ("office:value-type=\"float\" office:value=\"12\"", "<text:p>12,00</text:p>", "12"),
        ("office:value-type=\"percentage\" office:value=\"0.5\"", "<text:p>50,00%</text:p>", "50%"),
        (
            "office:value-type=\"currency\" office:value=\"5\" office:currency=\"EUR\"",
            "<text:p>5 \u{20ac}</text:p>",
            "5",
        ),
        (
            "office:value-type=\"date\" office:date-value=\"2026-11-22T08:33:53\"",
            "<text:p>22.11.26</text:p>",
            "2026-11-22 08:33:53",
        ),
        (
            "office:value-type=\"time\" office:time-value=\"PT12H30M00S\"",
            "<text:p>12:30</text:p>",
            "12:30:00",
        ),
        ("office:value-type=\"boolean\" office:boolean-value=\"true\"", "<text:p>WAHR</text:p>", "TRUE"),
        (
            "table:formula=\"of:=NA()\" office:value-type=\"string\" office:string-value=\"\" calcext:value-type=\"error\"",
            "<text:p>#N/A</text:p>",
            "#N/A",
        ),
        (
            "table:formula=\"of:=1+1\" office:value-type=\"float\" office:value=\"2\"",
            "<text:p>2</text:p>",
            "2",
        ),
        ("table:formula=\"of:=1+1\"", "", "#CALC!"),
        ("table:formula=\"of:=1+1\" office:value-type=\"float\"", "", "#CALC!"),
    ] {
        let cell = format!("<table:table-cell {attributes}>{content}</table:table-cell>");
        assert_eq!(read_note(&cell), format!(",{text}"), "{cell}");
    }
}

#[test]
fn a_formula_that_gave_a_blank_text_is_a_blank_cell() {
    let attributes =
        "table:formula=\"of:=&quot;&quot;\" office:value-type=\"string\" office:string-value=\"\"";
    assert_eq!(read_note(&format!("<table:table-cell {attributes}><text:p/></table:table-cell>")), "");
}

#[test]
fn what_is_repeated_stands_where_it_was() {
    let cell = |text: &str| {
        format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
    };
    let table = format!(
        "<table:table table:name=\"annotations\"><table:table-header-rows><table:table-row>{}{}</table:table-row></table:table-header-rows>\
         <table:table-row table:number-rows-repeated=\"3\"><table:table-cell table:number-columns-repeated=\"2\"/></table:table-row>\
         <table:table-row-group><table:table-row table:number-rows-repeated=\"2\"><table:table-cell table:number-columns-repeated=\"2\" \
         office:value-type=\"string\"><text:p>x</text:p></table:table-cell></table:table-row></table:table-row-group>\
         <table:table-row><table:covered-table-cell/>{}</table:table-row>\
         <table:table-row table:number-rows-repeated=\"1048570\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>\
         </table:table>",
        cell("id"),
        cell("note"),
        cell("y")
    );
    assert_eq!(csv(&ods(&table)), "annotations: id,note\n\n\n\nx,x\nx,x\n,y\n");
}

#[test]
fn only_the_tables_of_the_document_itself_are_sheets() {
    let row = "<table:table-row><table:table-cell office:value-type=\"string\"><text:p>handle</text:p></table:table-cell><table:table-cell office:value-type=\"string\"><text:p>name</text:p></table:table-cell></table:table-row>";
    let tables = format!(
        "<table:tracked-changes><table:cell-content-change><table:table-cell/></table:cell-content-change></table:tracked-changes>\
         <table:table table:name=\"coders\"><table:shapes><draw:frame><table:table table:name=\"x\">{row}</table:table></draw:frame></table:shapes>{row}\
         <table:named-expressions/></table:table><table:dde-links><table:dde-link><table:table>{row}{row}</table:table></table:dde-link></table:dde-links>"
    );
    assert_eq!(csv(&ods(&tables)), "coders: handle,name\n");
    assert!(read(&ods(&tables)).unwrap().passed_over.is_empty());
}

#[test]
fn cells_outside_of_a_sheet_and_tables_cut_short_are_refused() {
    let table = |rows: &str| refused(&ods(&format!("<table:table table:name=\"t\">{rows}</table:table>")));
    let text = "office:value-type=\"string\"><text:p>x</text:p></table:table-cell></table:table-row>";
    let wide = format!("<table:table-row><table:table-cell table:number-columns-repeated=\"16385\" {text}");
    assert!(table(&wide).contains("a cell stands outside of any sheet"));
    let far = format!("<table:table-row table:number-rows-repeated=\"4294967295\"><table:table-cell {text}");
    assert!(table(&far).contains("sheet `t`: row 4294967295 is beyond the end"), "{}", table(&far));
    assert!(table("<table:table-row><table:table-cell").contains("it is not XML"));
}
