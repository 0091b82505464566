use expect_test::expect;

use super::*;
use crate::ui::ColorMode;
use crate::ui::tests::face;

const TEXT: &str = "Norms bind states, and states bind norms.\nNobody asked.\n\nThe end.\n";

fn mark(start: u32, end: u32, name: &'static str, color: &'static str) -> Mark<'static> {
    Mark { range: CharRange::new(start, end).unwrap(), name, by: "ana #1".to_owned(), color, note: "" }
}

/// Three marks that nest, cross, and go on over the end of a line.
fn marks() -> Vec<Mark<'static>> {
    vec![
        mark(0, 17, "norms", "#0072b2"),
        Mark { note: "who binds\nwhom?", ..mark(6, 10, "actors/state", "#e69f00") },
        mark(11, 48, "schools/copenhagen/securitization", ""),
        mark(11, 48, "threats", "#009e73"),
    ]
}

fn shown(color: ColorMode, terminal: bool, text: &str, marks: &[Mark<'_>], options: &PageOptions) -> String {
    let (mut ui, out, _) = face(terminal, color, false);
    page(&mut ui, text, marks, options).unwrap();
    drop(ui);
    out.text()
}

fn named(width: Option<usize>) -> PageOptions {
    PageOptions { width, names: true, numbers: Vec::new() }
}

/// The page in colour without its colours: the places of bars and names.
fn uncolored(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        plain.push_str(before);
        rest = after.split_once('m').map_or("", |(_, rest)| rest);
    }
    plain + rest
}

#[test]
fn without_colour_brackets_are_numbered_and_explained_below_the_paragraph() {
    expect![[r#"
        [1|Norms [2|bind|2] [3|states|1], and states bind norms.
        Nobody|3] asked.
            [1] norms (ana #1)
            [2] actors/state (ana #1): who binds whom?
            [3] schools/copenhagen/securitization (ana #1)
            [3] threats (ana #1)

        The end.
    "#]]
    .assert_eq(&shown(ColorMode::Never, false, TEXT, &marks(), &named(None)));
}

#[test]
fn without_colour_and_names_the_brackets_stay() {
    let options = PageOptions { names: false, numbers: vec![(0, 1), (57, 2)], width: Some(30) };
    expect![[r#"
        p1  [1|Norms [2|bind|2]
            [3|states|1], and states
            bind norms.
            Nobody|3] asked.

        p2  The end.
    "#]]
    .assert_eq(&shown(ColorMode::Never, false, TEXT, &marks(), &options));
}

#[test]
fn in_colour_bars_follow_the_lines_and_names_stand_in_the_margin() {
    let page = shown(ColorMode::Always, true, TEXT, &marks(), &named(Some(72)));
    expect![[r#"
        ╶╶╭╭ Norms bind states, and states bind norms.    norms ana #1
          ││                                              actors/state ana #1
          ││                                                who binds whom?
          ││                                              …securitization ana #1
          ││                                              threats ana #1
          ╰╰ Nobody asked.

             The end.
    "#]]
    .assert_eq(&uncolored(&page));
}

#[test]
fn a_narrow_page_names_its_marks_below_the_line() {
    let page = shown(ColorMode::Always, true, TEXT, &marks(), &named(Some(30)));
    expect![[r#"
        ╶╶╭╭ Norms bind states, and
          ││ states bind norms.
          ││   norms ana #1
          ││   actors/state ana #1
          ││     who binds whom?
          ││   schools/copenhagen/securitization ana #1
          ││   threats ana #1
          ╰╰ Nobody asked.

             The end.
    "#]]
    .assert_eq(&uncolored(&page));
}

#[test]
fn overlapping_marks_blend_their_colours_and_are_underlined() {
    let marks = [mark(0, 2, "a", "#000000"), mark(1, 3, "b", "#ffffff")];
    let page = shown(ColorMode::Always, false, "abcd", &marks, &named(None));
    let first = page.lines().next().unwrap();
    expect![[r#"
        "\u{1b}[1m\u{1b}[38;5;16m╶\u{1b}[0m\u{1b}[1m\u{1b}[38;5;231m╶\u{1b}[0m \u{1b}[97m\u{1b}[48;5;16ma\u{1b}[0m\u{1b}[4m\u{1b}[97m\u{1b}[48;5;102mb\u{1b}[0m\u{1b}[30m\u{1b}[48;5;231mc\u{1b}[0md"
    "#]].assert_debug_eq(&first);
}

#[test]
fn foreign_text_cannot_act_on_a_terminal() {
    let text = "a\u{1b}[31mb\u{202e}c\n";
    let marks = [Mark { note: "\u{1b}[2J", ..mark(0, 1, "x\u{7}", "#000000") }];
    for color in [ColorMode::Never, ColorMode::Always] {
        for width in [None, Some(40), Some(80)] {
            let page = uncolored(&shown(color, true, text, &marks, &named(width)));
            let acting = page.chars().any(|character| character.is_control() && character != '\n');
            assert!(!acting && !page.contains('\u{202e}'), "{page:?}");
            assert!(page.contains("\\u{1b}[31m") && page.contains("\\u{7}"), "{page:?}");
        }
    }
    let piped = shown(ColorMode::Never, false, "a\u{1b}b", &[], &named(None));
    assert_eq!(piped, "a\u{1b}b\n");
}

#[test]
fn a_text_without_marks_is_shown_as_it_is() {
    for text in ["", "one line", "\n\n  indented\n\tand a tab\n"] {
        let shown = shown(ColorMode::Never, false, text, &[], &named(None));
        assert_eq!(shown.trim_end_matches('\n'), text.trim_end_matches('\n'));
    }
}
