//! Pieces of two texts that are in the same order in both: all that stayed, or one block that moved.

use std::ops::Range;

use super::super::diff::{Likeness, Piece};
use super::{Passage, solid};

/// Such pieces, seen from one passage.
pub(super) struct Strand<'d> {
    pieces: &'d [Piece],
    /// Those that share something with the passage.
    over: Range<usize>,
    /// The lengths of both texts, if the strand runs through them from end to end.
    ends: Option<(usize, usize)>,
}

/// The blocks that share something with the passage.
pub(super) fn moved<'d>(blocks: &'d [Vec<Piece>], passage: Passage<'_>) -> impl Iterator<Item = Strand<'d>> {
    let start = |block: &Vec<Piece>| block.first().map_or(0, |piece| piece.old.start);
    let end = |block: &Vec<Piece>| block.last().map_or(0, |piece| piece.old.end);
    let from = blocks.partition_point(|block| end(block) <= passage.start);
    blocks[from..]
        .iter()
        .take_while(move |block| start(block) < passage.end)
        .map(move |block| Strand::over(block, passage, None))
}

/// The strand that holds most of what is left of the passage, and how much that is (in code points, white space
/// apart). `None` when another holds more than half as much: the passage was torn apart.
pub(super) fn dominant<'d>(
    stayed: Strand<'d>,
    moved: Vec<Strand<'d>>,
    passage: Passage<'_>,
    old: &str,
) -> Option<(Strand<'d>, usize)> {
    let left = stayed.left_of(passage, old);
    let (mut best, mut all) = ((stayed, left), left);
    for strand in moved {
        let left = strand.left_of(passage, old);
        all += left;
        if left > best.1 {
            best = (strand, left);
        }
    }
    (best.1 >= 2 * (all - best.1)).then_some(best)
}

impl<'d> Strand<'d> {
    pub(super) fn over(pieces: &'d [Piece], passage: Passage<'_>, ends: Option<(usize, usize)>) -> Self {
        let from = pieces.partition_point(|piece| piece.old.end <= passage.start);
        let to = from + pieces[from..].partition_point(|piece| piece.old.start < passage.end);
        Strand { pieces, over: from..to, ends }
    }

    /// The place of a passage within which nothing changed.
    pub(super) fn intact(&self, passage: Passage<'_>) -> Option<Range<usize>> {
        let [piece] = &self.pieces[self.over.clone()] else { return None };
        let inside = piece.old.start <= passage.start && passage.end <= piece.old.end;
        let start = piece.new.start + passage.start.checked_sub(piece.old.start)?;
        (inside && piece.likeness == Likeness::Same).then_some(start..start + passage.words.len())
    }

    /// How much of the passage is still there, in code points, white space apart.
    fn left_of(&self, passage: Passage<'_>, old: &str) -> usize {
        let kept = self.pieces[self.over.clone()].iter().filter(|piece| piece.likeness != Likeness::Replaced);
        kept.map(|piece| solid(&old[piece.old.start.max(passage.start)..piece.old.end.min(passage.end)]))
            .sum()
    }

    /// From the first to the last that is left of the passage, or stands in place of it.
    pub(super) fn image(&self, passage: Passage<'_>) -> Option<Range<usize>> {
        let pieces = &self.pieces[self.over.clone()];
        // Of a piece that is not the same to the letter, no part can be told from another.
        let is_usable = |piece: &&Piece| {
            piece.likeness == Likeness::Same
                || passage.start <= piece.old.start && piece.old.end <= passage.end
        };
        let first = pieces.iter().find(is_usable)?;
        let last = pieces.iter().rev().find(is_usable)?;
        let start = first.new.start + passage.start.saturating_sub(first.old.start);
        let end = last.new.end - last.old.end.saturating_sub(passage.end);
        (start < end).then_some(start..end)
    }

    /// Where what precedes the passage ends, in the old text and in the new one: the passage's own start where nothing
    /// was taken away there. `None` where that is not known.
    pub(super) fn left(&self, passage: Passage<'_>) -> Option<(usize, usize)> {
        let before = self.pieces.partition_point(|piece| piece.old.start < passage.start);
        let beyond = |piece: &Piece| piece.old.end.saturating_sub(passage.start);
        let mut known = self.pieces[..before].iter().rev().filter(|piece| is_known(piece, beyond(piece)));
        match known.next() {
            Some(piece) => Some((piece.old.end - beyond(piece), piece.new.end - beyond(piece))),
            None => self.ends.map(|_| (0, 0)),
        }
    }

    /// Where what follows the passage starts, as [`Strand::left`].
    pub(super) fn right(&self, passage: Passage<'_>) -> Option<(usize, usize)> {
        let after = self.pieces.partition_point(|piece| piece.old.end <= passage.end);
        let beyond = |piece: &Piece| passage.end.saturating_sub(piece.old.start);
        let mut known = self.pieces[after..].iter().filter(|piece| is_known(piece, beyond(piece)));
        match known.next() {
            Some(piece) => Some((piece.old.start + beyond(piece), piece.new.start + beyond(piece))),
            None => self.ends,
        }
    }
}

/// Whether the new place of the character at the border of a passage is known, which reaches `beyond` into the piece.
fn is_known(piece: &Piece, beyond: usize) -> bool {
    match piece.likeness {
        Likeness::Same => true,
        Likeness::Folded => beyond == 0,
        Likeness::Replaced => false,
    }
}
