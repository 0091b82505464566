//! What a table on a screen draws where looking beats reading: bars, and cells that are darker the more they hold.
//!
//! By characters and not by colour, so that it is there in every terminal and for every eye. In a pipe there is none
//! of it.

use super::Cell;

/// Columns of the longest bar.
const LONGEST: usize = 20;
/// Eighths of a column, the least first.
const EIGHTHS: [char; 7] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉'];
/// The least and the most of what is there; nothing is blank.
const SHADES: [char; 4] = ['░', '▒', '▓', '█'];

/// How a column looks in a table on a screen.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Look {
    /// As its values are written.
    #[default]
    Plain,
    /// A bar instead of the number, as long as the number is a part of this one.
    Bar(f64),
    /// Before the number a sign that is the darker the nearer it comes to this one.
    Shade(f64),
}

impl Look {
    /// The cell as it is drawn; `None` where it is only written.
    pub(super) fn drawn(self, cell: &Cell<'_>) -> Option<String> {
        let number = match cell {
            Cell::Int(number) => *number as f64,
            Cell::Float(number) => *number,
            _ => return None,
        };
        match self {
            Look::Plain => None,
            Look::Bar(full) => Some(bar(part(number, full))),
            Look::Shade(full) => Some(format!("{} {}", shade(part(number, full)), cell.rounded(2))),
        }
    }
}

/// What part of `full` a number is, 0 to 1. Of nothing, and where a number is none, it is 0.
fn part(number: f64, full: f64) -> f64 {
    let part = number / full;
    if part.is_finite() { part.clamp(0.0, 1.0) } else { 0.0 }
}

/// The least that is not nothing is still seen.
fn bar(part: f64) -> String {
    let eighths = (part * (LONGEST * 8) as f64).ceil() as usize;
    let mut bar = "█".repeat(eighths / 8);
    bar.extend((eighths % 8).checked_sub(1).and_then(|at| EIGHTHS.get(at)));
    bar
}

fn shade(part: f64) -> char {
    let step = (part * SHADES.len() as f64).ceil() as usize;
    step.checked_sub(1).and_then(|at| SHADES.get(at)).copied().unwrap_or(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_part_and_shows_the_least() {
        assert_eq!(bar(0.0), "");
        assert_eq!(bar(0.000_001), "▏");
        assert_eq!(bar(0.5), "█".repeat(10));
        assert_eq!(bar(0.531_25), format!("{}▋", "█".repeat(10)));
        assert_eq!(bar(1.0), "█".repeat(LONGEST));
    }

    #[test]
    fn a_cell_is_darker_the_more_it_holds_and_nothing_is_blank() {
        let drawn = |number| Look::Shade(8.0).drawn(&Cell::Int(number)).unwrap();
        let cells: Vec<String> = [0, 1, 3, 6, 8].into_iter().map(drawn).collect();
        assert_eq!(cells, ["  0", "░ 1", "▒ 3", "▓ 6", "█ 8"]);
    }

    #[test]
    fn what_cannot_be_measured_is_drawn_as_nothing() {
        assert_eq!(part(1.0, 0.0), 0.0);
        assert_eq!(part(f64::NAN, 1.0), 0.0);
        assert_eq!(part(9.0, 3.0), 1.0);
        assert_eq!(Look::Bar(1.0).drawn(&Cell::Null), None);
        assert_eq!(Look::Plain.drawn(&Cell::Int(3)), None);
    }
}
