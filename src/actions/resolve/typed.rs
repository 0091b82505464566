//! What a person types for a field of a record.

use crate::actions::{names, passages};
use crate::domain::name::{check_code_name, check_handle, check_name};
use crate::domain::record::{
    Alias, Annotation, Assignment, Attribute, Code, Coder, Document, Memo, Progress,
};
use crate::domain::text::unified_line_ends;
use crate::error::{Error, Result};
use crate::store::Tx;

/// Content whose fields can be typed.
pub(super) trait Editable: Sized {
    /// Sets a field to what was typed.
    fn set(&mut self, tx: &Tx<'_>, field: &str, value: &str) -> Result<()>;
}

fn not_typed(field: &str) -> Error {
    Error::refused(format!("`{field}` can't be typed")).hint("choose a side: `--ours` or `--theirs`")
}

impl Editable for Coder {
    fn set(&mut self, _: &Tx<'_>, field: &str, value: &str) -> Result<()> {
        match field {
            "handle" => {
                check_handle(value)?;
                value.clone_into(&mut self.handle);
                Ok(())
            }
            _ => Err(not_typed(field)),
        }
    }
}

impl Editable for Document {
    fn set(&mut self, _: &Tx<'_>, field: &str, value: &str) -> Result<()> {
        match field {
            "name" => {
                check_name("document", value)?;
                value.clone_into(&mut self.name);
                Ok(())
            }
            _ => Err(not_typed(field)),
        }
    }
}

impl Editable for Attribute {
    fn set(&mut self, _: &Tx<'_>, field: &str, value: &str) -> Result<()> {
        match field {
            "value" if value.trim().is_empty() => Err(Error::refused("an attribute has a value")
                .hint("`postil document set DOC --unset NAME` takes it away")),
            "value" => {
                self.value = unified_line_ends(value).into_owned();
                Ok(())
            }
            _ => Err(not_typed(field)),
        }
    }
}

impl Editable for Code {
    fn set(&mut self, tx: &Tx<'_>, field: &str, value: &str) -> Result<()> {
        match field {
            "name" => {
                check_code_name(value)?;
                value.clone_into(&mut self.name);
            }
            "parent" if value == "/" || value.is_empty() => self.parent = None,
            "parent" => self.parent = Some(names::code(tx.reader(), value)?.uuid),
            "description" => self.description = unified_line_ends(value).into_owned(),
            "color" => {
                let hex = value.strip_prefix('#').unwrap_or(value);
                if hex.len() != 6 || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                    return Err(
                        Error::refused(format!("`{value}` is no colour")).hint("write it as `#0072b2`")
                    );
                }
                self.color = format!("#{}", hex.to_ascii_lowercase());
            }
            _ => return Err(not_typed(field)),
        }
        Ok(())
    }
}

impl Editable for Annotation {
    fn set(&mut self, tx: &Tx<'_>, field: &str, value: &str) -> Result<()> {
        match field {
            "note" => self.note = unified_line_ends(value).into_owned(),
            "code" if value.is_empty() => self.code = None,
            "code" => self.code = Some(names::code(tx.reader(), value)?.uuid),
            "coder" => self.coder = names::coder(tx.reader(), value)?.uuid,
            "place" => {
                let passage = passages::one(tx.reader(), value)?;
                (self.document, self.text, self.range) = (passage.0.uuid, passage.0.content.text, passage.1);
            }
            _ => return Err(not_typed(field)),
        }
        Ok(())
    }
}

impl Editable for Memo {
    fn set(&mut self, _: &Tx<'_>, field: &str, value: &str) -> Result<()> {
        match field {
            "text" if value.trim().is_empty() => Err(Error::refused("a memo says something")),
            "text" => {
                self.text = unified_line_ends(value).into_owned();
                Ok(())
            }
            _ => Err(not_typed(field)),
        }
    }
}

impl Editable for Assignment {
    fn set(&mut self, _: &Tx<'_>, field: &str, value: &str) -> Result<()> {
        match (field, Progress::from_word(value)) {
            ("state", Some(state)) => {
                self.state = state;
                Ok(())
            }
            _ => Err(not_typed(field)),
        }
    }
}

impl Editable for Alias {
    fn set(&mut self, _: &Tx<'_>, field: &str, _: &str) -> Result<()> {
        Err(not_typed(field))
    }
}
