//! The pages of a damaged file, read one by one and trusted in nothing.

use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::journal;
use super::tree::Page;
use crate::error::{Error, ErrorKind, Result};

/// The page sizes that SQLite knows, the one that postil's stores have first.
const SIZES: [usize; 8] = [4096, 1024, 8192, 2048, 16384, 32768, 65536, 512];

/// How many pages are looked at to find out how long a page is.
const SAMPLE: u32 = 400;

/// The bytes that stand before everything else on the first page.
pub(super) const HEADER: usize = 100;

/// A file of pages. Pages are numbered from 1.
pub(super) struct Pages {
    file: File,
    size: usize,
    count: u32,
    /// What a journal says that pages held before an unfinished change.
    earlier: HashMap<u32, Vec<u8>>,
    journal: Journal,
}

/// What became of the journal beside the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Journal {
    /// There was none.
    #[default]
    None,
    /// It held the pages before an unfinished change, and they were taken instead.
    PlayedBack,
    /// It is not a journal of this file, or not a whole one; it was left alone.
    LeftAlone,
    /// A write-ahead log lies there: what is only in it was not read.
    WriteAheadLog,
}

impl Pages {
    /// Opens the file at `path` for reading, and looks at the journal beside it. Nothing is written, here or ever.
    ///
    /// # Errors
    /// Corrupt when nothing in the file looks like a page; the system's.
    pub(super) fn open(path: &Path) -> Result<Pages> {
        let failed = |cause| Error::io(format!("can't read `{}`", path.display()), cause);
        let mut file = File::open(path).map_err(failed)?;
        let length = file.seek(SeekFrom::End(0)).map_err(failed)?;
        let mut pages = Pages { file, size: 512, count: 0, earlier: HashMap::new(), journal: Journal::None };
        pages.measure(length);
        let (earlier, journal) = journal::beside_store(path, &pages)?;
        pages.journal = journal;
        if let Some(earlier) = earlier {
            pages.count = earlier.count;
            pages.earlier = earlier.pages;
        }
        if pages.count == 0 {
            return Err(Error::new(
                ErrorKind::Corrupt,
                format!("`{}` is not a postil store", path.display()),
            )
            .hint("not one page of a store is in it"));
        }
        Ok(pages)
    }

    /// Finds out how long a page is: the header says it, or else what makes most sense of the file.
    fn measure(&mut self, length: u64) {
        let mut header = [0; HEADER];
        let said = match self.read_at(0, &mut header).then(|| u16::from_be_bytes([header[16], header[17]])) {
            Some(1) => 65536,
            Some(size) => usize::from(size),
            None => 0,
        };
        let fits = |pages: &mut Pages, size: usize| {
            pages.size = size;
            pages.count = u32::try_from(length / size as u64).unwrap_or(u32::MAX);
            let step = (pages.count / SAMPLE).max(1);
            let sample = (1..=pages.count).step_by(step as usize);
            sample
                .filter(|page| pages.page(*page).is_some_and(|bytes| Page::parse(*page, &bytes).is_some()))
                .count()
        };
        if SIZES.contains(&said) && fits(self, said) > 0 {
            return;
        }
        // Postil's own size comes first: longer pages would seem to fit as well.
        if !SIZES.into_iter().any(|size| fits(self, size) > 0) {
            self.count = 0;
        }
    }

    /// The length of a page in bytes.
    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// How many pages there are.
    pub(super) fn count(&self) -> u32 {
        self.count
    }

    /// What became of the journal.
    pub(super) fn journal(&self) -> Journal {
        self.journal
    }

    /// The bytes of a page; `None` where it is not there in full or the disk does not give it.
    pub(super) fn page(&self, number: u32) -> Option<Vec<u8>> {
        if number == 0 || number > self.count {
            return None;
        }
        if let Some(earlier) = self.earlier.get(&number) {
            return Some(earlier.clone());
        }
        let mut bytes = vec![0; self.size];
        self.read_at(u64::from(number - 1) * self.size as u64, &mut bytes).then_some(bytes)
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> bool {
        let mut file = &self.file;
        file.seek(SeekFrom::Start(offset)).is_ok() && file.read_exact(into).is_ok()
    }
}

/// The file beside `path` whose name ends in `suffix`.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
