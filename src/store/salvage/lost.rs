//! What is lost: how it is named, what stands in for it, and how much it is.

use std::collections::HashMap;

use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::KeptOut;
use super::rebuild::{BACKUP, Rebuild};
use super::record::Value;
use super::survey::Survey;
use super::tree::Row;
use crate::domain::{Digest, Entity, Version, record};
use crate::error::{Error, Result};
use crate::store::content::AnyContent;
use crate::store::table::{TABLES, Table};

/// Said of a record that could be read and not be taken.
pub(super) const KEPT_OUT: &str =
    "what it says is in the table of what was kept out; `postil merge` with a backup brings it back";

/// Numbers up to this one are looked at one by one.
const MOST_NUMBERS: i64 = 50_000_000;

/// What rows were called, proven or not: for telling people.
#[derive(Default)]
pub(super) struct Names {
    pub(super) coders: HashMap<i64, String>,
    documents: HashMap<i64, String>,
    codes: HashMap<i64, (Option<i64>, String)>,
}

impl Names {
    pub(super) fn gather(survey: &Survey<'_>) -> Result<Names> {
        let mut names = Names::default();
        let text = |row: &Row, place: usize| match &row.values[place] {
            Value::Text(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            _ => String::new(),
        };
        for (index, into) in [("coder_handle", &mut names.coders), ("document_name", &mut names.documents)] {
            survey.each_row(index, |row, is_reached| {
                // Two indices look the same, and which is which is only known by the way to them.
                if let Some(number) = row.values[1].int().filter(|_| is_reached) {
                    into.insert(number, text(&row, 0));
                }
                Ok(())
            })?;
        }
        survey.each_row("coder", |row, _| {
            names.coders.entry(row.number).or_insert_with(|| text(&row, 2));
            Ok(())
        })?;
        survey.each_row("document", |row, _| {
            names.documents.entry(row.number).or_insert_with(|| text(&row, 2));
            Ok(())
        })?;
        survey.each_row("code", |row, _| {
            names.codes.entry(row.number).or_insert_with(|| (row.values[2].int(), text(&row, 3)));
            Ok(())
        })?;
        Ok(names)
    }

    fn path(&self, code: i64) -> String {
        let mut parts = Vec::new();
        let mut next = Some(code);
        // A damaged codebook may go in circles.
        while let Some(code) = next
            && parts.len() < 64
        {
            match self.codes.get(&code) {
                Some((parent, name)) => {
                    parts.push(name.clone());
                    next = *parent;
                }
                None => {
                    parts.push(format!("(code {code})"));
                    next = None;
                }
            }
        }
        parts.reverse();
        parts.join("/")
    }

    fn document(&self, number: i64) -> String {
        self.documents.get(&number).cloned().unwrap_or_else(|| format!("(document {number})"))
    }

    fn coder(&self, number: i64) -> String {
        self.coders.get(&number).cloned().unwrap_or_else(|| format!("(coder {number})"))
    }

    /// A row that can't be taken, as a person would want to read it.
    pub(super) fn kept_out(&self, entity: Entity, row: &Row, reason: &str) -> KeptOut {
        // The columns of its own begin behind the number and the id.
        let at = |place: usize| row.values.get(place + 2).unwrap_or(&Value::Null);
        let text = |place: usize| match at(place) {
            Value::Text(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            _ => String::new(),
        };
        let document = |place: usize| at(place).int().map(|number| self.document(number)).unwrap_or_default();
        let code = |place: usize| at(place).int().map(|number| self.path(number)).unwrap_or_default();
        let coder = |place: usize| at(place).int().map(|number| self.coder(number)).unwrap_or_default();
        let out =
            KeptOut { kind: entity.word(), id: row.number, reason: reason.to_owned(), ..KeptOut::default() };
        match entity {
            Entity::Coder => KeptOut { coder: text(0), ..out },
            Entity::Document => KeptOut { document: text(0), text: text(2), ..out },
            Entity::Attribute => {
                KeptOut { document: document(0), text: format!("{}={}", text(1), text(2)), ..out }
            }
            Entity::Code => KeptOut { code: self.path(row.number), text: text(3), ..out },
            Entity::Annotation => KeptOut {
                document: document(0),
                start: at(2).int(),
                end: at(3).int(),
                code: code(4),
                coder: coder(5),
                text: text(6),
                ..out
            },
            Entity::Memo => {
                KeptOut { document: document(0), code: code(1), coder: coder(2), text: text(3), ..out }
            }
            Entity::Assignment => KeptOut { document: document(0), coder: coder(1), text: text(2), ..out },
            Entity::Alias => KeptOut { text: format!("{} -> {}", text(1), text(2)), ..out },
            Entity::Conflict => KeptOut { text: text(4), ..out },
        }
    }
}

impl Rebuild<'_, '_> {
    /// Puts something in the place of every record that others refer to and that is lost, so that they can stay. A record
    /// that a stand-in refers to is wanted too.
    pub(super) fn stand_ins(&mut self) -> Result<()> {
        let mut change = None;
        while let Some((entity, number)) = self.wanted.pop_first() {
            if self.kept.contains(&(entity, number)) {
                continue;
            }
            let Some(uuid) = self.known.proven(entity, number) else { continue };
            let change = *change.get_or_insert_with(|| self.own_change());
            let (columns, content, is_exact) = match entity {
                Entity::Coder => {
                    let known = self.names.coders.get(&number).cloned();
                    let handle = known.clone().unwrap_or_else(|| format!("lost-coder-{number}"));
                    let content = AnyContent::Coder(record::Coder { handle: handle.clone() });
                    (vec![json!(number), json!(handle), json!(self.order.now)], content, known.is_some())
                }
                Entity::Document => {
                    let Some(text) = self.text_of.get(&number).copied() else { continue };
                    let sha256 = self.known.references.digest(text)?;
                    let name = self.names.documents.get(&number).cloned();
                    let name = name.unwrap_or_else(|| format!("lost-document-{number}"));
                    (self.document_columns(number, &name, text, sha256), document(name, sha256), false)
                }
                _ => {
                    let name = format!("lost-code-{number}");
                    let content = record::Code {
                        parent: None,
                        name: name.clone(),
                        color: String::new(),
                        description: String::new(),
                    };
                    let at = self.order.now;
                    let columns = vec![
                        json!(number),
                        Json::Null,
                        json!(name),
                        json!(""),
                        json!(""),
                        json!(at),
                        json!(at),
                    ];
                    (columns, AnyContent::Code(content), false)
                }
            };
            self.stand_in(entity, number, uuid, change, &columns, &content, is_exact)?;
        }
        Ok(())
    }

    fn document_columns(&self, number: i64, name: &str, text: i64, sha256: Digest) -> Vec<Json> {
        let at = self.order.now;
        vec![
            json!(number),
            json!(name),
            json!(text),
            json!(""),
            json!(sha256.to_string()),
            json!("utf-8"),
            json!("none"),
            json!(0),
            json!(at),
            json!(at),
        ]
    }

    #[expect(clippy::too_many_arguments, reason = "all of it is one row")]
    fn stand_in(
        &mut self,
        entity: Entity,
        number: i64,
        uuid: Uuid,
        change: i64,
        columns: &[Json],
        content: &AnyContent,
        is_exact: bool,
    ) -> Result<()> {
        let heads = self.known.heads_of(uuid);
        // What is known to be all that it said has its version back; else nobody wrote what stands in for it, and it gives
        // way to the true record where that is still known.
        let exact = heads
            .first()
            .copied()
            .filter(|_| is_exact)
            .and_then(|head| Some((head, self.known.parents(entity, uuid, head, Some(content))?)));
        let (version, parents) = match exact {
            Some(exact) => exact,
            None if heads.is_empty() => (Version::of(entity, uuid, &[], Some(content)), Vec::new()),
            None => {
                let parents = [&[Version::DERIVED], heads.as_slice()].concat();
                (Version::of(entity, uuid, &parents, Some(content)), parents)
            }
        };
        if !self.insert(Table::of(entity), change, version, uuid, columns)? {
            return Err(Error::new(
                crate::error::ErrorKind::Corrupt,
                format!("the {} {number} is lost, and another one has its name", entity.word()),
            )
            .hint("restore a copy made with `postil backup`"));
        }
        self.add_parents(uuid, version, &parents)?;
        self.known.settle(entity, number, uuid);
        self.kept.insert((entity, number));
        let highest = self.highest.entry(Table::of(entity).name).or_default();
        *highest = number.max(*highest);
        let what = match is_exact {
            true => "its row is lost; its handle is known, and the date is today's".to_owned(),
            false => format!("it is lost; what is about it is there, under the name `{}`", name_of(content)),
        };
        self.salvaged.add(entity.word(), number, what, BACKUP);
        self.told.insert((entity.word(), number));
        if let Some(count) = self.salvaged.counts.iter_mut().find(|count| count.kind == entity.word()) {
            count.lost += u64::from(!is_exact);
            count.kept += u64::from(is_exact);
        }
        Ok(())
    }

    /// Counts the rows that were on pages that are gone, by the numbers that are missing.
    pub(super) fn count_lost(&mut self) -> Result<()> {
        let kinds = TABLES.iter().map(|table| (table.name, table.entity.word(), Some(table.entity)));
        for (table, kind, entity) in kinds.chain([("text", "text", None)]) {
            let gaps: Vec<(i64, i64)> =
                self.survey.found(table).lost.iter().map(|lost| (lost.above.max(0), lost.upto)).collect();
            if gaps.is_empty() {
                continue;
            }
            let last = self.last_number(table)?;
            let mut statement =
                self.db.prepare(&format!("SELECT id FROM {table} WHERE id > ?1 AND id <= ?2 ORDER BY id"))?;
            let mut missing: Vec<(i64, i64)> = Vec::new();
            for (above, upto) in gaps {
                let upto = upto.min(last).min(MOST_NUMBERS);
                let mut rows = statement.query([above, upto])?;
                let mut next = rows.next()?.map(|row| row.get::<_, i64>(0)).transpose()?;
                for number in above + 1..=upto {
                    if next == Some(number) {
                        next = rows.next()?.map(|row| row.get(0)).transpose()?;
                    } else if !entity.is_some_and(|entity| self.is_known_to_be_gone(entity, number)) {
                        match missing.last_mut() {
                            Some((_, to)) if *to + 1 == number => *to = number,
                            _ => missing.push((number, number)),
                        }
                    }
                }
            }
            drop(statement);
            self.tell_missing(kind, &missing);
        }
        Ok(())
    }

    fn is_known_to_be_gone(&self, entity: Entity, number: i64) -> bool {
        self.deleted.get(&entity).is_some_and(|gone| gone.contains(&number))
            || self.told.contains(&(entity.word(), number))
    }

    fn tell_missing(&mut self, kind: &'static str, missing: &[(i64, i64)]) {
        let number: i64 = missing.iter().map(|(from, to)| to - from + 1).sum();
        if let Some(count) = self.salvaged.counts.iter_mut().find(|count| count.kind == kind) {
            count.lost += number.unsigned_abs();
        }
        for (from, to) in missing {
            let (id, what) = match from == to {
                true => (from.to_string(), "its page is gone, or it was never given".to_owned()),
                false => (
                    format!("{from}-{to}"),
                    "their pages are gone, or some of these numbers were never given".to_owned(),
                ),
            };
            self.salvaged.add(kind, id, what, BACKUP);
        }
    }

    /// The last number that was given in `table`, as far as anything knows.
    fn last_number(&self, table: &'static str) -> Result<i64> {
        let mut last = self.highest.get(table).copied().unwrap_or(0);
        self.survey.each_row("sqlite_sequence", |row, _| {
            if row.values[0].text() == Some(table) {
                last = last.max(row.values[1].int().unwrap_or(0));
            }
            Ok(())
        })?;
        Ok(last)
    }
}

fn document(name: String, text: Digest) -> AnyContent {
    AnyContent::Document(record::Document {
        name,
        text,
        source: String::new(),
        source_sha256: text,
        encoding: "utf-8".to_owned(),
        newline: "none".to_owned(),
        bom: false,
    })
}

fn name_of(content: &AnyContent) -> &str {
    match content {
        AnyContent::Coder(coder) => &coder.handle,
        AnyContent::Document(document) => &document.name,
        AnyContent::Code(code) => &code.name,
        _ => "",
    }
}
