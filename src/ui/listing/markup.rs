//! Tables for papers: Markdown with pipes (as GitHub's and Pandoc's) and LaTeX with booktabs.
//!
//! Whatever a value says, it is text there and nothing else: no cell ends a row, opens a command or becomes a link.

use std::borrow::Cow;

use super::{Align, Cell, Column};
use crate::ui::escape::visible_line;
use crate::ui::width::on_one_line;

/// The two languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Markup {
    Markdown,
    Latex,
}

impl Markup {
    /// What stands before the first row: the heading and its rule.
    pub(super) fn heading(self, columns: &[Column]) -> String {
        let titles = columns.iter().map(|column| self.text(&column.title));
        match self {
            Markup::Markdown => {
                let rule = columns.iter().map(|column| match column.align {
                    Align::Left => "---".to_owned(),
                    Align::Right => "---:".to_owned(),
                });
                self.line(titles) + &self.line(rule)
            }
            Markup::Latex => {
                let sides: String = columns
                    .iter()
                    .map(|column| match column.align {
                        Align::Left => 'l',
                        Align::Right => 'r',
                    })
                    .collect();
                format!("\\begin{{tabular}}{{{sides}}}\n\\toprule\n{}\\midrule\n", self.line(titles))
            }
        }
    }

    /// One row.
    pub(super) fn row(self, columns: &[Column], cells: &[Cell<'_>]) -> String {
        self.line(columns.iter().zip(cells).map(|(column, cell)| self.text(&cell.rounded(column.decimals))))
    }

    /// What stands after the last row.
    pub(super) fn end(self) -> &'static str {
        match self {
            Markup::Markdown => "",
            Markup::Latex => "\\bottomrule\n\\end{tabular}\n",
        }
    }

    fn line(self, cells: impl Iterator<Item = String>) -> String {
        let cells: Vec<String> = cells.collect();
        match self {
            Markup::Markdown => format!("| {} |\n", cells.join(" | ")),
            Markup::Latex => format!("{} \\\\\n", cells.join(" & ")),
        }
    }

    fn text(self, value: &str) -> String {
        // A control character stops LaTeX, and one that turns the line around deceives the reader of either.
        let one_line = on_one_line(value);
        let visible: Cow<'_, str> = visible_line(&one_line);
        let mut out = String::with_capacity(visible.len());
        for character in visible.chars() {
            match self {
                Markup::Markdown => push_markdown(&mut out, character),
                Markup::Latex => push_latex(&mut out, character),
            }
        }
        out
    }
}

/// CommonMark takes a backslash before any ASCII punctuation as that character itself. `$` and `~` are no signs of
/// CommonMark, but of the programs that read it.
fn push_markdown(out: &mut String, character: char) {
    if matches!(character, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '$') {
        out.push('\\');
    }
    out.push(character);
}

fn push_latex(out: &mut String, character: char) {
    match character {
        '&' | '%' | '$' | '#' | '_' | '{' | '}' => out.extend(['\\', character]),
        '\\' => out.push_str("\\textbackslash{}"),
        '~' => out.push_str("\\textasciitilde{}"),
        '^' => out.push_str("\\textasciicircum{}"),
        '<' => out.push_str("\\textless{}"),
        '>' => out.push_str("\\textgreater{}"),
        '|' => out.push_str("\\textbar{}"),
        '"' => out.push_str("\\textquotedbl{}"),
        // At the beginning of a row these would belong to the `\\` or the rule before them.
        '[' => out.push_str("{[}"),
        '*' => out.push_str("{*}"),
        other => out.push(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn columns() -> [Column; 2] {
        [Column::text("code", "Code"), Column::number("share", "Share").decimals(3)]
    }

    fn row(markup: Markup, text: &'static str) -> String {
        markup.row(&columns(), &[text.into(), Cell::Float(0.25)])
    }

    #[test]
    fn markdown_has_a_heading_and_numbers_flush_right() {
        assert_eq!(Markup::Markdown.heading(&columns()), "| Code | Share |\n| --- | ---: |\n");
        assert_eq!(row(Markup::Markdown, "a|b\nc"), "| a\\|b c | 0.250 |\n");
        assert_eq!(row(Markup::Markdown, "<b>*x*_\\"), "| \\<b\\>\\*x\\*\\_\\\\ | 0.250 |\n");
    }

    #[test]
    fn latex_has_rules_and_escapes_what_is_a_command_there() {
        let heading = "\\begin{tabular}{lr}\n\\toprule\nCode & Share \\\\\n\\midrule\n";
        assert_eq!(Markup::Latex.heading(&columns()), heading);
        let escaped =
            "{[}1] \\& 50\\% \\$ \\# \\_ \\{\\} \\textasciitilde{} \\textasciicircum{} \\textbackslash{}";
        assert_eq!(row(Markup::Latex, "[1] & 50% $ # _ {} ~ ^ \\"), format!("{escaped} & 0.250 \\\\\n"));
        assert!(Markup::Latex.end().ends_with("\\end{tabular}\n"));
    }

    #[test]
    fn control_characters_are_seen_and_not_obeyed() {
        assert_eq!(row(Markup::Markdown, "a\u{1b}[2J"), "| a\\\\u{1b}\\[2J | 0.250 |\n");
        assert!(row(Markup::Latex, "a\u{202e}").starts_with("a\\textbackslash{}u\\{202e\\} &"));
    }

    proptest! {
        #[test]
        fn no_text_breaks_out_of_its_cell(text in any::<String>()) {
            let cells = [Cell::from(text.as_str()), Cell::Null];
            let line = Markup::Markdown.row(&columns(), &cells);
            prop_assert_eq!(line.lines().count(), 1);
            // What is left without its escapes has the pipes of the table and no other.
            let bare = line.replace("\\\\", "").replace("\\|", "");
            prop_assert_eq!(bare.matches('|').count(), 3);
            let line = Markup::Latex.row(&columns(), &cells);
            prop_assert_eq!(line.lines().count(), 1);
            let bare = line.replace("\\&", "");
            prop_assert_eq!(bare.matches('&').count(), 1);
            prop_assert_eq!(bare.matches("\\\\").count(), 1);
        }
    }
}
