//! The manifest's round trip, its stability and its refusals.

use super::super::{annotations, documents};
use super::*;

fn manifest() -> Manifest {
    let attributes = ["year".to_owned(), "'=x".to_owned()];
    let resource = |path: &str, content| Resource {
        path: path.to_owned(),
        bytes: 12,
        sha256: Digest::of(path.as_bytes()),
        content,
    };
    Manifest {
        name: "Cyber Diplomacy é".to_owned(),
        project: Uuid::from_u128(5),
        guard: true,
        resources: vec![
            resource("annotations.csv", Content::table(3, Delimiter::Semicolon, &annotations::COLUMNS, &[])),
            resource("documents.csv", Content::table(1, Delimiter::Tab, &documents::COLUMNS, &attributes)),
            resource("texts/an essay.txt", Content::Text),
        ],
    }
}

fn changed(pointer: &str, replacement: Value) -> Result<Manifest> {
    let mut value: Value = serde_json::from_slice(&manifest().to_bytes()).unwrap();
    *value.pointer_mut(pointer).unwrap() = replacement;
    Manifest::from_bytes(value.to_string().as_bytes())
}

#[test]
fn a_manifest_comes_back_and_its_bytes_are_the_same_every_time() {
    let bytes = manifest().to_bytes();
    let read = Manifest::from_bytes(&bytes).unwrap();
    assert_eq!(read, manifest());
    assert_eq!(read.to_bytes(), bytes);
    assert_eq!(read.resource("texts/an essay.txt").map(|resource| resource.bytes), Some(12));
    let text = String::from_utf8(bytes).unwrap();
    assert!(
        text.starts_with("{\n  \"profile\": \"tabular-data-package\",\n  \"name\": \"cyber-diplomacy--\","),
        "{text}"
    );
}

#[test]
fn the_export_is_named_by_its_content() {
    let mut other = manifest();
    assert_eq!(other.export_id(), manifest().export_id());
    other.resources[0].sha256 = Digest::of(b"other");
    assert_ne!(other.export_id(), manifest().export_id());
}

#[test]
fn a_bundle_of_a_newer_contract_is_refused() {
    let error = changed("/postil/contract", json!(2)).unwrap_err();
    assert!(error.message().starts_with("this bundle was made by a newer postil"), "{error}");
}

#[test]
fn a_manifest_that_is_none_is_refused_with_the_place() {
    assert!(Manifest::from_bytes(b"{").is_err_and(|error| error.message().contains("not JSON")));
    assert!(Manifest::from_bytes(b"{}").is_err_and(|error| error.message().ends_with("lacks `postil`")));
    let refusal = |pointer, value| changed(pointer, value).unwrap_err().message().to_owned();
    assert!(refusal("/id", json!("7")).ends_with("`id` is `\"7\"`, not a UUID"));
    assert!(
        refusal("/resources/0/bytes", json!(-1)).contains("`resources[0].bytes` is `-1`, not a whole number")
    );
    assert!(refusal("/resources/1/hash", json!("md5:1")).contains("`resources[1].hash`"));
    assert!(refusal("/postil/guard", json!(true)).contains("not a text"));
    for path in ["../x.csv", "/etc/passwd", "a\\b", "C:x", "texts//x", ""] {
        assert!(refusal("/resources/2/path", json!(path)).contains("a path within the bundle"), "{path}");
    }
}
