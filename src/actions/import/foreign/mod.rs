//! Tables of other programs: every row is placed in a text, then taken for new annotations.
//!
//! Placing comes first and is counted by itself: whether a passage was found says how far a table can be trusted, and
//! has nothing to do with whether its code is in the codebook. Rows whose words stand in several places wait until every
//! row is read; the passages around them may tell then (`neighbours`).

mod find;
mod names;
mod neighbours;
mod say;

use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::rc::Rc;

use super::annotations::Gathered;
use super::cells::damage_or;
use super::rejects::Rejects;
use super::{Import, Refusal};
use crate::domain::CharRange;
use crate::error::{Error, Result};
use crate::exchange::annotations::AnnotationReader;
use crate::exchange::csv::Headed;
use crate::exchange::foreign::{self, Columns, ForeignReader, ForeignRow, Recognised, Wording, recognise};
use find::{Finder, Found};
use neighbours::{Landmark, Landmarks, Question};

/// What became of the passages of another program's table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Foreign {
    /// What the table was taken for, with its article.
    pub title: &'static str,
    /// Passages that stand at their positions.
    pub by_offsets: u64,
    /// Those among them that no words vouch for.
    pub unchecked: u64,
    /// Passages that were found by their words.
    pub by_words: u64,
    /// Rows whose passage was not found.
    pub unplaced: u64,
    /// How many documents the rows name that are not in the store.
    pub missing_documents: u64,
    /// How many codes the rows name that are not in the codebook and were not to be made.
    pub missing_codes: u64,
}

/// A row whose passage may be in several places, or whose code is not certain yet.
struct Open {
    read: ForeignRow,
    document: usize,
    /// Where else the passage may be; none where only the row's code is open.
    hits: Rc<[CharRange]>,
    /// Where the passage was found, and whether at its positions.
    found: Option<(CharRange, bool)>,
    /// The row as it was, for the file of refused rows.
    cells: Vec<String>,
}

/// What is kept between the rows of a table.
#[derive(Default)]
struct Work {
    open: Vec<Open>,
    /// Where the passages of each document were found.
    landmarks: HashMap<usize, Vec<Landmark>>,
    missing_documents: HashSet<String>,
    missing_codes: HashSet<String>,
    finder: Finder,
    /// Rows that are of no passage.
    passed_over: u64,
    /// A code whose name has a `/` was taken for levels.
    has_slash: Option<String>,
}

impl Import<'_, '_> {
    /// Reads a table of annotations: ours, or another program's.
    pub(super) fn table(&mut self, source: impl Read, gathered: &mut Gathered) -> Result<()> {
        let table = Headed::read(source, &foreign::names(), self.options.reading())?;
        match recognise(table, self.options.from)? {
            Recognised::Own(_) if self.options.code_levels.is_some() => Err(Error::refused(
                "`--code-levels` is for tables of other programs; this one is postil's own",
            )
            .hint("its codes are paths already: leave the option out")),
            Recognised::Own(table) => self.annotations_on(AnnotationReader::on(table)?, gathered),
            Recognised::Foreign(_) if self.options.missing_means_deleted => {
                Err(Error::refused("a table of another program can't prove what was deleted")
                    .hint("leave `--missing-means-deleted` out; `postil untag` removes annotations"))
            }
            Recognised::Foreign(reader) => self.foreign(reader, gathered),
        }
    }

    fn foreign<R: Read>(&mut self, mut reader: ForeignReader<R>, gathered: &mut Gathered) -> Result<()> {
        self.outcome.foreign = Some(Foreign { title: reader.table().title(), ..Foreign::default() });
        let columns = reader.table().columns().clone();
        if !columns.aside.is_empty() {
            let names: Vec<String> = columns.aside.iter().map(|name| format!("`{name}`")).collect();
            self.outcome.remark(format!("left aside: the columns {}", names.join(", ")));
        }
        let keeps_cells = !matches!(self.rejects, Rejects::Unwanted);
        let mut work = Work::default();
        while let Some(outcome) = reader.next_row()? {
            let outcome = match outcome {
                Ok(None) => {
                    work.passed_over += 1;
                    continue;
                }
                Ok(Some(read)) => {
                    let wording = reader.table().wording();
                    let cells = || if keeps_cells { reader.last_cells() } else { Vec::new() };
                    self.foreign_row(read, &columns, wording, cells, &mut work, gathered)?
                }
                Err(refusal) => {
                    self.count_foreign(|foreign| foreign.unplaced += 1);
                    Err(refusal)
                }
            };
            self.outcome.annotations.rows += 1;
            if let Err(refusal) = outcome {
                self.reject_cells(reader.header(), &reader.last_cells(), &refusal)?;
                self.refuse(refusal);
            }
        }
        self.settle_open(&reader, &columns, &mut work, gathered)?;
        // Those that waited come last, and a person reads the list beside the sheet.
        self.outcome.refusals.sort_by_key(|(_, refusal)| refusal.row);
        self.tell(&work);
        Ok(())
    }

    /// One row. Inner error: its refusal.
    fn foreign_row(
        &mut self,
        read: ForeignRow,
        columns: &Columns,
        wording: Wording,
        cells: impl Fn() -> Vec<String>,
        work: &mut Work,
        gathered: &mut Gathered,
    ) -> Result<Result<(), Refusal>> {
        let reader = self.tx.reader();
        let document = match self.directory.documents.find(reader, &read.document, None) {
            Ok(document) => document,
            Err(reason) => {
                self.count_foreign(|foreign| foreign.unplaced += 1);
                let name = &read.document;
                let reason = if name.is_empty() {
                    "the row names no document".to_owned()
                } else {
                    work.missing_documents.insert(name.clone());
                    damage_or(name, reason)
                };
                return Ok(Err(Refusal::cell(read.row, &columns.document, name, reason)));
            }
        };
        let text = self.directory.documents.known(document).text;
        let index = self.directory.texts.get(reader, text)?.index();
        let found = work.finder.find(text, &index, &read, columns, wording);
        let (range, at_positions, hits) = match found {
            Found::Nowhere(refusal) => {
                self.count_foreign(|foreign| foreign.unplaced += 1);
                return Ok(Err(refusal));
            }
            Found::Several(hits) => {
                work.open.push(Open { cells: cells(), read, document, hits, found: None });
                return Ok(Ok(()));
            }
            Found::Perhaps { range, at_positions, hits } => (range, at_positions, hits),
            Found::AtPositions { range, checked } => {
                self.count_foreign(|foreign| foreign.unchecked += u64::from(!checked));
                (range, true, Rc::default())
            }
            Found::ByWords(range) => (range, false, Rc::default()),
        };
        // Few words that are elsewhere too may be here by accident, and tell nothing of others.
        if hits.len() < 2 {
            let (order, claimed) = (read.row, find::claimed(&read));
            work.landmarks.entry(document).or_default().push(Landmark {
                order,
                claimed,
                start: range.start(),
            });
        }
        if read.doubtful || !hits.is_empty() {
            let found = Some((range, at_positions));
            work.open.push(Open { cells: cells(), read, document, hits, found });
            return Ok(Ok(()));
        }
        self.count_placed(at_positions);
        self.say(&read, columns, document, range, work, gathered)
    }

    /// Takes or refuses the rows that waited.
    fn settle_open<R: Read>(
        &mut self,
        reader: &ForeignReader<R>,
        columns: &Columns,
        work: &mut Work,
        gathered: &mut Gathered,
    ) -> Result<()> {
        let open = std::mem::take(&mut work.open);
        let landmarks =
            Landmarks::new(std::mem::take(&mut work.landmarks), reader.table().is_in_text_order());
        let questions: Vec<Question<'_>> = open.iter().map(Open::question).collect();
        let answers = neighbours::answers(landmarks, &questions);
        for (Open { read, document, hits, found, cells }, answer) in open.iter().zip(answers) {
            let outcome = match answer {
                Some(range) => {
                    self.count_placed(*found == Some((range, true)));
                    let is_sure = if read.doubtful { reader.table().settle(read) } else { Ok(()) };
                    match is_sure {
                        Ok(()) => self.say(read, columns, *document, range, work, gathered)?,
                        Err(refusal) => Err(refusal),
                    }
                }
                None => {
                    self.count_foreign(|foreign| foreign.unplaced += 1);
                    Err(find::ambiguous(read, columns, hits.len()))
                }
            };
            if let Err(refusal) = outcome {
                self.reject_cells(reader.header(), cells, &refusal)?;
                self.refuse(refusal);
            }
        }
        Ok(())
    }

    fn count_placed(&mut self, at_positions: bool) {
        self.count_foreign(|foreign| match at_positions {
            true => foreign.by_offsets += 1,
            false => foreign.by_words += 1,
        });
    }

    fn count_foreign(&mut self, count: impl FnOnce(&mut Foreign)) {
        self.outcome.foreign.as_mut().map(count);
    }

    /// Says at the end what holds for the table as a whole.
    fn tell(&mut self, work: &Work) {
        self.count_foreign(|foreign| {
            foreign.missing_documents = work.missing_documents.len() as u64;
            foreign.missing_codes = work.missing_codes.len() as u64;
        });
        if work.passed_over > 0 {
            self.outcome.remark(format!(
                "left aside, because they are of no passage: {} of the rows",
                work.passed_over
            ));
        }
        if let Some(name) = &work.has_slash {
            self.outcome.remark(format!("a `/` in the name of a code parts two levels, as in `{name}`"));
        }
        if self.outcome.foreign.as_ref().is_some_and(|foreign| foreign.unchecked > 0) {
            self.outcome.remark(
                "the table has no words to check its positions by: look at some passages with `postil list`",
            );
        }
    }
}

impl Open {
    fn question(&self) -> Question<'_> {
        Question {
            document: self.document,
            hits: &self.hits,
            found: self.found.map(|(range, _)| range),
            read: &self.read,
            claimed: find::claimed(&self.read),
        }
    }
}
