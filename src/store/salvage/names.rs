//! What rows were called, proven or not: for telling people.

use std::collections::HashMap;

use super::KeptOut;
use super::record::Value;
use super::survey::Survey;
use super::tree::Row;
use crate::domain::Entity;
use crate::error::Result;

/// What rows were called, proven or not: for telling people.
#[derive(Default)]
pub(super) struct Names {
    pub(super) coders: HashMap<i64, String>,
    pub(super) documents: HashMap<i64, String>,
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
