//! The styles of the terminal face. Nothing is said by colour alone.

use anstyle::{Ansi256Color, AnsiColor, Color, RgbColor, Style};

use crate::domain::palette::{channels, wants_black_letters};

/// Headings of tables and of help.
pub const HEADING: Style = Style::new().bold();
/// The word `error`.
pub const ERROR: Style = AnsiColor::Red.on_default().bold();
/// The word `warning`.
pub const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// The word `hint`.
pub const HINT: Style = AnsiColor::Cyan.on_default().bold();
/// The words that were searched for.
pub const HIT: Style = AnsiColor::Red.on_default().bold();
/// What may be overlooked: addresses, ids, rulers.
pub const DIM: Style = Style::new().dimmed();

/// The style of a passage coded with a code of colour `hex` (`#rrggbb`): that colour behind readable letters.
///
/// `None` when `hex` is no such colour. Without `true_color` the nearest of the 216 cube colours is taken.
pub fn highlight(hex: &str, true_color: bool) -> Option<Style> {
    let [red, green, blue] = channels(hex)?;
    let dark = wants_black_letters([red, green, blue]);
    let letters = if dark { AnsiColor::Black } else { AnsiColor::BrightWhite };
    Some(Style::new().bg_color(Some(color(red, green, blue, true_color))).fg_color(Some(letters.into())))
}

/// The style of the name of a code of colour `hex` (`#rrggbb`), `None` when it is no such colour.
pub fn label(hex: &str, true_color: bool) -> Option<Style> {
    let [red, green, blue] = channels(hex)?;
    Some(Style::new().fg_color(Some(color(red, green, blue, true_color))).bold())
}

/// The colour between several (`#rrggbb`; what is no colour is left out): their mean. `None` of none.
///
/// The mean of the plain values, not of light: it keeps three blended colours apart from grey, which is all it is for.
pub fn blend(colors: &[&str]) -> Option<String> {
    let parts: Vec<[u8; 3]> = colors.iter().filter_map(|hex| channels(hex)).collect();
    let mean = |channel: usize| {
        let sum: usize = parts.iter().map(|color| usize::from(color[channel])).sum();
        sum.checked_div(parts.len())
    };
    let (red, green, blue) = (mean(0)?, mean(1)?, mean(2)?);
    Some(format!("#{red:02x}{green:02x}{blue:02x}"))
}

fn color(red: u8, green: u8, blue: u8, true_color: bool) -> Color {
    if true_color {
        return RgbColor(red, green, blue).into();
    }
    // The cube's steps are 0, 95, 135, 175, 215, 255.
    let step = |value: u8| match value {
        0..=47 => 0,
        48..=114 => 1,
        _ => (value - 35) / 40,
    };
    Ansi256Color(16 + 36 * step(red) + 6 * step(green) + step(blue)).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_dark_on_light_and_light_on_dark() {
        let letters = |hex| highlight(hex, true).unwrap().get_fg_color().unwrap();
        assert_eq!(letters("#f0e442"), Color::from(AnsiColor::Black));
        assert_eq!(letters("#0072b2"), Color::from(AnsiColor::BrightWhite));
    }

    #[test]
    fn colours_fall_on_the_nearest_step_of_the_cube() {
        let background = |hex| highlight(hex, false).unwrap().get_bg_color().unwrap();
        assert_eq!(background("#000000"), Color::from(Ansi256Color(16)));
        assert_eq!(background("#ffffff"), Color::from(Ansi256Color(231)));
        assert_eq!(background("#5f87af"), Color::from(Ansi256Color(67)));
    }

    #[test]
    fn a_blend_lies_between_its_colours_and_heeds_no_nonsense() {
        assert_eq!(blend(&["#000000", "", "#ff8040"]).as_deref(), Some("#7f4020"));
        assert_eq!(blend(&["#0072b2", "#0072b2"]).as_deref(), Some("#0072b2"));
        assert_eq!(blend(&["blue"]), None);
    }

    #[test]
    fn what_is_not_a_colour_has_no_style() {
        for hex in ["", "#12345", "0072b2", "#gg0000", "#ééé"] {
            assert!(label(hex, true).is_none(), "{hex}");
        }
    }
}
