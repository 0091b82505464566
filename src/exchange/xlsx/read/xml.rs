//! A part of a workbook as a stream of elements, read with bounds: no document type, no entities, no endless tags.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read};

use quick_xml::events::{BytesEnd, BytesStart, Event};
use quick_xml::{Error as XmlError, Reader, XmlVersion};

use super::archive::{SAVE_AGAIN, unreadable};
use super::limits::Limits;
use crate::error::{Error, Result};

/// A part being read as XML.
pub(super) struct Xml<R> {
    reader: Reader<Metered<R>>,
    /// The part's name, for messages.
    name: String,
    buffer: Vec<u8>,
    depth: usize,
    /// How far it may be read before a text is found.
    idle: (u64, u64),
}

/// What comes next.
pub(super) enum Node<'a> {
    /// An element begins.
    Start(Tag<'a>),
    /// An element ends; an empty one does too.
    End(Close<'a>),
    /// A piece of text. One text may come in several.
    Text(Cow<'a, str>),
    /// A comment, the declaration, an instruction.
    Other,
    /// Nothing is left.
    Eof,
}

/// The beginning of an element.
pub(super) struct Tag<'a>(BytesStart<'a>);

/// The end of an element.
pub(super) struct Close<'a>(BytesEnd<'a>);

impl Tag<'_> {
    /// Its name as written, with its prefix.
    pub(super) fn full_name(&self) -> &str {
        self.0.name().into_inner()
    }

    /// Its name without its prefix.
    pub(super) fn name(&self) -> &str {
        self.0.local_name().into_inner()
    }

    /// Calls `each` with the full name and the raw value of every attribute: enough for numbers and addresses, in which
    /// nothing needs an escape.
    pub(super) fn raw(&self, mut each: impl FnMut(&str, &str)) {
        let mut attributes = self.0.attributes();
        attributes.with_checks(false).flatten().for_each(|attribute| each(attribute.key.0, &attribute.value));
    }

    /// The text of the attribute of this full name.
    pub(super) fn text(&self, wanted: &str) -> Option<String> {
        let mut attributes = self.0.attributes();
        let found = attributes.with_checks(false).flatten().find(|attribute| attribute.key.0 == wanted)?;
        found.normalized_value(XmlVersion::Implicit1_0).ok().map(Cow::into_owned)
    }
}

impl Close<'_> {
    /// Its name as written, with its prefix.
    pub(super) fn full_name(&self) -> &str {
        self.0.name().into_inner()
    }

    /// Its name without its prefix.
    pub(super) fn name(&self) -> &str {
        self.0.local_name().into_inner()
    }
}

impl<R: Read> Xml<R> {
    /// Reads `source`, the part `name`.
    pub(super) fn new(source: R, name: &str, limits: Limits) -> Self {
        let mut reader = Reader::from_reader(Metered {
            source: BufReader::with_capacity(1 << 16, source),
            taken: 0,
            most: limits.cell,
            is_too_long: false,
        });
        reader.config_mut().expand_empty_elements = true;
        Xml { reader, name: name.to_owned(), buffer: Vec::new(), depth: 0, idle: (limits.idle, limits.idle) }
    }

    /// What comes next.
    ///
    /// # Errors
    /// Refuses what is no XML, and what no spreadsheet program writes: a document type, an entity, a nesting or a text
    /// beyond the limits.
    pub(super) fn next(&mut self) -> Result<Node<'_>> {
        self.buffer.clear();
        self.reader.get_mut().taken = 0;
        if self.reader.buffer_position() > self.idle.1 {
            return Err(malformed(&self.name, "most of it holds no text"));
        }
        // What is borrowed from the buffer cannot be given out and dropped on one path: the error is looked at first.
        let event = match self.reader.read_event_into(&mut self.buffer) {
            Ok(event) => event,
            Err(cause) => return Err(failure(&self.name, self.reader.get_ref().is_too_long, cause)),
        };
        Ok(match event {
            Event::Start(tag) => {
                self.depth += 1;
                if self.depth > Limits::DEPTH {
                    return Err(malformed(&self.name, "its elements are nested too deeply"));
                }
                Node::Start(Tag(tag))
            }
            Event::End(tag) => {
                self.depth = self.depth.saturating_sub(1);
                Node::End(Close(tag))
            }
            Event::Text(text) => Node::Text(text.xml10_content()),
            Event::CData(text) => Node::Text(text.xml10_content()),
            Event::GeneralRef(reference) => Node::Text(match reference.as_ref() {
                "lt" => "<".into(),
                "gt" => ">".into(),
                "amp" => "&".into(),
                "apos" => "'".into(),
                "quot" => "\"".into(),
                _ => match reference.resolve_char_ref() {
                    Ok(Some(letter)) => letter.to_string().into(),
                    _ => return Err(malformed(&self.name, "it names an entity, which is not read")),
                },
            }),
            Event::DocType(_) => {
                return Err(malformed(&self.name, "it has a document type, which is not read"));
            }
            Event::Eof => Node::Eof,
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => Node::Other,
        })
    }

    /// Reads to the end of the element that has just begun.
    ///
    /// # Errors
    /// As [`Xml::next`].
    pub(super) fn skip(&mut self) -> Result<()> {
        let depth = self.depth;
        while self.depth >= depth {
            if matches!(self.next()?, Node::Eof) {
                return Err(self.malformed("it ends within an element"));
            }
        }
        Ok(())
    }

    /// A text was found that somebody wrote.
    pub(super) fn found(&mut self) {
        self.idle.1 = self.reader.buffer_position() + self.idle.0;
    }

    /// How many elements are open.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    /// Reads what is left without looking at it, so that the archive's check sum is checked.
    ///
    /// # Errors
    /// Refuses a part whose bytes are not those that were packed.
    pub(super) fn drain(mut self) -> Result<()> {
        let rest = &mut self.reader.get_mut().source;
        io::copy(rest, &mut io::sink()).map(drop).map_err(|cause| unreadable(&self.name, cause))
    }

    /// The refusal of this part.
    pub(super) fn malformed(&self, why: &str) -> Error {
        malformed(&self.name, why)
    }
}

fn malformed(name: &str, why: &str) -> Error {
    Error::refused(format!("the workbook's file `{name}` is not one of a spreadsheet: {why}"))
        .hint(SAVE_AGAIN)
}

fn failure(name: &str, is_too_long: bool, cause: XmlError) -> Error {
    match cause {
        _ if is_too_long => malformed(name, "a tag or a text in it is longer than any cell"),
        XmlError::Io(cause) => unreadable(name, io::Error::new(cause.kind(), cause.to_string())),
        cause => malformed(name, "it is not XML").caused_by(cause),
    }
}

/// A source that fails when too much is taken of it for one event: the reader above gathers a whole tag or text first.
struct Metered<R> {
    source: BufReader<R>,
    taken: usize,
    most: usize,
    is_too_long: bool,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.source.read(buffer)
    }
}

impl<R: Read> BufRead for Metered<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.taken > self.most {
            self.is_too_long = true;
            return Err(io::Error::other("too long"));
        }
        self.source.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.taken += amount;
        self.source.consume(amount);
    }
}
