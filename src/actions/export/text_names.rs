//! The names of the files that texts are written to.

use std::collections::BTreeSet;

/// Names for the files of texts: safe on every system, and different from each other even where case does not count.
#[derive(Default)]
pub(super) struct TextNames {
    taken: BTreeSet<String>,
}

/// The longest stem of a text's file, in bytes; systems stop at 255.
const LONGEST_STEM: usize = 120;

impl TextNames {
    /// The path in the bundle for the text of a document.
    pub(super) fn name_for(&mut self, document: &str) -> String {
        let mut stem: String = document.chars().map(|c| if is_unsafe(c) { '_' } else { c }).collect();
        while stem.len() > LONGEST_STEM {
            stem.pop();
        }
        // Windows drops dots and blanks at the end, Unix hides a dot at the beginning.
        let stem = stem.trim_matches([' ', '.']);
        let stem = match stem {
            "" => "text".to_owned(),
            _ if is_device(stem) => format!("{stem}_"),
            _ => stem.to_owned(),
        };
        let mut name = stem.clone();
        let mut number = 2;
        while !self.taken.insert(name.to_lowercase()) {
            name = format!("{stem}~{number}");
            number += 1;
        }
        format!("texts/{name}.txt")
    }
}

/// What some system refuses in a file's name, what a shell reads, and what hides or turns round the name's end.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || r#"/\:*?"<>|'`$"#.contains(c)
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Whether Windows takes a file of this name, with any extension, for a device.
fn is_device(stem: &str) -> bool {
    let name = stem.split('.').next().unwrap_or(stem).trim_end().to_ascii_uppercase();
    matches!(
        name.as_bytes(),
        b"CON" | b"PRN" | b"AUX" | b"NUL" | [b'C', b'O', b'M', b'1'..=b'9'] | [b'L', b'P', b'T', b'1'..=b'9']
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_texts_are_safe_and_different() {
        let mut names = TextNames::default();
        assert_eq!(names.name_for("Essay"), "texts/Essay.txt");
        assert_eq!(names.name_for("essay"), "texts/essay~2.txt");
        assert_eq!(names.name_for("../../etc/passwd"), "texts/_.._etc_passwd.txt");
        assert_eq!(names.name_for(".."), "texts/text.txt");
        assert_eq!(names.name_for("con"), "texts/con_.txt");
        assert_eq!(names.name_for("COM1.old"), "texts/COM1.old_.txt");
        assert_eq!(names.name_for("Consul"), "texts/Consul.txt");
        assert_eq!(names.name_for("a\u{202e}txt"), "texts/a_txt.txt");
        assert!(names.name_for(&"é".repeat(500)).len() < 140);
    }
}
