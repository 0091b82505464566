//! Names of other programs as postil can have them.

/// The path of a code from its levels, the outermost first. A `/` parts levels here, so one in a name does too: the path
/// reads as the name did. `separator` is one more character that does.
pub(super) fn path_of(levels: &[String], separator: Option<char>) -> String {
    let parts =
        levels.iter().flat_map(|level| level.split(|letter| letter == '/' || Some(letter) == separator));
    // A line break within a name is a blank that some editor broke at.
    let tidy = |part: &str| part.trim().replace(['\n', '\r', '\t'], " ");
    parts.map(tidy).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/")
}

/// The handle for a coder's name: one word, since it stands in commands. `Jane Doe` is `Jane-Doe`.
pub(super) fn handle_of(name: &str) -> String {
    let parts = name.split(|letter: char| letter.is_whitespace() || matches!(letter, ',' | '/' | '#'));
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(levels: &[&str], separator: Option<char>) -> String {
        path_of(&levels.iter().map(|level| (*level).to_owned()).collect::<Vec<_>>(), separator)
    }

    #[test]
    fn a_dot_is_part_of_a_name_unless_it_was_said_to_part_levels() {
        assert_eq!(path(&["interest.people"], None), "interest.people");
        assert_eq!(path(&["interest.people"], Some('.')), "interest/people");
        assert_eq!(path(&["Dr. No", "etc."], Some('.')), "Dr/No/etc");
        assert_eq!(
            path(&[" امنیتی\u{200c}سازی ", "home / life\nbalance"], None),
            "امنیتی\u{200c}سازی/home/life balance"
        );
        assert_eq!(path(&["", "/"], None), "");
    }

    #[test]
    fn a_name_of_several_words_becomes_one_word() {
        assert_eq!(handle_of(" Jane  Doe, PhD "), "Jane-Doe-PhD");
        assert_eq!(handle_of("ana"), "ana");
        assert_eq!(handle_of(" / "), "");
    }
}
