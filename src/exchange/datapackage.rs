//! `datapackage.json`: the manifest of a bundle, a Frictionless tabular data package.
//!
//! The shape is that of the Data Package specification, version 1 (profile `tabular-data-package`), with our own
//! properties under `postil`. Its bytes follow from the content alone: no times, no machine, a fixed order of keys.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::annotations::CONTRACT;
use super::csv::{Column, Delimiter, Kind};
use crate::domain::Digest;
use crate::error::{Error, Result};

/// A bundle's manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The project's name.
    pub name: String,
    /// The project's id.
    pub project: Uuid,
    /// Whether free text is guarded.
    pub guard: bool,
    /// The files, in the order they are listed.
    pub resources: Vec<Resource>,
}

/// A file of a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// Its path in the bundle, with `/`.
    pub path: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// The SHA-256 of its bytes.
    pub sha256: Digest,
    /// What it is.
    pub content: Content,
}

/// What a file of a bundle is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A document's text.
    Text,
    /// A table.
    Table {
        /// How many rows it has below its header.
        rows: u64,
        /// What separates its cells.
        delimiter: Delimiter,
        /// Its columns, each with what it holds.
        fields: Vec<(String, Kind)>,
    },
}

impl Content {
    /// A table with the columns of a contract and `attributes` of free text after them.
    pub fn table(rows: u64, delimiter: Delimiter, columns: &[Column], attributes: &[String]) -> Self {
        let fixed = columns.iter().map(|column| (column.name.to_owned(), column.kind));
        let free = attributes.iter().map(|name| (name.clone(), Kind::Text));
        Content::Table { rows, delimiter, fields: fixed.chain(free).collect() }
    }
}

impl Manifest {
    /// The manifest's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let resources: Vec<Value> = self.resources.iter().map(Resource::to_json).collect();
        let manifest = json!({
            "profile": "tabular-data-package",
            "name": package_name(&self.name),
            "title": self.name,
            "id": self.project.to_string(),
            "postil": {
                "contract": CONTRACT,
                "export": self.export_id().to_string(),
                "guard": if self.guard { "apostrophe" } else { "none" },
            },
            "resources": resources,
        });
        // The alternate form is indented: people open it, and version control compares it by lines.
        format!("{manifest:#}\n").into_bytes()
    }

    /// What names this export: the SHA-256 over the hashes of its files, so that equal content has one name.
    pub fn export_id(&self) -> Digest {
        let lines: String = self
            .resources
            .iter()
            .map(|resource| format!("{} {}\n", resource.sha256, resource.path))
            .collect();
        Digest::of(format!("{}\n{lines}", self.project).as_bytes())
    }

    /// Reads a manifest. Properties that are not ours are passed over.
    ///
    /// # Errors
    /// Refuses what is not JSON or not such a manifest, one of a newer contract, and one whose files lie outside of
    /// the bundle.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let bytes = bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(bytes);
        let value: Value = serde_json::from_slice(bytes).map_err(|error| {
            Error::refused("the manifest `datapackage.json` is not JSON").caused_by(error)
        })?;
        let root = Node { value: &value, place: String::new() };
        let ours = root.get("postil")?;
        let contract = ours.get("contract")?.number()?;
        if contract > u64::from(CONTRACT) {
            return Err(Error::refused(format!(
                "this bundle was made by a newer postil: its contract is {contract}, and {CONTRACT} is known here"
            ))
            .hint("update postil, or import `annotations.csv` alone"));
        }
        let guard = ours.get("guard")?;
        let resources = root.get("resources")?;
        let resources =
            resources.list()?.iter().enumerate().map(|(index, value)| {
                Resource::from_json(&Node { value, place: format!("resources[{index}]") })
            });
        Ok(Manifest {
            name: root.get("title")?.text()?.to_owned(),
            project: root.get("id")?.parsed("a UUID", |text| Uuid::try_parse(text).ok())?,
            guard: guard.parsed("`apostrophe` or `none`", |text| match text {
                "apostrophe" => Some(true),
                "none" => Some(false),
                _ => None,
            })?,
            resources: resources.collect::<Result<_>>()?,
        })
    }

    /// The file at `path`, when the bundle has it.
    pub fn resource(&self, path: &str) -> Option<&Resource> {
        self.resources.iter().find(|resource| resource.path == path)
    }
}

impl Resource {
    fn to_json(&self) -> Value {
        let mut resource = Map::new();
        resource.insert("name".to_owned(), package_name(&self.path).into());
        resource.insert("path".to_owned(), self.path.as_str().into());
        resource.insert("bytes".to_owned(), self.bytes.into());
        resource.insert("hash".to_owned(), format!("sha256:{}", self.sha256).into());
        resource.insert("encoding".to_owned(), "utf-8".into());
        match &self.content {
            Content::Text => {
                resource.insert("profile".to_owned(), "data-resource".into());
                resource.insert("mediatype".to_owned(), "text/plain".into());
            }
            Content::Table { rows, delimiter, fields } => {
                resource.insert("profile".to_owned(), "tabular-data-resource".into());
                resource.insert("mediatype".to_owned(), "text/csv".into());
                resource.insert("rows".to_owned(), (*rows).into());
                let delimiter = char::from(delimiter.byte()).to_string();
                resource.insert(
                    "dialect".to_owned(),
                    json!({ "delimiter": delimiter, "lineTerminator": "\r\n" }),
                );
                let schema: Vec<Value> =
                    fields.iter().map(|(name, kind)| field_schema(name, *kind)).collect();
                resource.insert("schema".to_owned(), json!({ "fields": schema, "primaryKey": "id" }));
            }
        }
        Value::Object(resource)
    }

    fn from_json(node: &Node<'_>) -> Result<Self> {
        let is_inside = |path: &&str| {
            !path.contains(['\\', ':', '\0']) && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
        };
        let path =
            node.get("path")?.parsed("a path within the bundle", |path| Some(path).filter(is_inside))?;
        let hash = node.get("hash")?;
        let sha256 =
            hash.parsed("`sha256:` and 64 hex digits", |hash| hash.strip_prefix("sha256:")?.parse().ok())?;
        let is_table = node.value.get("profile").and_then(Value::as_str) == Some("tabular-data-resource");
        let content = if is_table { read_table(node)? } else { Content::Text };
        Ok(Resource { path: path.to_owned(), bytes: node.get("bytes")?.number()?, sha256, content })
    }
}

fn read_table(node: &Node<'_>) -> Result<Content> {
    let schema = node.get("schema")?;
    let list = schema.get("fields")?;
    let mut fields = Vec::new();
    for (index, value) in list.list()?.iter().enumerate() {
        let field = Node { value, place: format!("{}[{index}]", list.place) };
        fields.push((field.get("name")?.text()?.to_owned(), kind_of(&field)?));
    }
    let dialect = node.get("dialect")?;
    let delimiter = dialect.get("delimiter")?;
    Ok(Content::Table {
        rows: node.get("rows")?.number()?,
        delimiter: delimiter.parsed("one of `,` `;` tab `|`", |text| Delimiter::parse(text).ok())?,
        fields,
    })
}

/// The schema of a column in the terms of Table Schema; `postil:kind` says what it is to us.
fn field_schema(name: &str, kind: Kind) -> Value {
    match kind {
        Kind::Id => {
            json!({ "name": name, "type": "string", "format": "uuid", "constraints": { "unique": true } })
        }
        Kind::Number => json!({ "name": name, "type": "integer", "constraints": { "minimum": 0 } }),
        Kind::Time => json!({ "name": name, "type": "datetime" }),
        Kind::Flag => json!({ "name": name, "type": "boolean", "trueValues": ["1"] }),
        Kind::Digest => {
            json!({ "name": name, "type": "string", "constraints": { "pattern": "[0-9a-f]{64}" } })
        }
        Kind::Lineage => json!({ "name": name, "type": "string", "postil:kind": "lineage" }),
        Kind::Word => json!({ "name": name, "type": "string", "postil:kind": "word" }),
        Kind::Text => json!({ "name": name, "type": "string" }),
    }
}

fn kind_of(field: &Node<'_>) -> Result<Kind> {
    let text = |key: &str| field.value.get(key).and_then(Value::as_str);
    let has_pattern = field.value.pointer("/constraints/pattern").is_some();
    Ok(match (field.get("type")?.text()?, text("format"), text("postil:kind")) {
        ("integer", ..) => Kind::Number,
        ("datetime", ..) => Kind::Time,
        ("boolean", ..) => Kind::Flag,
        (_, Some("uuid"), _) => Kind::Id,
        (_, _, Some("lineage")) => Kind::Lineage,
        (_, _, Some("word")) => Kind::Word,
        _ if has_pattern => Kind::Digest,
        _ => Kind::Text,
    })
}

/// A name as the specification allows it: lower case letters, digits, `.`, `_`, `-`. The title keeps the original.
fn package_name(name: &str) -> String {
    let is_allowed = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-');
    name.chars().map(|letter| if is_allowed(letter) { letter.to_ascii_lowercase() } else { '-' }).collect()
}

/// A value in the manifest and where it stands.
struct Node<'a> {
    value: &'a Value,
    place: String,
}

impl<'a> Node<'a> {
    fn get(&self, key: &str) -> Result<Node<'a>> {
        let place = if self.place.is_empty() { key.to_owned() } else { format!("{}.{key}", self.place) };
        match self.value.get(key) {
            Some(value) => Ok(Node { value, place }),
            None => Err(Error::refused(format!("the manifest `datapackage.json` lacks `{place}`"))),
        }
    }

    fn list(&self) -> Result<&'a Vec<Value>> {
        self.value.as_array().ok_or_else(|| self.is_not("a list"))
    }

    fn number(&self) -> Result<u64> {
        self.value.as_u64().ok_or_else(|| self.is_not("a whole number"))
    }

    fn text(&self) -> Result<&'a str> {
        self.value.as_str().ok_or_else(|| self.is_not("a text"))
    }

    fn parsed<T>(&self, wanted: &str, parse: impl FnOnce(&'a str) -> Option<T>) -> Result<T> {
        parse(self.text()?).ok_or_else(|| self.is_not(wanted))
    }

    fn is_not(&self, wanted: &str) -> Error {
        let found: String = self.value.to_string().chars().take(80).collect();
        Error::refused(format!(
            "in the manifest `datapackage.json`, `{}` is `{found}`, not {wanted}",
            self.place
        ))
    }
}

#[cfg(test)]
#[path = "datapackage_tests.rs"]
mod tests;
