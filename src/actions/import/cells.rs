//! Cells of free text, compared with what the store holds.

use crate::exchange::csv::damage::{inspect_text, lossy_copy_of, stripped_copy_of};
use crate::exchange::csv::retyped::retyped_copy_of;

/// Whether a cell is the stored text as a spreadsheet gives it back: with LF for every line end.
pub(super) fn same_text(cell: &str, stored: &str) -> bool {
    cell == stored || stored.contains('\r') && cell == stored.replace("\r\n", "\n").replace('\r', "\n")
}

/// Why a cell that is to replace `stored` cannot be what somebody wrote.
pub(super) fn damage_of(cell: &str, stored: Option<&str>) -> Option<String> {
    if stored.is_some_and(|stored| same_text(cell, stored)) {
        return None;
    }
    if let Some(damage) = inspect_text(cell) {
        return Some(damage.to_string());
    }
    let stored = stored?;
    if lossy_copy_of(cell, stored) {
        return Some(LOSSY.to_owned());
    }
    if stripped_copy_of(cell, stored) {
        return Some("tabs or other control characters were lost on the way".to_owned());
    }
    retyped_copy_of(cell, stored)
        .then(|| format!("it was `{stored}`, which a spreadsheet took for a number, a date or a time"))
}

/// What to say of a cell that [`lossy_copy_of`] has found out.
pub(super) const LOSSY: &str = "letters have become `?`: the file was saved in an encoding that lacks them";

/// Damage explains a cell better than what a look-up says of it.
pub(super) fn damage_or(cell: &str, reason: String) -> String {
    inspect_text(cell).map_or(reason, |damage| damage.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_store_holds_is_no_damage_whatever_it_looks_like() {
        assert_eq!(damage_of("#NAME?", Some("#NAME?")), None);
        assert_eq!(damage_of("a\nb", Some("a\r\nb")), None);
        assert!(damage_of("#NAME?", Some("norms")).is_some());
        assert!(damage_of("caf?", Some("café")).is_some_and(|reason| reason.contains("encoding")));
        assert_eq!(damage_of("why?", None), None);
        assert!(damage_of("7", Some("007")).is_some_and(|reason| reason.starts_with("it was `007`")));
        assert_eq!(damage_of("7", None), None);
    }
}
