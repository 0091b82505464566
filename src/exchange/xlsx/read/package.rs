//! The parts of an Office Open XML workbook: which sheets it has, where they are, and what its number formats say.

use std::collections::HashMap;
use std::io::{Read, Seek};

use super::archive::Archive;
use super::formats;
use super::limits::Limits;
use super::typed::NumberKind;
use super::xml::{Node, Xml};
use crate::error::{Error, Result};

/// What the package says before any sheet is read.
pub(super) struct Package {
    /// The sheets in order: name, and the part that holds it.
    pub(super) sheets: Vec<(String, String)>,
    /// The part with the texts that cells share.
    pub(super) strings: Option<String>,
    /// What the numbers of cells of each style are.
    pub(super) styles: Vec<NumberKind>,
    /// Whether days are counted from 1904.
    pub(super) is_1904: bool,
}

/// A relation of one part to another.
struct Relation {
    kind: String,
    target: String,
}

/// The most styles that are looked at: Excel's limit is 65,490.
const MOST_STYLES: usize = 1 << 17;

/// Finds the part that is the workbook; `None` when the archive holds none.
///
/// # Errors
/// As [`Archive::part`].
pub(super) fn workbook_part<R: Read + Seek>(
    archive: &mut Archive<R>,
    limits: Limits,
) -> Result<Option<String>> {
    let relations = relations_of(archive, "", limits)?;
    let named = relations.into_values().find(|relation| relation.kind == "officeDocument");
    let part = named.map_or_else(|| "xl/workbook.xml".to_owned(), |relation| relation.target);
    // Text documents and slides have such a part as well.
    let is_other = part.starts_with("word/") || part.starts_with("ppt/");
    Ok(Some(part).filter(|part| archive.has(part) && !is_other))
}

impl Package {
    /// Reads the workbook that `part` is, without its sheets.
    ///
    /// # Errors
    /// Refuses what is no such workbook, or has too many sheets.
    pub(super) fn read<R: Read + Seek>(archive: &mut Archive<R>, part: &str, limits: Limits) -> Result<Self> {
        let relations = relations_of(archive, part, limits)?;
        let target = |kind: &str| {
            relations.values().find(|relation| relation.kind == kind).map(|relation| relation.target.clone())
        };
        let strings = target("sharedStrings");
        let styles = match target("styles") {
            Some(styles) => read_styles(archive, &styles, limits)?,
            None => Vec::new(),
        };
        let mut package = Package { sheets: Vec::new(), strings, styles, is_1904: false };
        let mut xml = match archive.part(part)? {
            Some(source) => Xml::new(source, part, limits),
            None => return Ok(package),
        };
        loop {
            match xml.next()? {
                Node::Start(tag) if tag.name() == "sheet" => {
                    let name = tag.text("name").unwrap_or_default();
                    let mut id = None;
                    // `r:id`, under whatever prefix; `sheetId` is another thing.
                    tag.raw(|key, value| {
                        if key.split_once(':').is_some_and(|(_, local)| local == "id") {
                            id = Some(value.to_owned());
                        }
                    });
                    let relation = id.and_then(|id| relations.get(&id));
                    // Charts and dialogues can be sheets too; they have no cells.
                    if let Some(relation) = relation.filter(|relation| relation.kind == "worksheet") {
                        package.sheets.push((name, relation.target.clone()));
                    }
                    if package.sheets.len() > limits.sheets {
                        return Err(Error::refused(format!(
                            "the workbook has more than {} sheets",
                            limits.sheets
                        )));
                    }
                }
                Node::Start(tag) if tag.name() == "workbookPr" => tag.raw(|key, value| {
                    package.is_1904 |= key == "date1904" && matches!(value, "1" | "true");
                }),
                Node::Eof => break,
                _ => {}
            }
        }
        Ok(package)
    }

    /// What the numbers of a cell of this style are.
    pub(super) fn kind_of(&self, style: usize) -> NumberKind {
        self.styles.get(style).copied().unwrap_or_default()
    }
}

/// The relations of `part`, by their ids.
fn relations_of<R: Read + Seek>(
    archive: &mut Archive<R>,
    part: &str,
    limits: Limits,
) -> Result<HashMap<String, Relation>> {
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    let separator = if folder.is_empty() { "" } else { "/" };
    let name = format!("{folder}{separator}_rels/{file}.rels");
    let mut relations = HashMap::new();
    let Some(source) = archive.part(&name)? else { return Ok(relations) };
    let mut xml = Xml::new(source, &name, limits);
    loop {
        match xml.next()? {
            Node::Start(tag) if tag.name() == "Relationship" => {
                let attribute = |key: &str| tag.text(key).unwrap_or_default();
                // The transitional and the strict form of the standard name kinds by different addresses.
                let kind = attribute("Type").rsplit('/').next().unwrap_or_default().to_owned();
                let target = resolved(folder, &attribute("Target"));
                if relations.len() as u64 > limits.parts {
                    return Err(xml.malformed("it has too many entries"));
                }
                relations.insert(attribute("Id"), Relation { kind, target });
            }
            Node::Eof => return Ok(relations),
            _ => {}
        }
    }
}

/// A target as a name in the archive: it counts from the part's folder, or from the root when it begins with `/`.
fn resolved(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = if target.starts_with('/') { Vec::new() } else { folder.split('/').collect() };
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts.join("/")
}

/// What each style of cells says of numbers.
fn read_styles<R: Read + Seek>(
    archive: &mut Archive<R>,
    part: &str,
    limits: Limits,
) -> Result<Vec<NumberKind>> {
    let Some(source) = archive.part(part)? else { return Ok(Vec::new()) };
    let mut xml = Xml::new(source, part, limits);
    let mut codes: HashMap<u32, NumberKind> = HashMap::new();
    let mut styles = Vec::new();
    let mut among_cells = false;
    loop {
        match xml.next()? {
            Node::Start(tag) => match tag.name() {
                "numFmt" => {
                    let id = tag.text("numFmtId").and_then(|id| id.parse().ok());
                    if let (Some(id), Some(code)) = (id, tag.text("formatCode")) {
                        codes.insert(id, formats::of_code(&code));
                    }
                }
                "cellXfs" => among_cells = true,
                "xf" if among_cells => {
                    let mut id = 0;
                    tag.raw(|key, value| {
                        if key == "numFmtId" {
                            id = value.parse().unwrap_or(0);
                        }
                    });
                    styles.push(codes.get(&id).copied().unwrap_or_else(|| formats::built_in(id)));
                }
                _ => {}
            },
            Node::End(tag) if tag.name() == "cellXfs" => among_cells = false,
            Node::Eof => return Ok(styles),
            _ => {}
        }
        if styles.len() > MOST_STYLES || codes.len() > MOST_STYLES {
            return Err(xml.malformed("it has too many styles"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_count_from_their_folder_or_from_the_root() {
        assert_eq!(resolved("xl", "worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolved("xl", "/xl/styles.xml"), "xl/styles.xml");
        assert_eq!(resolved("xl/worksheets", "../sharedStrings.xml"), "xl/sharedStrings.xml");
        assert_eq!(resolved("", "xl/workbook.xml"), "xl/workbook.xml");
        assert_eq!(resolved("xl", "../../../etc/passwd"), "etc/passwd");
    }
}
