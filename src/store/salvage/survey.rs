//! Where the rows of every table are: by the way from the root, and on pages to which no way leads any more.

use super::pages::{HEADER, Pages};
use super::record::{Records, TreeKind, page_number};
use super::shape::{SCHEMA, SHAPES, place_of};
use super::tree::{Page, Row};
use crate::error::{Error, Result};

/// The levels that a tree may have. Sixty-four would be more rows than there are atoms.
const DEEPEST: usize = 64;

/// The pages on which the rows of one table are.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Reached from the root.
    reached: Vec<u32>,
    /// Pages that hold such rows, and that no way leads to.
    orphans: Vec<u32>,
    /// Where the way from the root ended at a page that is none, or at one with rows that cannot be read.
    pub(super) lost: Vec<Lost>,
    /// Pages with rows that cannot be read, and how many.
    pub(super) unreadable: Vec<(u32, usize)>,
}

/// A page that should be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lost {
    pub(super) page: u32,
    /// The numbers of the rows on it and below it are greater than this…
    pub(super) above: i64,
    /// …and not greater than this.
    pub(super) upto: i64,
}

/// What is where in the file.
pub(super) struct Survey<'p> {
    pages: &'p Pages,
    records: Records<'p>,
    found: Vec<Found>,
    /// Whether the list of free pages makes sense: what it names is nobody's.
    pub(super) knows_free: bool,
    /// Pages that cannot be read or are empty, though something should be on them.
    pub(super) blank: u32,
}

impl<'p> Survey<'p> {
    pub(super) fn of(pages: &'p Pages) -> Survey<'p> {
        let mut survey = Survey {
            pages,
            records: Records::new(pages),
            found: SHAPES.iter().map(|_| Found::default()).collect(),
            knows_free: false,
            blank: 0,
        };
        let mut claimed = vec![false; pages.count() as usize + 1];
        let roots = survey.roots(&mut claimed);
        for (root, place) in &roots {
            let mut found = survey.walk(*root, *place, &mut claimed);
            if let Some(place) = place {
                survey.found[*place].reached.append(&mut found.reached);
                survey.found[*place].lost.append(&mut found.lost);
                survey.found[*place].unreadable.append(&mut found.unreadable);
            }
        }
        for (place, found) in survey.found.iter_mut().enumerate() {
            if !roots.iter().any(|(_, known)| *known == Some(place)) {
                found.lost.push(Lost { page: 0, above: i64::MIN, upto: i64::MAX });
            }
        }
        survey.free(&mut claimed);
        survey.orphans(&claimed);
        survey
    }

    /// The roots that the schema names, each with its place among the shapes if it has one.
    fn roots(&mut self, claimed: &mut [bool]) -> Vec<(u32, Option<usize>)> {
        let mut roots = Vec::new();
        let mut add = |row: &Row| {
            let (Some(name), Some(root)) = (row.values[1].text(), row.values[3].int()) else { return };
            if let Ok(root) = u32::try_from(root)
                && root > 1
            {
                roots.push((root, place_of(name)));
            }
        };
        let schema = self.walk(1, None, claimed);
        for page in &schema.reached {
            self.rows_on(*page, |row| {
                if SCHEMA.fits(&row.values) {
                    add(&row)
                }
            });
        }
        if !schema.lost.is_empty() {
            // Parts of the schema that the first page no longer leads to.
            for page in 2..=self.pages.count() {
                let mut is_schema = false;
                if !claimed[page as usize] {
                    self.rows_on(page, |row| {
                        if SCHEMA.fits(&row.values) && is_ours(&row) {
                            is_schema = true;
                            add(&row)
                        }
                    });
                }
                claimed[page as usize] |= is_schema;
            }
        }
        roots.sort_unstable();
        roots.dedup();
        roots
    }

    /// Walks the tree at `root`, which holds the rows of the shape at `place`; of no shape in particular without one.
    fn walk(&self, root: u32, place: Option<usize>, claimed: &mut [bool]) -> Found {
        let mut found = Found::default();
        let mut stack = vec![(root, i64::MIN, i64::MAX, 0)];
        while let Some((number, above, upto, depth)) = stack.pop() {
            let is_free = claimed.get(number as usize) == Some(&false);
            let bytes = if is_free && depth < DEEPEST { self.pages.page(number) } else { None };
            let page = bytes.as_deref().and_then(|bytes| Page::parse(number, bytes));
            let page = page.filter(|page| self.belongs(page, place));
            let Some(page) = page else {
                found.lost.push(Lost { page: number, above, upto });
                continue;
            };
            claimed[number as usize] = true;
            if page.is_leaf || page.kind == TreeKind::Keys {
                found.reached.push(number);
            }
            let unreadable = place.map_or(0, |place| {
                let readable = page.rows(&self.records).filter(|row| SHAPES[place].fits(&row.values)).count();
                page.claimed_rows().saturating_sub(readable)
            });
            if unreadable > 0 {
                found.unreadable.push((number, unreadable));
                found.lost.push(Lost { page: number, above, upto });
            }
            let mut from = above;
            let children = page.children();
            let mut below: Vec<(u32, i64, i64, usize)> = Vec::with_capacity(children.len());
            for (child, key) in children {
                let upto = key.unwrap_or(upto);
                below.push((child, from, upto, depth + 1));
                from = upto;
            }
            stack.extend(below.into_iter().rev());
        }
        found
    }

    /// Whether the first row that can be read is of the shape. A page without rows belongs to anybody.
    fn belongs(&self, page: &Page<'_>, place: Option<usize>) -> bool {
        let Some(shape) = place.map(|place| &SHAPES[place]) else { return true };
        let mut rows = page.rows(&self.records);
        page.kind == shape.kind
            && rows
                .next()
                .is_none_or(|row| shape.fits(&row.values) || rows.any(|row| shape.fits(&row.values)))
    }

    /// Claims the free pages, if the list of them is whole.
    fn free(&mut self, claimed: &mut [bool]) {
        let Some(first) = self.pages.page(1) else { return };
        let (Some(mut trunk), Some(count)) = (page_number(&first, 32), page_number(&first, 36)) else {
            return;
        };
        if !first.starts_with(b"SQLite format 3\0") || first.len() < HEADER || count > self.pages.count() {
            return;
        }
        let mut free = Vec::new();
        while trunk != 0 && free.len() <= count as usize {
            let Some(page) = self.pages.page(trunk) else { return };
            free.push(trunk);
            let leaves = page_number(&page, 4).unwrap_or(u32::MAX) as usize;
            if leaves > self.pages.size() / 4 - 2 {
                return;
            }
            free.extend((0..leaves).filter_map(|index| page_number(&page, 8 + 4 * index)));
            trunk = page_number(&page, 0).unwrap_or(0);
        }
        let is_ours = |page: &u32| claimed.get(*page as usize) == Some(&false);
        let mut distinct = free.clone();
        distinct.sort_unstable();
        distinct.dedup();
        if free.len() != count as usize || distinct.len() != free.len() || !free.iter().all(is_ours) {
            return;
        }
        self.knows_free = true;
        for page in free {
            claimed[page as usize] = true;
        }
    }

    /// Finds out whose the pages are that nothing leads to.
    fn orphans(&mut self, claimed: &[bool]) {
        for number in 2..=self.pages.count() {
            if claimed[number as usize] {
                continue;
            }
            let Some(bytes) = self.pages.page(number) else {
                self.blank += 1;
                continue;
            };
            if bytes.iter().all(|byte| *byte == 0) {
                self.blank += 1;
                continue;
            }
            let Some(page) = Page::parse(number, &bytes) else { continue };
            for (place, shape) in SHAPES.iter().enumerate() {
                // A table of which every page is reached has no others: what looks like one is from before.
                if page.kind == shape.kind
                    && !self.found[place].lost.is_empty()
                    && page.rows(&self.records).any(|row| shape.fits(&row.values))
                {
                    self.found[place].orphans.push(number);
                }
            }
        }
    }

    fn rows_on(&self, page: u32, mut each: impl FnMut(Row)) {
        let Some(bytes) = self.pages.page(page) else { return };
        let Some(parsed) = Page::parse(page, &bytes) else { return };
        for row in parsed.rows(&self.records) {
            each(row);
        }
    }

    /// Whether there is anything to be salvaged.
    pub(super) fn has_rows(&self) -> bool {
        // The first row is enough, and no failure.
        let has_one = |table: &&str| self.each_row(table, |_, _| Err(Error::internal("a row"))).is_err();
        ["code", "annotation", "document", "coder", "memo", "history", "text"].iter().any(has_one)
    }

    /// What was found of the table or index called `name`.
    pub(super) fn found(&self, name: &str) -> &Found {
        &self.found[place_of(name).expect("only shapes are asked for")]
    }

    /// Calls `each` with every row of the table or index called `name`, those that are reached first; `false` for a row
    /// to which no way leads.
    ///
    /// Such a row is only told where it may be one that is lost: its number lies in a gap.
    pub(super) fn each_row(&self, name: &str, mut each: impl FnMut(Row, bool) -> Result<()>) -> Result<()> {
        let place = place_of(name).expect("only shapes are asked for");
        let (found, shape) = (&self.found[place], &SHAPES[place]);
        let pages = found
            .reached
            .iter()
            .map(|page| (page, true))
            .chain(found.orphans.iter().map(|page| (page, false)));
        for (page, is_reached) in pages {
            let Some(bytes) = self.pages.page(*page) else { continue };
            let Some(parsed) = Page::parse(*page, &bytes) else { continue };
            for row in parsed.rows(&self.records).filter(|row| shape.fits(&row.values)) {
                let may_be_lost = shape.kind == TreeKind::Keys
                    || found.lost.iter().any(|lost| lost.above < row.number && row.number <= lost.upto);
                if is_reached || may_be_lost {
                    each(row, is_reached)?;
                }
            }
        }
        Ok(())
    }
}

/// Whether a row of a schema names something of ours.
fn is_ours(row: &Row) -> bool {
    let kind = row.values[0].text();
    matches!(kind, Some("table" | "index"))
        && row.values[1].text().is_some_and(|name| place_of(name).is_some())
}
