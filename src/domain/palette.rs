//! Colours for codes, chosen so that colour-blind people can tell neighbours apart.
//!
//! The first seven are the palette of Okabe and Ito (2008, "Color Universal Design") without its black,
//! the rest Paul Tol's muted scheme (2021, technical note SRON/EPS/TN/09-002), which keeps the same promise.

/// The colours, in the order in which they are given out.
pub const PALETTE: [&str; 16] = [
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#332288", "#88ccee",
    "#44aa99", "#117733", "#999933", "#ddcc77", "#cc6677", "#882255", "#aa4499",
];

/// The colour that the fewest of `used` have; the earlier in the palette among equals.
pub fn least_used<'a>(used: impl IntoIterator<Item = &'a str>) -> &'static str {
    let mut counts = [0usize; PALETTE.len()];
    for color in used {
        if let Some(index) = PALETTE.iter().position(|known| *known == color) {
            counts[index] += 1;
        }
    }
    let fewest = counts.iter().enumerate().min_by_key(|(index, count)| (**count, *index));
    PALETTE[fewest.map_or(0, |(index, _)| index)]
}

/// The colour as `#rrggbb` in lower case; `None` when `text` is not one (`#rgb` and a missing `#` are understood).
pub fn parse_color(text: &str) -> Option<String> {
    let hex = text.strip_prefix('#').unwrap_or(text).to_ascii_lowercase();
    if !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    match hex.len() {
        6 => Some(format!("#{hex}")),
        3 => Some(hex.chars().fold(String::from("#"), |mut color, digit| {
            color.push(digit);
            color.push(digit);
            color
        })),
        _ => None,
    }
}

/// Red, green and blue of a colour `#rrggbb`; `None` when `hex` is no such colour.
pub fn channels(hex: &str) -> Option<[u8; 3]> {
    let digits = hex.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
    let part = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
    Some([part(0)?, part(2)?, part(4)?])
}

/// Whether black letters are easier to read on this red, green and blue than white ones: Rec. 601 luma above the middle.
pub fn wants_black_letters([red, green, blue]: [u8; 3]) -> bool {
    (299 * u32::from(red) + 587 * u32::from(green) + 114 * u32::from(blue)) / 1000 > 127
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_given_out_in_turn_and_then_again() {
        assert_eq!(least_used([]), PALETTE[0]);
        assert_eq!(least_used([PALETTE[0], "#123456"]), PALETTE[1]);
        assert_eq!(least_used(PALETTE), PALETTE[0]);
    }

    #[test]
    fn short_and_upper_case_colours_are_understood() {
        assert_eq!(parse_color("#ABC").as_deref(), Some("#aabbcc"));
        assert_eq!(parse_color("D55E00").as_deref(), Some("#d55e00"));
        assert_eq!(parse_color("red"), None);
        assert_eq!(parse_color("#12345"), None);
    }
}
