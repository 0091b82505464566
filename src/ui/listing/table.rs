//! Aligned columns for eyes.

use super::{Align, Cell, Column, Look, Ui};
use crate::error::Result;
use crate::ui::escape::visible_line;
use crate::ui::palette;
use crate::ui::width::{columns, on_one_line, shortened};

/// Two spaces part columns: one is too easily read as part of a value.
const GAP: usize = 2;
/// No column is cut below this; a table that is still too wide then runs over.
const NARROWEST: usize = 8;

/// How many rows decide the widths. Longer tables are written on in these widths as their rows come: nobody compares
/// the first row with the hundred-thousandth by eye, and a query may have no end.
const MEASURED: usize = 50_000;

/// The rows of a table: widths are known only when all, or enough, have been seen.
#[derive(Default)]
pub(super) struct Table {
    rows: Vec<Vec<String>>,
    /// Set once the heading was written.
    widths: Option<Vec<usize>>,
}

impl Table {
    pub(super) fn push(&mut self, ui: &mut Ui, headings: &[Column], cells: &[Cell<'_>]) -> Result<()> {
        let row = headings.iter().zip(cells).map(|(column, cell)| shown(ui, column, cell)).collect();
        self.rows.push(row);
        if self.widths.is_some() || self.rows.len() == MEASURED { self.write(ui, headings) } else { Ok(()) }
    }

    /// Writes the rows that wait, the heading before the first of all.
    pub(super) fn write(&mut self, ui: &mut Ui, headings: &[Column]) -> Result<()> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let widths = match self.widths.take() {
            Some(widths) => widths,
            None => self.begin(ui, headings)?,
        };
        for row in self.rows.drain(..) {
            // Only a screen has an edge: in a pipe a late row that is wider than all before it runs over, and is whole.
            let cut = ui.stdout_is_terminal();
            ui.answer(line(headings, &widths, &row, cut))?;
        }
        self.widths = Some(widths);
        Ok(())
    }

    /// Measures the rows that wait, and writes the heading.
    fn begin(&self, ui: &mut Ui, headings: &[Column]) -> Result<Vec<usize>> {
        // A title may be a name out of the store, or what a query calls its column.
        let title = |column: &Column| match ui.stdout_is_terminal() {
            true => visible_line(&column.title).into_owned(),
            false => column.title.to_string(),
        };
        let titles: Vec<String> = headings.iter().map(title).collect();
        let mut widths: Vec<usize> = titles.iter().map(|title| columns(title)).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(columns(cell));
            }
        }
        if ui.stdout_is_terminal() {
            fit(&mut widths, headings, ui.width());
        }
        let heading = line(headings, &widths, &titles, true);
        let heading = ui.paint(palette::HEADING, &heading);
        ui.answer(heading)?;
        Ok(widths)
    }
}

fn shown(ui: &Ui, column: &Column, cell: &Cell<'_>) -> String {
    let screen = ui.stdout_is_terminal();
    if screen && let Some(drawn) = column.look.drawn(cell) {
        return drawn;
    }
    let text = cell.rounded(column.decimals);
    let one_line = on_one_line(&text);
    if screen { visible_line(&one_line).into_owned() } else { one_line.into_owned() }
}

/// Narrows the widest text column, again and again, until the row fits `limit` columns.
fn fit(widths: &mut [usize], headings: &[Column], limit: usize) {
    let gaps = GAP * widths.len().saturating_sub(1);
    loop {
        let over = (widths.iter().sum::<usize>() + gaps).saturating_sub(limit);
        if over == 0 {
            return;
        }
        let text = |at: &usize| headings[*at].align == Align::Left && headings[*at].look == Look::Plain;
        let by_width = |at: &usize| widths[*at];
        let Some(widest) = (0..widths.len()).filter(text).max_by_key(by_width) else { return };
        // Down to the next widest text column at first, so that one long column pays before two do.
        let next = (0..widths.len()).filter(|at| *at != widest && text(at)).map(|at| widths[at]).max();
        let floor = next.unwrap_or(NARROWEST).clamp(NARROWEST, widths[widest].max(NARROWEST));
        let target = widths[widest].saturating_sub(over).max(floor);
        let target = if target == widths[widest] { target.saturating_sub(1) } else { target };
        if target < NARROWEST {
            return;
        }
        widths[widest] = target;
    }
}

fn line(headings: &[Column], widths: &[usize], cells: &[impl AsRef<str>], cut: bool) -> String {
    let mut out = String::new();
    for (at, ((column, width), cell)) in headings.iter().zip(widths).zip(cells).enumerate() {
        if at > 0 {
            out.push_str(&" ".repeat(GAP));
        }
        let cell = if cut { shortened(cell.as_ref(), *width) } else { cell.as_ref().into() };
        let fill = " ".repeat(width.saturating_sub(columns(&cell)));
        match column.align {
            Align::Left => out.extend([&*cell, &fill]),
            Align::Right => out.extend([&*fill, &cell]),
        }
    }
    out.truncate(out.trim_end().len());
    out
}
