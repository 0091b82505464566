//! A page in colour: coloured grounds in the text, bars in the gutter, names in the margin.

use std::collections::VecDeque;

use anstyle::Style;

use super::lanes::lanes;
use super::{Mark, Numbers, PageOptions, lines, part};
use crate::error::Result;
use crate::ui::width::{TAB, columns, on_one_line, shortened, tail};
use crate::ui::wrap::WrappedLine;
use crate::ui::{Ui, palette, visible, visible_line};

/// The ground of what has no colour of its own.
const GREY: &str = "#a8a8a8";
/// More bars than this are not drawn: the text needs the room, and its ground and the names still tell.
const MOST_LANES: usize = 8;
/// A page narrower than this has no margin: names stand below the line.
const NARROW: usize = 72;
/// The text is not squeezed below this, however narrow the page.
const LEAST_TEXT: usize = 20;
/// The gap between text and margin.
const GAP: usize = 2;

/// How the columns of the page are shared.
#[derive(Debug, Clone, Copy)]
struct Layout {
    /// Bars, before the text.
    gutter: usize,
    /// Text; `None`: as long as it is.
    text: Option<usize>,
    /// Names, behind the text; `None`: below it.
    margin: Option<usize>,
}

impl Layout {
    fn new(marks: &[Mark<'_>], options: &PageOptions, numbers: usize, gutter: usize) -> Layout {
        let Some(width) = options.width else { return Layout { gutter, text: None, margin: None } };
        // A space parts the bars from the text.
        let room = width.saturating_sub(numbers + gutter + usize::from(gutter > 0));
        let name = |mark: &Mark<'_>| columns(&visible_line(mark.name)) + 1 + columns(&visible_line(&mark.by));
        let note = |mark: &Mark<'_>| GAP + columns(&visible_line(&on_one_line(mark.note)));
        let longest = marks.iter().map(|mark| name(mark).max(note(mark))).max();
        let margin = longest
            .filter(|_| options.names && width >= NARROW)
            .map(|longest| longest.min((width * 3 / 10).clamp(22, 36)));
        let text = room.saturating_sub(margin.map_or(0, |margin| margin + GAP)).max(LEAST_TEXT);
        Layout { gutter, text: Some(text), margin }
    }
}

/// The marks and where they are drawn.
struct Drawing<'a> {
    marks: &'a [Mark<'a>],
    layout: Layout,
    lines: Vec<WrappedLine<'a>>,
    /// First and last line of each mark.
    placed: Vec<(usize, usize)>,
    /// The lane of each mark.
    lanes: Vec<usize>,
}

/// Writes `text` in colour.
pub(super) fn page(ui: &mut Ui, text: &str, marks: &[Mark<'_>], options: &PageOptions) -> Result<()> {
    let mut numbers = Numbers::new(&options.numbers);
    let drawing = Drawing::new(text, marks, options, numbers.width);
    // Marks on the line at hand, and the first that begins after it.
    let mut active: Vec<usize> = Vec::new();
    let mut next = 0;
    let mut names: VecDeque<String> = VecDeque::new();
    for (at, line) in drawing.lines.iter().enumerate() {
        active.retain(|mark| drawing.placed[*mark].1 >= at);
        while next < marks.len() && drawing.placed[next].0 <= at {
            active.push(next);
            if options.names {
                names.extend(drawing.named(ui, &marks[next]));
            }
            next += 1;
        }
        let before = numbers.before(line.end.max(line.start + 1));
        let before = if before.trim().is_empty() { before } else { ui.paint(palette::DIM, &before) };
        let bars = drawing.bars(ui, &active, |mark| glyph(drawing.placed[mark], at));
        let (shown, taken) = drawing.painted(ui, line, &active);
        let mut row = before + &bars + &shown;
        if drawing.layout.margin.is_some()
            && let Some(name) = names.pop_front()
        {
            let fill = drawing.layout.text.unwrap_or(taken).saturating_sub(taken) + GAP;
            row.push_str(&" ".repeat(fill));
            row.push_str(&name);
        }
        ui.answer(row.trim_end())?;
        if line.hard && !names.is_empty() {
            // What is named stands in this line: a name must not slip down beside the next one.
            let lasting = |mark: usize| if drawing.placed[mark].1 > at { '│' } else { ' ' };
            let bars = drawing.bars(ui, &active, lasting);
            let under_margin = drawing.layout.margin.and(drawing.layout.text).unwrap_or(0);
            let indent = " ".repeat(under_margin + GAP);
            for name in names.drain(..) {
                ui.answer(format!("{}{bars}{indent}{name}", " ".repeat(numbers.width)))?;
            }
        }
    }
    Ok(())
}

impl<'a> Drawing<'a> {
    fn new(text: &'a str, marks: &'a [Mark<'a>], options: &PageOptions, numbers: usize) -> Drawing<'a> {
        let draw = |gutter: usize| {
            let layout = Layout::new(marks, options, numbers, gutter);
            let lines = lines(text, layout.text);
            let placed = place(marks, &lines);
            let (lanes, needed) = lanes(&placed);
            (Drawing { marks, layout, lines, placed, lanes }, needed.min(MOST_LANES))
        };
        let (drawing, needed) = draw(marks.len().min(1));
        if needed <= drawing.layout.gutter {
            return drawing;
        }
        // A wider gutter leaves narrower text, which may want one bar more: that one is then not drawn.
        draw(needed).0
    }

    /// The gutter of one line: for each active mark what `glyph` says, in its lane.
    fn bars(&self, ui: &Ui, active: &[usize], glyph: impl Fn(usize) -> char) -> String {
        if self.layout.gutter == 0 {
            return String::new();
        }
        let mut cells = vec![String::from(" "); self.layout.gutter + 1];
        for mark in active {
            let glyph = glyph(*mark);
            if let Some(cell) = cells[..self.layout.gutter].get_mut(self.lanes[*mark])
                && glyph != ' '
            {
                *cell = ui.paint(bar_style(ui, self.marks[*mark].color), &glyph.to_string());
            }
        }
        cells.concat()
    }

    /// The line with its grounds, harmless, and how many columns it takes.
    fn painted(&self, ui: &Ui, line: &WrappedLine<'_>, active: &[usize]) -> (String, usize) {
        if active.is_empty() {
            let shown = visible(line.text).replace('\t', TAB);
            let taken = columns(&shown);
            return (shown, taken);
        }
        let within = |mark: &usize| {
            let range = self.marks[*mark].range;
            let (from, to) = (range.start().max(line.start), range.end().min(line.end));
            (from < to).then_some((from - line.start, to - line.start, *mark))
        };
        let here: Vec<(u32, u32, usize)> = active.iter().filter_map(within).collect();
        let mut cuts: Vec<u32> = here.iter().flat_map(|(from, to, _)| [*from, *to]).collect();
        cuts.extend([0, line.end - line.start]);
        cuts.sort_unstable();
        cuts.dedup();
        let (mut shown, mut taken) = (String::new(), 0);
        for pair in cuts.windows(2) {
            let piece = visible(part(line.text, pair[0], pair[1])).replace('\t', TAB);
            taken += columns(&piece);
            let over = here.iter().filter(|(from, to, _)| *from <= pair[0] && pair[1] <= *to);
            let colors: Vec<&str> = over.map(|(_, _, mark)| self.marks[*mark].color).collect();
            shown.push_str(&ui.paint(ground(ui, &colors), &piece));
        }
        (shown, taken)
    }

    /// The rows that name a mark: its name and whose it is, then the beginning of its note.
    fn named(&self, ui: &Ui, mark: &Mark<'_>) -> Vec<String> {
        let by = visible_line(&mark.by);
        let mut name = visible_line(mark.name).into_owned();
        if let Some(margin) = self.layout.margin {
            let room = margin.saturating_sub(columns(&by) + 1);
            if columns(&name) > room {
                // The end of a path tells more than its beginning, and whole parts more than pieces.
                let fits = |end: &&str| columns(end) < room;
                let parts = name.match_indices('/').map(|(at, _)| &name[at..]).find(fits);
                name = format!("…{}", parts.unwrap_or_else(|| tail(&name, room.saturating_sub(1))));
            }
        }
        // On its ground as in the text, and not in its colour: a dark one could not be read on a dark screen.
        let name = ui.paint(ground(ui, &[mark.color]), &name);
        let mut rows = vec![format!("{name} {}", ui.paint(palette::DIM, &by))];
        if !mark.note.is_empty() {
            let note = visible_line(&on_one_line(mark.note)).into_owned();
            let note = match self.layout.margin {
                Some(margin) => shortened(&note, margin.saturating_sub(GAP)).into_owned(),
                None => note,
            };
            rows.push(ui.paint(palette::DIM.italic(), &format!("  {note}")));
        }
        rows
    }
}

/// The first and last line of each mark.
fn place(marks: &[Mark<'_>], lines: &[WrappedLine<'_>]) -> Vec<(usize, usize)> {
    let line_of = |position: u32| lines.partition_point(|line| line.start <= position).saturating_sub(1);
    marks.iter().map(|mark| (line_of(mark.range.start()), line_of(mark.range.end() - 1))).collect()
}

/// The part of a bar from line `first` to line `last` that stands on line `at`.
fn glyph((first, last): (usize, usize), at: usize) -> char {
    match (at == first, at == last) {
        (true, true) => '╶',
        (true, false) => '╭',
        (false, true) => '╰',
        (false, false) => '│',
    }
}

fn bar_style(ui: &Ui, color: &str) -> Style {
    palette::label(color, ui.true_color())
        .or_else(|| palette::label(GREY, ui.true_color()))
        .unwrap_or_default()
}

/// The ground of text under marks of these colours: plain under none, blended and underlined under several.
fn ground(ui: &Ui, colors: &[&str]) -> Style {
    let color = match colors {
        [] => return Style::new(),
        [only] => Some((*only).to_owned()),
        several => palette::blend(several),
    };
    let style = color
        .and_then(|color| palette::highlight(&color, ui.true_color()))
        .or_else(|| palette::highlight(GREY, ui.true_color()))
        .unwrap_or_default();
    if colors.len() > 1 { style.underline() } else { style }
}
