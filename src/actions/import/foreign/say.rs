//! What a placed row says: a code or several, by whom, with which note.

use super::super::annotations::{Gathered, Stamp};
use super::super::cells::{damage_of, damage_or};
use super::super::{Import, Refusal};
use super::Work;
use super::names::{handle_of, path_of};
use crate::domain::CharRange;
use crate::domain::name::split_code_path;
use crate::error::Result;
use crate::exchange::foreign::{Columns, ForeignRow};
use crate::store::annotation::AnnotationDraft;

impl Import<'_, '_> {
    /// Gathers the annotations of a row whose passage is at `range`. Inner error: the refusal of the row.
    pub(super) fn say(
        &mut self,
        read: &ForeignRow,
        columns: &Columns,
        document: usize,
        range: CharRange,
        work: &mut Work,
        gathered: &mut Gathered,
    ) -> Result<Result<(), Refusal>> {
        let refuse = |column: &str, value: &str, reason: String| {
            Ok(Err(Refusal::cell(read.row, column, value, reason)))
        };
        let note = if read.note.trim().is_empty() { "" } else { read.note.as_str() };
        if let Some(damage) = damage_of(note, None) {
            return refuse(&columns.note, note, damage);
        }
        // Looked up before the coder and made after: a refused row leaves neither a coder nor a code behind.
        let mut paths = Vec::with_capacity(read.codes.len());
        for levels in &read.codes {
            let path = path_of(levels, self.options.code_levels);
            if path.is_empty() {
                return refuse(&columns.code, &levels.join("/"), "is no name of a code".to_owned());
            }
            let has_slash = levels.iter().any(|level| level.contains('/'));
            if let Err(reason) = self.knows_or_may_make(&path, has_slash, work)? {
                return refuse(&columns.code, &path, reason);
            }
            paths.push(path);
        }
        let own = self.tx.coder_handle().to_owned();
        let handle = Some(handle_of(&read.coder)).filter(|handle| !handle.is_empty()).unwrap_or(own);
        let coder = match self.directory.coders.for_row(self.tx, &handle)? {
            Ok(coder) => coder,
            Err(reason) => return refuse(&columns.coder, &read.coder, damage_or(&read.coder, reason)),
        };
        let mut codes = Vec::with_capacity(paths.len().max(1));
        for path in &paths {
            match self.directory.codes.for_row(self.tx, path, true)? {
                Ok(code) => codes.push(Some(code)),
                Err(reason) => return refuse(&columns.code, path, reason),
            }
        }
        if codes.is_empty() {
            codes.push(None);
        }
        let known = self.directory.documents.known(document);
        let (document, text) = (known.id, known.text);
        for code in codes {
            let draft = AnnotationDraft { document, text, range, code, coder, note: note.to_owned() };
            gathered.push(draft, Stamp::new(read.row, self.tx.at()))?;
        }
        Ok(Ok(()))
    }

    /// Whether a code is there, or may be made. Inner error: the reason to refuse the row.
    fn knows_or_may_make(
        &mut self,
        path: &str,
        has_slash: bool,
        work: &mut Work,
    ) -> Result<Result<(), String>> {
        if self.directory.codes.find(self.tx.reader(), path)?.is_some() {
            return Ok(Ok(()));
        }
        if let Some(damage) = damage_of(path, None) {
            return Ok(Err(damage));
        }
        if let Err(refused) = split_code_path(path) {
            return Ok(Err(refused.message().to_owned()));
        }
        if has_slash {
            work.has_slash.get_or_insert_with(|| path.to_owned());
        }
        if self.options.create_codes {
            return Ok(Ok(()));
        }
        work.missing_codes.insert(path.to_owned());
        Ok(self.directory.codes.for_row(self.tx, path, false)?.map(drop))
    }
}
