//! Hits of ripgrep, as `rg --vimgrep -o` prints them: `path:line:column:match`.

use memchr::memmem;

use super::{CharRange, TextIndex};
use crate::error::{Error, Result};

/// The mark that a file may begin with and that ripgrep counts in the first line's columns: 3 bytes in UTF-8.
const BOM_BYTES: usize = '\u{feff}'.len_utf8();

/// One hit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VimgrepHit {
    /// The file as ripgrep was given it.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in bytes of UTF-8: so ripgrep counts.
    pub column: u32,
    /// What matched; without `-o` it is the whole line.
    pub matched: String,
}

/// Reads one line of ripgrep's output; `None` when it is not of that form.
///
/// The path ends at the first `:LINE:COLUMN:`, since colons with numbers are commoner in texts than in paths.
pub fn parse_vimgrep(line: &str) -> Option<VimgrepHit> {
    line.match_indices(':').find_map(|(colon, _)| {
        let (number, rest) = line[colon + 1..].split_once(':')?;
        let (column, matched) = rest.split_once(':')?;
        let from_one = |digits: &str| {
            let counts = digits.bytes().all(|byte| byte.is_ascii_digit());
            digits.parse().ok().filter(|number: &u32| counts && *number > 0)
        };
        let (line_number, column) = (from_one(number)?, from_one(column)?);
        // A file with CRLF keeps its carriage return in what ripgrep prints; the stored text has none.
        let matched = matched.strip_suffix('\r').unwrap_or(matched).to_owned();
        (colon > 0).then(|| VimgrepHit { path: line[..colon].to_owned(), line: line_number, column, matched })
    })
}

impl VimgrepHit {
    /// The range of the hit in `index`, the text that was added from its file.
    ///
    /// # Errors
    /// When the line does not hold what matched: the file is not, or no longer, the one that was added.
    pub fn resolve(&self, index: &TextIndex<'_>) -> Result<CharRange> {
        let column = self.column as usize - 1;
        let found = index.line_bytes(self.line).filter(|_| !self.matched.is_empty()).and_then(|line| {
            let text = &index.body()[line.clone()];
            let stands_at = |at: &usize| text.get(*at..).is_some_and(|rest| rest.starts_with(&self.matched));
            let without_mark = column.checked_sub(BOM_BYTES).filter(|_| self.line == 1);
            // Of several in the line the one nearest to the column, should the column not be exact.
            let anywhere =
                || memmem::find_iter(text.as_bytes(), &self.matched).min_by_key(|at| at.abs_diff(column));
            let at = Some(column).filter(stands_at).or(without_mark.filter(stands_at)).or_else(anywhere)?;
            index.char_range_of_bytes(line.start + at, line.start + at + self.matched.len())
        });
        found.ok_or_else(|| {
            Error::refused(format!(
                "line {} of `{}` does not hold `{}`",
                self.line,
                self.path,
                self.matched.trim()
            ))
            .hint("the file may have changed since it was added; search the stored text with `postil find`")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Text;

    fn resolve(file: &[u8], line: &str) -> Option<(u32, u32)> {
        let text = Text::import(file, None).expect("the file is a text");
        let hit = parse_vimgrep(line).expect("the line is ripgrep's");
        hit.resolve(&TextIndex::new(text.body())).ok().map(|range| (range.start(), range.end()))
    }

    #[test]
    fn a_hit_is_read_with_colons_in_its_path_and_in_its_match() {
        let hit = parse_vimgrep(r"C:\texts\a.txt:12:5:at 10:30:15: war").expect("the line is ripgrep's");
        assert_eq!((hit.path.as_str(), hit.line, hit.column), (r"C:\texts\a.txt", 12, 5));
        assert_eq!(hit.matched, "at 10:30:15: war");
        for other in [
            "doc:12-14",
            "doc:l12",
            "a:1:war",
            "a:0:1:war",
            ":1:2:war",
            "a:1:+2:war",
            "",
            "a:99999999999:1:x",
        ] {
            assert_eq!(parse_vimgrep(other), None, "{other}");
        }
    }

    #[test]
    fn columns_are_bytes_and_ranges_are_code_points() {
        assert_eq!(resolve("é\nünder war, war\n".as_bytes(), "a.txt:2:13:war"), Some((13, 16)));
        assert_eq!(resolve("می‌روم war".as_bytes(), "a.txt:1:15:war"), Some((7, 10)));
    }

    #[test]
    fn line_ends_and_marks_that_were_taken_off_do_not_shift_a_hit() {
        assert_eq!(resolve(b"a\r\nthe war\r\n", "a.txt:2:5:war\r"), Some((6, 9)));
        assert_eq!(resolve("\u{feff}war war".as_bytes(), "a.txt:1:8:war"), Some((4, 7)));
        assert_eq!(resolve("\u{feff}war war".as_bytes(), "a.txt:1:4:war"), Some((0, 3)));
    }

    #[test]
    fn a_hit_elsewhere_in_its_line_is_found_and_one_that_is_gone_is_refused() {
        assert_eq!(resolve("war and war and war".as_bytes(), "a.txt:1:10:war"), Some((8, 11)));
        assert_eq!(resolve("the whole line".as_bytes(), "a.txt:1:5:the whole line"), Some((0, 14)));
        assert_eq!(resolve(b"peace", "a.txt:1:1:war"), None);
        assert_eq!(resolve(b"war", "a.txt:2:1:war"), None);
        assert_eq!(resolve(b"war", "a.txt:1:1:"), None);
        assert_eq!(resolve("é".as_bytes(), "a.txt:1:2:x"), None);
    }
}
