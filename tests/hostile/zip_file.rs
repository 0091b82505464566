//! Archives put together by hand: an honest writer refuses most of what is wanted here.

use std::io::{Cursor, Write};

/// A file of an archive.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) name: Vec<u8>,
    /// What stands in the archive: packed, if the method says so.
    pub(crate) content: Vec<u8>,
    /// The length it is said to unpack to; `None`: what is so.
    pub(crate) says: Option<u32>,
    /// The sum it is said to have; `None`: what is so.
    pub(crate) sum: Option<u32>,
    /// 0 is stored, 8 deflated.
    pub(crate) method: u16,
    pub(crate) flags: u16,
    /// As Unix has it.
    pub(crate) mode: u32,
}

impl Entry {
    /// An ordinary file, stored.
    pub(crate) fn new(name: &str, content: impl Into<Vec<u8>>) -> Entry {
        let (name, content) = (name.as_bytes().to_vec(), content.into());
        Entry { name, content, says: None, sum: None, method: 0, flags: 0, mode: 0o100_644 }
    }
}

/// An ordinary file, deflated by an honest writer.
pub(crate) fn deflated(name: &str, content: Vec<u8>) -> Entry {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("a", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(&content).unwrap();
    let file = zip.finish().unwrap().into_inner();
    let mut archive = zip::ZipArchive::new(Cursor::new(&file)).unwrap();
    let (start, packed, sum) = {
        let entry = archive.by_index(0).unwrap();
        (entry.data_start().unwrap() as usize, entry.compressed_size() as usize, entry.crc32())
    };
    Entry {
        content: file[start..start + packed].to_vec(),
        says: Some(content.len() as u32),
        sum: Some(sum),
        method: 8,
        ..Entry::new(name, Vec::new())
    }
}

/// The archive of these files.
pub(crate) fn zip_file(entries: &[Entry]) -> Vec<u8> {
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    for entry in entries {
        let offset = file.len() as u32;
        let mut facts = Vec::new();
        facts.extend(20_u16.to_le_bytes());
        facts.extend(entry.flags.to_le_bytes());
        facts.extend(entry.method.to_le_bytes());
        facts.extend([0; 4]);
        facts.extend(entry.sum.unwrap_or_else(|| sum_of(&entry.content)).to_le_bytes());
        facts.extend((entry.content.len() as u32).to_le_bytes());
        facts.extend(entry.says.unwrap_or(entry.content.len() as u32).to_le_bytes());
        facts.extend((entry.name.len() as u16).to_le_bytes());
        facts.extend([0; 2]);
        file.extend(b"PK\x03\x04");
        file.extend(&facts);
        file.extend(&entry.name);
        file.extend(&entry.content);
        directory.extend(b"PK\x01\x02\x14\x03");
        directory.extend(&facts);
        directory.extend([0; 6]);
        directory.extend((entry.mode << 16).to_le_bytes());
        directory.extend(offset.to_le_bytes());
        directory.extend(&entry.name);
    }
    let (count, offset) = (entries.len() as u16, file.len() as u32);
    file.extend(&directory);
    file.extend(b"PK\x05\x06\0\0\0\0");
    file.extend(count.to_le_bytes());
    file.extend(count.to_le_bytes());
    file.extend((directory.len() as u32).to_le_bytes());
    file.extend(offset.to_le_bytes());
    file.extend([0; 2]);
    file
}

/// The sum that archives keep of their files.
fn sum_of(bytes: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg());
        }
    }
    !sum
}
