//! How many columns of a terminal a text takes, and cutting by columns.
//!
//! The unit of cutting is the grapheme cluster, so that no accent is torn from its letter and no emoji falls
//! apart into its parts.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// What stands for a tab where columns are counted: a real tab's width depends on where it stands.
pub const TAB: &str = "    ";

/// Columns that `text` takes; it must hold no line feeds or tabs.
pub fn columns(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { UnicodeWidthStr::width(text) }
}

/// The longest beginning of `text` that takes at most `limit` columns.
pub fn head(text: &str, limit: usize) -> &str {
    let mut taken = 0;
    for (at, cluster) in text.grapheme_indices(true) {
        taken += columns(cluster);
        if taken > limit {
            return &text[..at];
        }
    }
    text
}

/// The longest end of `text` that takes at most `limit` columns.
pub fn tail(text: &str, limit: usize) -> &str {
    let mut taken = 0;
    for (at, cluster) in text.grapheme_indices(true).rev() {
        taken += columns(cluster);
        if taken > limit {
            return &text[at + cluster.len()..];
        }
    }
    text
}

/// `text`, or its beginning and `…` when it takes more than `limit` columns.
pub fn shortened(text: &str, limit: usize) -> Cow<'_, str> {
    if columns(text) <= limit {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("{}…", head(text, limit.saturating_sub(1)).trim_end()))
}

/// `text` on one line: line feeds, carriage returns and tabs become spaces.
pub fn on_one_line(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| matches!(byte, b'\n' | b'\r' | b'\t')) {
        Cow::Owned(text.replace(['\n', '\r', '\t'], " "))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn accents_take_no_column_and_ideographs_take_two() {
        assert_eq!(columns("e\u{301}te\u{301}"), 3);
        assert_eq!(columns("国家"), 4);
        assert_eq!(columns("👩‍👩‍👧"), 2);
    }

    #[test]
    fn cutting_never_parts_a_cluster() {
        assert_eq!(head("ae\u{301}b", 2), "ae\u{301}");
        assert_eq!(tail("ae\u{301}b", 2), "e\u{301}b");
        assert_eq!(head("国家", 3), "国");
        assert_eq!(tail("国家", 3), "家");
        assert_eq!(shortened("a long story", 7), "a long…");
    }

    proptest! {
        #[test]
        fn the_head_and_the_tail_fit_and_belong_to_the_text(text in "\\PC*", limit in 0_usize..40) {
            prop_assert!(text.starts_with(head(&text, limit)) && text.ends_with(tail(&text, limit)));
            prop_assert!(columns(&shortened(&text, limit.max(1))) <= limit.max(1));
        }
    }
}
