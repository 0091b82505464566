//! A layer names only what the plan lets it name (ARCHITECTURE.md, "Layers").

use std::collections::BTreeSet;

use crate::sources::{code_of, sources};

/// Each layer, and the layers it may name besides itself and `error`.
const MAY_NAME: [(&str, &[&str]); 15] = [
    ("error", &[]),
    ("env", &[]),
    ("stop", &[]),
    ("domain", &[]),
    ("store", &["domain", "stop"]),
    ("exchange", &["domain"]),
    ("analysis", &["domain"]),
    ("report", &["analysis", "domain"]),
    ("actions", &["store", "exchange", "analysis", "domain", "env", "stop"]),
    ("tui", &["actions", "analysis", "domain"]),
    ("ui", &["domain", "env"]),
    ("cli", &["env"]),
    ("commands", &["actions", "cli", "domain", "env", "report", "tui", "ui"]),
    ("run", &["cli", "commands", "env", "ui"]),
    (
        "lib",
        &[
            "actions", "analysis", "cli", "commands", "domain", "env", "exchange", "run", "stop", "store",
            "ui",
        ],
    ),
];

/// What the root of the crate offers by itself, and the layer it comes from.
const AT_THE_ROOT: [(&str, &str); 7] = [
    ("Error", "error"),
    ("ErrorKind", "error"),
    ("Result", "error"),
    ("Env", "env"),
    ("ColorMode", "ui"),
    ("Ui", "ui"),
    ("exit_status", "run"),
];

/// Things outside the crate, and the beginnings of the paths that may name them.
const KEPT_IN: [(&str, &[&str]); 13] = [
    ("rusqlite", &["src/store/"]),
    ("csv", &["src/exchange/", "src/ui/listing"]),
    ("quick_xml", &["src/exchange/"]),
    ("rust_xlsxwriter", &["src/exchange/xlsx/"]),
    ("zip", &["src/exchange/"]),
    ("clap", &["src/cli/", "src/run.rs", "src/lib.rs", "src/commands/completions.rs", "src/commands/man.rs"]),
    ("clap_complete", &["src/cli/", "src/commands/completions.rs"]),
    ("clap_mangen", &["src/commands/man.rs"]),
    ("rustix", &["src/main.rs", "src/store/surroundings.rs"]),
    ("age", &["src/exchange/sealed.rs"]),
    ("rpassword", &["src/ui/"]),
    ("terminal_size", &["src/env.rs"]),
    ("signal_hook", &["src/main.rs"]),
];

/// Modules of the standard library that a layer must do without.
const NOT_IN: [(&str, &[&str]); 4] = [
    ("domain", &["std::fs", "std::env", "std::io", "std::net", "std::path", "std::process", "std::time"]),
    ("exchange", &["std::fs", "std::env", "std::net", "std::path", "std::process", "std::time"]),
    ("analysis", &["std::fs", "std::env", "std::io", "std::net", "std::path", "std::process", "std::time"]),
    ("cli", &["std::fs", "std::env", "std::io", "std::net", "std::process", "std::time"]),
];

#[test]
fn no_layer_names_what_it_must_not() {
    let files = sources(&["src"]);
    assert!(files.len() > 10, "the sources were not found");
    let broken: Vec<String> = files.iter().flat_map(|file| violations(&file.path, &file.text)).collect();
    assert!(broken.is_empty(), "the layers are broken:\n{}", broken.join("\n"));
}

#[test]
fn a_name_that_breaks_a_layer_is_found_however_it_is_written() {
    let planted = [
        ("src/domain/text.rs", "use crate::store::Store;"),
        ("src/domain/text.rs", "use crate::{error::Error, env::Env};"),
        ("src/domain/text.rs", "fn f() -> crate::Ui { g() }"),
        ("src/domain/text.rs", "use super::super::store;"),
        ("src/domain/text.rs", "use std::fs;"),
        ("src/domain/text.rs", "use std::{cmp::Ordering, time::Instant};"),
        ("src/store/open.rs", "fn f() { crate::exchange::csv::read() }"),
        ("src/commands/tag.rs", "use crate::{\n    actions,\n    store::Store,\n};"),
        ("src/commands/tag.rs", "use rusqlite::Connection;"),
        ("src/actions/tag.rs", "let reader = csv::Reader::from_reader(bytes);"),
        ("src/ui/mod.rs", "use clap::Parser;"),
        ("src/attic/mod.rs", "fn f() {}"),
        ("src/domain/text.rs", "#[cfg(test)]\nmod tests {\n    use super::*;\n}\n\nuse crate::store::Store;"),
        ("src/domain/text.rs", "#[cfg(test)]\nmod tests;\n\nuse crate::store::Store;"),
    ];
    for (path, text) in planted {
        assert_eq!(violations(path, text).len(), 1, "{path}: {text}: {:?}", violations(path, text));
    }
}

#[test]
fn what_is_allowed_is_left_alone() {
    let allowed = [
        (
            "src/domain/text.rs",
            "// crate::store is above us\nuse crate::error::{Error, Result};\nuse super::range;",
        ),
        ("src/domain/text.rs", "#[cfg(test)]\nmod tests {\n    use crate::store::Store;\n}"),
        ("src/actions/import.rs", "use crate::exchange::csv;\nfn f() { csv::read(\"rusqlite::x\") }"),
        ("src/actions/import.rs", "use crate::exchange::csv::Reader;\nuse crate::{domain::Code, Result};"),
        ("src/store/open.rs", "use rusqlite::Connection;\nuse crate::domain;"),
    ];
    for (path, text) in allowed {
        assert_eq!(violations(path, text), Vec::<String>::new(), "{path}: {text}");
    }
}

/// The sentences to say about the file at `path`.
fn violations(path: &str, text: &str) -> Vec<String> {
    let layer = path.trim_start_matches("src/").split(['/', '.']).next().unwrap_or_default();
    if layer == "main" || path.ends_with("/tests.rs") {
        return Vec::new();
    }
    let Some((_, may_name)) = MAY_NAME.iter().find(|(name, _)| *name == layer) else {
        return vec![format!("{path}: `{layer}` is no layer of the plan")];
    };
    let names = Names::of(&code_of(&without_tests(text)));
    let mut found = Vec::new();
    for name in &names.of_crate {
        let named =
            AT_THE_ROOT.iter().find(|(item, _)| item == name).map_or(name.as_str(), |(_, layer)| layer);
        if named != layer && named != "error" && !may_name.contains(&named) {
            found.push(format!("{path}: `{layer}` names `{named}`"));
        }
    }
    for (outside, homes) in KEPT_IN {
        if names.outside.contains(outside) && !homes.iter().any(|home| path.starts_with(home)) {
            found.push(format!("{path}: `{outside}` is kept in {}", homes.join(", ")));
        }
    }
    for (_, banned) in NOT_IN.iter().filter(|(name, _)| *name == layer) {
        let named = banned.iter().filter(|module| names.outside.contains(**module));
        found.extend(named.map(|module| format!("{path}: `{layer}` does without `{module}`")));
    }
    found
}

/// `text` without its test modules: a test may reach down to prove a thing, the product may not.
fn without_tests(text: &str) -> String {
    let mut product = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("#[cfg(test)]\nmod ") {
        product.push_str(&rest[..at]);
        let tests = &rest[at..];
        // A formatted module ends with the first brace that stands at the beginning of a line, `mod tests;` at once.
        let inline = tests.lines().nth(1).is_some_and(|line| line.ends_with('{'));
        let end = if inline { tests.find("\n}").map(|at| at + 2) } else { tests.find(';').map(|at| at + 1) };
        rest = &tests[end.unwrap_or(tests.len())..];
    }
    product + rest
}

/// What a file names.
#[derive(Default)]
struct Names {
    /// The first names after `crate::`, or after as many `super::` as lead to a layer.
    of_crate: BTreeSet<String>,
    /// First names of other paths (`rusqlite`), and those of the standard library with their module (`std::fs`).
    outside: BTreeSet<String>,
}

impl Names {
    fn of(code: &str) -> Names {
        let mut names = Names::default();
        let mut local = BTreeSet::new();
        for path in paths(code) {
            let parts: Vec<&str> = path.split("::").collect();
            let above = parts.iter().take_while(|part| **part == "super").count();
            match parts[0] {
                "crate" => names.of_crate.extend(parts.get(1).map(ToString::to_string)),
                "super" if above > 1 => {
                    let layer =
                        parts.get(above).filter(|part| MAY_NAME.iter().any(|(name, _)| name == *part));
                    names.of_crate.extend(layer.map(ToString::to_string));
                }
                "std" => names.outside.extend(parts.get(1).map(|module| format!("std::{module}"))),
                _ => {}
            }
            if matches!(parts[0], "crate" | "super" | "self") {
                local.extend(parts.last().map(ToString::to_string));
            } else {
                names.outside.insert(parts[0].to_owned());
            }
        }
        // `use crate::exchange::csv;` makes `csv::` a name of our own.
        names.outside.retain(|name| !local.contains(name));
        names
    }
}

/// Every path in `code` of two parts or more, with the groups of `use` written out: `a::{b, c::d}` is `a::b` and
/// `a::c::d`.
fn paths(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut prefixes: Vec<String> = Vec::new();
    let mut path = String::new();
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        let word: String = rest.chars().take_while(|one| one.is_alphanumeric() || *one == '_').collect();
        if !word.is_empty() {
            path.push_str(&word);
            rest = &rest[word.len()..];
        } else if rest.starts_with("::{") && !path.is_empty() {
            let prefix = prefixes.last().map_or(String::new(), Clone::clone);
            prefixes.push(format!("{prefix}{path}::"));
            path.clear();
            rest = &rest[3..];
        } else if rest.starts_with("::") {
            path.push_str("::");
            rest = &rest[2..];
        } else {
            let prefix = prefixes.last().map_or("", String::as_str);
            if !path.is_empty() && (path.contains("::") || !prefix.is_empty()) {
                found.push(format!("{prefix}{path}"));
            }
            path.clear();
            match first {
                '}' => drop(prefixes.pop()),
                // A brace inside a group cannot be; one outside is a block, which ends no group.
                '{' => prefixes.push(String::new()),
                _ => {}
            }
            rest = &rest[first.len_utf8()..];
        }
    }
    found
}
