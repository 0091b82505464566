//! The passage of a text that comes nearest to a quote: approximate matching by edit distance.
//!
//! Sellers' problem (1980: the pattern against any substring), computed 64 rows at a time by Myers' bit vectors
//! (J. ACM 46(3), 1999) in the block form of Hyyrö (2003).

use std::ops::Range;

use memchr::memmem;

use super::fold::fold_char;

/// The most work for one quote, in 64-row steps: some tenths of a second. Above it only the surroundings of the
/// quote's rarest pieces are compared.
const BUDGET: usize = 100_000_000;
/// The longest quote that is compared at all, in code points. Longer ones are whole pages, not quotes.
const LONGEST: usize = 20_000;

/// The nearest passage (bytes) and its similarity: 1 less the edits (insertions, deletions, replacements of one code
/// point) per code point of the quote. Case and typography cost nothing. `None` when all candidates are 0 similar.
pub fn nearest(text: &str, quote: &str) -> Option<(Range<usize>, f64)> {
    let wanted: Vec<char> = quote.trim().chars().map(letter).collect();
    if wanted.is_empty() || wanted.len() > LONGEST {
        return None;
    }
    let pattern = Pattern::new(&wanted);
    let reversed = Pattern::new(&wanted.iter().rev().copied().collect::<Vec<_>>());
    let mut best: Option<(Range<usize>, usize)> = None;
    for window in windows(text, quote, &pattern) {
        let part = &text[window.clone()];
        let (end, edits) = pattern.nearest_end(part.chars(), Start::Anywhere);
        if edits >= wanted.len() || best.as_ref().is_some_and(|(_, fewest)| *fewest <= edits) {
            continue;
        }
        let end = byte_after(part.chars(), end);
        let (back, _) =
            reversed.nearest_end(part[..end].chars().rev().take(wanted.len() + edits), Start::Here);
        let start = end - byte_after(part[..end].chars().rev(), back);
        best = Some((window.start + start..window.start + end, edits));
    }
    let (bytes, edits) = best?;
    let passage = &text[bytes.clone()];
    let start = bytes.start + (passage.len() - passage.trim_start().len());
    let end = bytes.start + passage.trim_end().len();
    // A quote is far shorter than 2^52 code points, so both convert without loss.
    (start < end).then(|| (start..end, 1.0 - edits as f64 / wanted.len() as f64))
}

/// One code point for one, so that positions hold.
fn letter(c: char) -> char {
    let c = fold_char(c);
    if c.is_ascii() { c.to_ascii_lowercase() } else { c.to_lowercase().next().unwrap_or(c) }
}

/// The bytes of the first `count` characters.
fn byte_after(chars: impl Iterator<Item = char>, count: usize) -> usize {
    chars.take(count).map(char::len_utf8).sum()
}

/// The parts of the text that are worth comparing: all of it, or the surroundings of what is rare in the quote.
fn windows(text: &str, quote: &str, pattern: &Pattern) -> Vec<Range<usize>> {
    if text.len().saturating_mul(pattern.blocks) <= BUDGET {
        return std::iter::once(0..text.len()).collect();
    }
    // A piece that occurs oftener than this tells nothing, and its search ends early.
    const OFTEN: usize = 32;
    let mut places: Vec<Vec<usize>> = pieces(quote)
        .into_iter()
        .map(|piece| memmem::find_iter(text.as_bytes(), piece).take(OFTEN).collect::<Vec<_>>())
        .filter(|places| !places.is_empty())
        .collect();
    places.sort_by_key(Vec::len);
    // Wide enough for a passage half as long again as the quote, wherever in it the piece stands.
    let reach = quote.len() + quote.len() / 2 + 64;
    let mut windows: Vec<Range<usize>> = Vec::new();
    let mut spent = 0;
    for at in places.into_iter().flatten() {
        let start = text.floor_char_boundary(at.saturating_sub(reach));
        let end = text.ceil_char_boundary(text.len().min(at + reach));
        spent += (end - start) * pattern.blocks;
        if spent > BUDGET {
            break;
        }
        // Neighbouring pieces of one passage lead to the same place: look at it once.
        if !windows.iter().any(|window| window.start.abs_diff(start) <= reach / 4) {
            windows.push(start..end);
        }
    }
    windows
}

/// At most 32 pieces spread over the quote: runs of three words, rare enough to lead to a passage in a long text.
/// A text of 100 MB is searched for one in about 10 ms.
fn pieces(quote: &str) -> Vec<&str> {
    const PIECES: usize = 32;
    const WORDS: usize = 3;
    let mut words: Vec<Range<usize>> = Vec::new();
    for (at, c) in quote.char_indices().filter(|(_, c)| !c.is_whitespace()) {
        match words.last_mut() {
            Some(word) if word.end == at => word.end += c.len_utf8(),
            _ => words.push(at..at + c.len_utf8()),
        }
    }
    let runs = words.windows(WORDS.min(words.len().max(1)));
    let runs: Vec<&str> = runs.map(|run| &quote[run[0].start..run[run.len() - 1].end]).collect();
    let step = runs.len().div_ceil(PIECES).max(1);
    runs.into_iter().step_by(step).collect()
}

/// Where a match may start.
#[derive(Clone, Copy, PartialEq)]
enum Start {
    Anywhere,
    Here,
}

/// The pattern as bit vectors: for each of its letters, the rows it stands in.
struct Pattern {
    rows: usize,
    blocks: usize,
    /// `blocks` words per letter of `letters`, and before them the `blocks` zeros of a letter that does not occur.
    bits: Vec<u64>,
    /// The letters that are not ASCII, sorted, with their place in `bits`.
    letters: Vec<(char, usize)>,
    /// The place in `bits` of each ASCII letter.
    ascii: [usize; 128],
}

/// 64 rows of one column: where it steps up by one and where down by one.
#[derive(Clone, Copy)]
struct Block {
    up: u64,
    down: u64,
}

impl Pattern {
    fn new(pattern: &[char]) -> Self {
        let blocks = pattern.len().div_ceil(64);
        let mut distinct = pattern.to_vec();
        distinct.sort_unstable();
        distinct.dedup();
        let mut bits = vec![0; (distinct.len() + 1) * blocks];
        let mut ascii = [0; 128];
        let mut letters = Vec::new();
        for (row, c) in pattern.iter().enumerate() {
            let place = (distinct.partition_point(|other| other < c) + 1) * blocks;
            bits[place + row / 64] |= 1 << (row % 64);
            if c.is_ascii() {
                ascii[*c as usize] = place;
            } else {
                letters.push((*c, place));
            }
        }
        letters.sort_unstable();
        letters.dedup();
        Pattern { rows: pattern.len(), blocks, bits, letters, ascii }
    }

    fn place_of(&self, c: char) -> usize {
        let c = letter(c);
        match self.ascii.get(c as usize) {
            Some(place) => *place,
            None => self
                .letters
                .binary_search_by_key(&c, |(letter, _)| *letter)
                .map_or(0, |at| self.letters[at].1),
        }
    }

    /// How many characters of `text` end the nearest match, and its edits. Of several the one whose length is
    /// nearest to the pattern's when it starts here, else the first.
    fn nearest_end(&self, text: impl Iterator<Item = char>, start: Start) -> (usize, usize) {
        let mut column = vec![Block { up: u64::MAX, down: 0 }; self.blocks];
        let last_row = 1 << ((self.rows - 1) % 64);
        let (mut edits, mut best) = (self.rows, (0_usize, self.rows));
        for (at, c) in text.enumerate() {
            let place = self.place_of(c);
            let mut carry = i8::from(start == Start::Here);
            for (block, state) in column.iter_mut().enumerate() {
                let top = if block + 1 == self.blocks { last_row } else { 1 << 63 };
                carry = state.step(self.bits[place + block], carry, top);
            }
            edits = edits.saturating_add_signed(isize::from(carry));
            let length = at + 1;
            let nearer_in_length = start == Start::Here
                && edits == best.1
                && length.abs_diff(self.rows) < best.0.abs_diff(self.rows);
            if edits < best.1 || nearer_in_length {
                best = (length, edits);
            }
        }
        best
    }
}

impl Block {
    /// One column further. `carry` is the difference that enters below, the result the one that leaves at `top`.
    fn step(&mut self, equal: u64, carry: i8, top: u64) -> i8 {
        let vertical = equal | self.down;
        let equal = equal | u64::from(carry < 0);
        let horizontal = ((equal & self.up).wrapping_add(self.up) ^ self.up) | equal;
        let rise = self.down | !(horizontal | self.up);
        let fall = self.up & horizontal;
        let out = i8::from(rise & top != 0) - i8::from(fall & top != 0);
        let rise = (rise << 1) | u64::from(carry > 0);
        let fall = (fall << 1) | u64::from(carry < 0);
        self.up = fall | !(vertical | rise);
        self.down = rise & vertical;
        out
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Sellers' table as the textbook has it, the reference for the bit vectors.
    fn edits_by_table(pattern: &[char], text: &[char], start: Start) -> usize {
        let mut column: Vec<usize> = (0..=pattern.len()).collect();
        let mut best = pattern.len();
        for (at, c) in text.iter().enumerate() {
            let mut diagonal = column[0];
            column[0] = if start == Start::Here { at + 1 } else { 0 };
            for row in 1..=pattern.len() {
                let replaced = diagonal + usize::from(pattern[row - 1] != *c);
                diagonal = column[row];
                column[row] = replaced.min(column[row] + 1).min(column[row - 1] + 1);
            }
            best = best.min(column[pattern.len()]);
        }
        best
    }

    #[test]
    fn the_nearest_passage_is_cut_where_the_quote_begins_and_ends() {
        let text = "Über die Sicherheit: das Sicherheitsdilema zwingt Staaten zur Rüstung. Ende";
        let (bytes, similarity) =
            nearest(text, "das Sicherheitsdilemma zwingt Staaten zur Rüstung").expect("it is near");
        assert_eq!(&text[bytes], "das Sicherheitsdilema zwingt Staaten zur Rüstung");
        assert!((similarity - (1.0 - 1.0 / 49.0)).abs() < 1e-9, "{similarity}");
        assert_eq!(nearest(text, "§§§"), None);
    }

    #[test]
    fn a_text_too_long_to_compare_whole_is_searched_around_rare_pieces() {
        let passage: String = (0..600).map(|n| format!("word{n} ")).collect();
        let quote = passage.replace("word300 ", "").replace("word450", "Wort450");
        let filler = "Nothing of note happened on this day, or on the next one. ".repeat(15_000);
        let text = format!("{filler}{passage}{filler}");
        let wanted = Pattern::new(&quote.chars().collect::<Vec<_>>());
        assert!(text.len() * wanted.blocks > BUDGET, "the text is too long");
        let (bytes, similarity) = nearest(&text, &quote).expect("the passage is near");
        assert_eq!(bytes, filler.len()..filler.len() + passage.trim_end().len());
        assert!(similarity > 0.99, "{similarity}");
    }

    proptest! {
        #[test]
        fn the_bit_vectors_agree_with_the_table(pattern in "[a-cé]{1,150}", text in "[a-cé]{0,200}") {
            let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
            for start in [Start::Anywhere, Start::Here] {
                let (_, edits) = Pattern::new(&pattern).nearest_end(text.iter().copied(), start);
                prop_assert_eq!(edits, edits_by_table(&pattern, &text, start));
            }
        }
    }
}
