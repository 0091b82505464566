//! Disagreements as JSON: what each coder said is a list of its own, which a listing of cells cannot hold.

use serde_json::{Value, json};

use super::word;
use crate::actions::Session;
use crate::actions::compare::Compared;
use crate::actions::disagreements::{Disagreement, Found, Said};
use crate::error::{Error, Result};
use crate::ui::Ui;

/// Writes all as one array, or with `lines` as one object a line.
pub(super) fn write(ui: &mut Ui, session: &Session, found: &Found, lines: bool) -> Result<()> {
    let out = ui.out();
    let mut buffer = Vec::new();
    found.each(session.store.reader(), |number, one, passage| {
        buffer.clear();
        if !lines {
            buffer.extend_from_slice(if number == 1 { b"[\n  " } else { b",\n  " });
        }
        serde_json::to_writer(&mut buffer, &object(&found.compared, number, one, passage))
            .map_err(|source| Error::internal("a disagreement has no JSON form").caused_by(source))?;
        if lines {
            buffer.push(b'\n');
        }
        out.write_all(&buffer).map_err(unwritten)
    })?;
    if lines {
        return Ok(());
    }
    let end: &[u8] = if found.disagreements.is_empty() { b"[]\n" } else { b"\n]\n" };
    out.write_all(end).map_err(unwritten)
}

fn object(compared: &Compared, number: u64, one: &Disagreement, passage: &str) -> Value {
    let coders: Vec<Value> = compared
        .handles()
        .into_iter()
        .zip(compared.said_by_all(one))
        .map(|(coder, said)| {
            let coded = said.map(|said| said.iter().map(|said| coded(compared, said)).collect::<Vec<_>>());
            json!({ "coder": coder, "read": coded.is_some(), "coded": coded.unwrap_or_default() })
        })
        .collect();
    json!({
        "number": number,
        "kind": word(one.kind),
        "codes": compared.paths_of(one),
        "document": compared.document_of(one),
        "address": compared.address_of(one).to_string(),
        "start": one.extent.start(),
        "end": one.extent.end(),
        "length": one.length,
        "passage": passage,
        "coders": coders,
    })
}

fn coded(compared: &Compared, said: &Said) -> Value {
    json!({
        "code": compared.path(said.code),
        "start": said.range.start(),
        "end": said.range.end(),
        "annotations": said.annotations,
    })
}

fn unwritten(source: std::io::Error) -> Error {
    Error::io("standard output cannot be written", source)
}
