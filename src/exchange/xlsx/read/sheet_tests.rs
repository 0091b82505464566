//! Cells of Office Open XML sheets, typed and odd.

use expect_test::expect;

use super::super::made::{csv, refused, xlsx};

const STYLES: &str = "<numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\\-dd\\ hh:mm:ss\"/>\
                      <numFmt numFmtId=\"165\" formatCode=\"[h]:mm\"/></numFmts>\
                      <cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>\
                      <cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/><xf numFmtId=\"165\"/>\
                      <xf numFmtId=\"9\"/><xf numFmtId=\"49\"/></cellXfs>";

/// A sheet of notes with one cell in its only row.
fn note(cell: &str) -> Vec<u8> {
    let header =
        "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>quote</v></c><c r=\"B1\" t=\"str\"><v>note</v></c></row>";
    let rows = format!("{header}<row r=\"2\"><c r=\"A2\" t=\"str\"><v>q</v></c>{cell}</row>");
    xlsx(&[("annotations", &rows)], "<si><t>one</t></si><si><t>two</t></si>", STYLES)
}

fn read_note(cell: &str) -> String {
    let text = csv(&note(cell));
    text.strip_prefix("annotations: quote,note\nq,").unwrap().trim_end_matches('\n').to_owned()
}

#[test]
fn cells_of_every_type_become_text_as_people_mean_it() {
    for (cell, text) in [
        ("<c r=\"B2\" t=\"s\"><v>1</v></c>", "two"),
        ("<c r=\"B2\" t=\"inlineStr\"><is><r><t>a</t></r><r><t> b</t></r></is></c>", "a b"),
        ("<c r=\"B2\" t=\"str\"><f>A1&amp;\"x\"</f><v>quotex</v></c>", "quotex"),
        ("<c r=\"B2\" t=\"str\"><f>\"\"</f><v></v></c>", ""),
        ("<c r=\"B2\"><v>12</v></c>", "12"),
        ("<c r=\"B2\"><v>12.0</v></c>", "12"),
        ("<c r=\"B2\" t=\"n\"><f>1/4</f><v>0.25</v></c>", "0.25"),
        ("<c r=\"B2\"><v>1.23456789012346E+19</v></c>", "1.23456789012346E+19"),
        ("<c r=\"B2\" t=\"b\"><v>1</v></c>", "TRUE"),
        ("<c r=\"B2\" t=\"b\"><v>0</v></c>", "FALSE"),
        ("<c r=\"B2\" t=\"e\"><v>#NAME?</v></c>", "#NAME?"),
        ("<c r=\"B2\" t=\"d\"><v>2026-11-22T08:33:53</v></c>", "2026-11-22 08:33:53"),
        ("<c r=\"B2\" s=\"1\"><v>46348</v></c>", "2026-11-22"),
        ("<c r=\"B2\" s=\"2\"><v>46348.35686342593</v></c>", "2026-11-22 08:33:53"),
        ("<c r=\"B2\" s=\"3\"><v>1.5</v></c>", "36:00:00"),
        ("<c r=\"B2\" s=\"4\"><v>0.07</v></c>", "7%"),
        ("<c r=\"B2\" s=\"5\"><v>7</v></c>", "7"),
        ("<c r=\"B2\" s=\"99\"/>", ""),
        ("<c><v>5</v></c>", "5"),
    ] {
        assert_eq!(read_note(cell), text, "{cell}");
    }
}

#[test]
fn line_breaks_and_control_characters_come_back() {
    let text = read_note(
        "<c r=\"B2\" t=\"inlineStr\"><is><t xml:space=\"preserve\"> a_x000D_b_x000B_\tc </t></is></c>",
    );
    assert_eq!(text, "\" a\rb\u{b}\tc \"");
}

#[test]
fn a_formula_that_nobody_calculated_is_no_blank_cell() {
    for cell in [
        "<c r=\"B2\"><f>1+1</f></c>",
        "<c r=\"B2\"><f>1+1</f><v/></c>",
        "<c r=\"B2\" t=\"str\"><f>A1</f></c>",
    ] {
        assert_eq!(read_note(cell), "#CALC!", "{cell}");
    }
}

#[test]
fn rows_and_cells_may_leave_out_where_they_are() {
    let rows = "<row><c t=\"str\"><v>id</v></c><c/><c t=\"str\"><v>note</v></c></row>\
                <row/><row r=\"7\"><c r=\"C7\" t=\"str\"><v>x</v></c></row><row><c t=\"str\"><v>y</v></c></row>";
    assert_eq!(csv(&xlsx(&[("annotations", rows)], "", "")), "annotations: id,,note\n\n\n\n\n\n,,x\ny,,\n");
}

#[test]
fn a_cell_in_the_last_corner_costs_nothing() {
    let rows = "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>id</v></c></row><row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>";
    let text = csv(&xlsx(&[("annotations", rows)], "", ""));
    assert!(text.ends_with("\n,1\n") && text.len() < 1_100_000, "{}", text.len());
}

#[test]
fn rows_that_no_spreadsheet_writes_are_refused_with_the_sheet() {
    let said = |cell: &str| refused(&note(cell)).lines().next().unwrap().to_owned();
    let cells = [
        "<c r=\"B3\"><v>1</v></c>",
        "<c r=\"A2\"><v>1</v></c>",
        "<c r=\"XFE2\"><v>1</v></c>",
        "<c r=\"2\"><v>1</v></c>",
        "<c r=\"B2\" t=\"z\"><v>1</v></c>",
        "<c r=\"B2\" t=\"s\"><v>2</v></c>",
        "<c r=\"B2\" t=\"s\"><v>x</v></c>",
        "<c r=\"B2\"><v>twelve</v></c>",
        "<c r=\"B2\"><v>1",
    ];
    let said: Vec<String> = cells.iter().map(|cell| said(cell)).collect();
    expect![[r#"
        sheet `annotations`: the workbook's file `xl/worksheets/s1.xml` is not one of a spreadsheet: a cell is not what its row says
        sheet `annotations`: row 2 has two cells in one column
        sheet `annotations`: the workbook's file `xl/worksheets/s1.xml` is not one of a spreadsheet: a cell has no place
        sheet `annotations`: the workbook's file `xl/worksheets/s1.xml` is not one of a spreadsheet: a cell has no place
        sheet `annotations`: the workbook's file `xl/worksheets/s1.xml` is not one of a spreadsheet: a cell is not what its row says
        sheet `annotations`: the workbook's file `xl/worksheets/s1.xml` is not one of a spreadsheet: there is no text of number `2`
        sheet `annotations`: the workbook's file `xl/worksheets/s1.xml` is not one of a spreadsheet: there is no text of number `x`
        sheet `annotations`: the number of a cell is `twelve`
        sheet `annotations`: the workbook's file `xl/worksheets/s1.xml` is not one of a spreadsheet: it is not XML"#]]
    .assert_eq(&said.join("\n"));
}
