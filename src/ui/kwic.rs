//! Keywords in context: the hit in one column, what stands before it to the left, what follows to the right.

use super::escape::visible_line;
use super::width::{columns, head, on_one_line, tail};

/// How wide the parts of a line of hits are, in columns of the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KwicLayout {
    /// Columns of the left context; shorter ones are filled with spaces, so that hits stand below each other.
    pub left: usize,
    /// Columns of the right context.
    pub right: usize,
}

impl KwicLayout {
    /// The layout for a screen of `width` columns when `taken` of them hold the address and its gap, and at most
    /// `context` columns are wanted on each side.
    ///
    /// The hit itself may take a quarter of the room before the context pays for it.
    pub fn for_width(width: usize, taken: usize, context: usize) -> KwicLayout {
        let room = width.saturating_sub(taken);
        let side = context.min(room * 3 / 8).max(10);
        KwicLayout { left: side, right: side }
    }

    /// The three parts of a line for a terminal: harmless, on one line, cut to the layout.
    ///
    /// `before` keeps its end and is filled on the left; `after` keeps its beginning.
    pub fn line(&self, before: &str, hit: &str, after: &str) -> [String; 3] {
        let clean = |text: &str| visible_line(&on_one_line(text)).into_owned();
        let (before, hit, after) = (clean(before), clean(hit), clean(after));
        let kept = tail(&before, self.left);
        let filled = " ".repeat(self.left - columns(kept)) + kept;
        [filled, hit, head(&after, self.right).to_owned()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hits_stand_below_each_other_whatever_stands_before() {
        let layout = KwicLayout { left: 12, right: 8 };
        let lines =
            [("the norms of the\nglobal ", "cyber", " diplomacy"), ("", "cyber", "."), ("国家 ", "x", "")];
        let shown: Vec<String> =
            lines.iter().map(|(before, hit, after)| layout.line(before, hit, after).join("|")).collect();
        assert_eq!(shown, [" the global |cyber| diploma", "            |cyber|.", "       国家 |x|"]);
    }

    #[test]
    fn a_narrow_screen_shrinks_both_contexts() {
        assert_eq!(KwicLayout::for_width(100, 20, 40), KwicLayout { left: 30, right: 30 });
        assert_eq!(KwicLayout::for_width(200, 20, 40), KwicLayout { left: 40, right: 40 });
        assert_eq!(KwicLayout::for_width(10, 20, 40), KwicLayout { left: 10, right: 10 });
    }

    proptest! {
        #[test]
        fn the_left_part_always_takes_its_columns(before in any::<String>(), left in 0_usize..60) {
            let layout = KwicLayout { left, right: 10 };
            let [filled, _, _] = layout.line(&before, "hit", "");
            // A cluster two columns wide may not fit the last one; the gap is filled.
            prop_assert_eq!(columns(&filled), left);
        }
    }
}
