//! The texts that the cells of a workbook share, kept outside of memory where they are many.

use std::io::{Read, Seek, SeekFrom, Write};

use tempfile::SpooledTempFile;

use super::limits::Limits;
use super::spool::no_room;
use super::xml::{Node, Xml};
use crate::error::{Error, Result};

/// As many texts as this come into memory together, in bytes.
const BLOCK: usize = 1 << 12;
/// How many blocks are kept once they were asked for. Cells ask for most texts in the order in which they stand here, and
/// for names and numbers again and again.
const KEPT: usize = 1 << 12;
/// Below this size everything stays in memory, in bytes.
const IN_MEMORY: usize = 8 << 20;
/// The most texts. A million rows have five million at most.
const MOST: usize = 1 << 25;

/// The shared texts, by number.
pub(super) struct Strings {
    file: SpooledTempFile,
    /// Where each text ends, and in which block it stands: the texts of a block are one piece of the file.
    ends: Vec<u32>,
    /// The first text of each block, and where the block begins in the file.
    blocks: Vec<(u32, u64)>,
    length: u64,
    /// Whether a block has begun and is not yet in the file.
    is_open: bool,
    /// Blocks that were asked for, each in the one place that its number gives it.
    kept: Vec<Option<(usize, String)>>,
}

impl Strings {
    /// No texts.
    pub(super) fn none() -> Self {
        Strings {
            file: SpooledTempFile::new(IN_MEMORY),
            ends: Vec::new(),
            blocks: Vec::new(),
            length: 0,
            is_open: false,
            kept: vec![None; KEPT],
        }
    }

    /// Reads the part with the shared texts.
    ///
    /// # Errors
    /// As [`Xml::next`]; refuses a text longer than a cell may be, and too many texts.
    pub(super) fn read<R: Read>(mut xml: Xml<R>, limits: Limits) -> Result<Self> {
        let mut strings = Strings::none();
        let mut block = String::new();
        loop {
            let begins = match xml.next()? {
                Node::Start(tag) => tag.name() == "si",
                Node::Eof => break,
                _ => false,
            };
            if begins {
                if !std::mem::replace(&mut strings.is_open, true) {
                    strings.blocks.push((strings.ends.len() as u32, strings.length));
                }
                read_rich_text(&mut xml, &mut block, limits)?;
                if strings.ends.len() == MOST {
                    return Err(Error::refused(format!(
                        "the workbook holds more than {MOST} different texts"
                    )));
                }
                strings.ends.push(block.len() as u32);
                xml.found();
                if block.len() >= BLOCK {
                    strings.end_block(&mut block)?;
                }
            }
        }
        strings.end_block(&mut block)?;
        xml.drain()?;
        Ok(strings)
    }

    fn end_block(&mut self, block: &mut String) -> Result<()> {
        self.file.write_all(block.as_bytes()).map_err(no_room)?;
        self.length += block.len() as u64;
        block.clear();
        self.is_open = false;
        Ok(())
    }

    /// The text of this number, from 0; `None` when there is none.
    ///
    /// # Errors
    /// The temporary file failed.
    pub(super) fn get(&mut self, number: usize) -> Result<Option<&str>> {
        let Some(end) = self.ends.get(number) else { return Ok(None) };
        let block = self.blocks.partition_point(|(first, _)| *first as usize <= number) - 1;
        let first = self.blocks[block].0 as usize;
        let start = if number == first { 0 } else { self.ends[number - 1] };
        let (start, end) = (start as usize, *end as usize);
        let place = block % KEPT;
        if self.kept[place].as_ref().is_none_or(|(kept, _)| *kept != block) {
            self.kept[place] = Some((block, self.fetch(block)?));
        }
        Ok(self.kept[place].as_ref().and_then(|(_, text)| text.get(start..end)))
    }

    fn fetch(&mut self, block: usize) -> Result<String> {
        let begin = self.blocks[block].1;
        let end = self.blocks.get(block + 1).map_or(self.length, |(_, begin)| *begin);
        let mut text = String::new();
        self.file.seek(SeekFrom::Start(begin)).map_err(no_room)?;
        (&mut self.file).take(end - begin).read_to_string(&mut text).map_err(no_room)?;
        Ok(text)
    }
}

/// Appends the text of the element that has just begun: that of its `t`, whatever runs they stand in, without the reading
/// aid (`rPh`) of East Asian texts.
///
/// # Errors
/// As [`Xml::next`]; refuses a text that is longer than a cell may be.
pub(super) fn read_rich_text<R: Read>(xml: &mut Xml<R>, into: &mut String, limits: Limits) -> Result<()> {
    let outer = xml.depth();
    let mut text = String::new();
    let mut inside = false;
    while xml.depth() >= outer {
        match xml.next()? {
            Node::Start(tag) if tag.name() == "rPh" => xml.skip()?,
            Node::Start(tag) => inside = tag.name() == "t",
            Node::End(_) => inside = false,
            Node::Text(piece) if inside => text.push_str(&piece),
            Node::Text(_) | Node::Other => {}
            Node::Eof => return Err(xml.malformed("it ends within a text")),
        }
        if text.len() > limits.cell {
            return Err(xml.malformed("a text in it is longer than any cell"));
        }
    }
    into.push_str(&super::escapes::unescape(&text));
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    fn strings(xml: &str) -> Result<Strings> {
        Strings::read(Xml::new(xml.as_bytes(), "xl/sharedStrings.xml", Limits::default()), Limits::default())
    }

    #[test]
    fn texts_are_read_with_runs_spaces_escapes_and_without_reading_aids() {
        let mut strings = strings(
            "<sst><si><t>a &amp; b</t></si><si><r><rPr><b/></rPr><t>bold </t></r><r><t xml:space=\"preserve\">and plain</t></r></si>\
             <si><t>漢字</t><rPh sb=\"0\" eb=\"2\"><t>かんじ</t></rPh></si><si/><si><t>_x000B_</t></si><si><t><![CDATA[<x>]]>&#65;</t></si></sst>",
        )
        .unwrap();
        let texts: Vec<String> =
            (0..6).map(|number| strings.get(number).unwrap().unwrap().to_owned()).collect();
        assert_eq!(texts, ["a & b", "bold and plain", "漢字", "", "\u{b}", "<x>A"]);
        assert_eq!(strings.get(6).unwrap(), None);
    }

    #[test]
    fn texts_beyond_memory_come_back_in_any_order() {
        const COUNT: usize = 80_000;
        let text = |number: usize| format!("{number}:{}", "é".repeat(number % 400));
        let mut xml = "<sst>".to_owned();
        (0..COUNT).for_each(|number| write!(xml, "<si><t>{}</t></si>", text(number)).unwrap());
        let mut strings = strings(&(xml + "</sst>")).unwrap();
        assert!(strings.length > IN_MEMORY as u64 && strings.blocks.len() > KEPT);
        for number in (0..COUNT).chain((0..COUNT).map(|number| number * 7_919 % COUNT).step_by(17)) {
            assert_eq!(strings.get(number).unwrap(), Some(text(number).as_str()));
        }
    }
}
