//! The text form of the codebook: its round trip and its refusals by line.

use proptest::prelude::*;

use super::*;

fn entry(path: &[&str], color: Option<&str>, description: &str, row: u64) -> CodebookEntry {
    CodebookEntry {
        path: path.iter().map(|name| (*name).to_owned()).collect(),
        color: color.map(str::to_owned),
        description: description.to_owned(),
        row,
        ..CodebookEntry::default()
    }
}

fn refusal(text: &str) -> String {
    read_codebook(text.as_bytes()).unwrap_err().message().to_owned()
}

#[test]
fn names_colours_descriptions_comments_and_any_indentation_are_read() {
    let text = "\u{FEFF}# a codebook\r\n\r\nschools:\r\n    realism: #0072B2 Power: of states.\n    | And interest.\n\
                \n    \tself-help\n    liberalism: #e69f00\n\"a: b\": c\n#norms: x\n";
    assert_eq!(
        read_codebook(text.as_bytes()).unwrap(),
        [
            entry(&["schools"], None, "", 3),
            entry(&["schools", "realism"], Some("#0072b2"), "Power: of states.\nAnd interest.", 4),
            entry(&["schools", "realism", "self-help"], None, "", 7),
            entry(&["schools", "liberalism"], Some("#e69f00"), "", 8),
            entry(&["a: b"], None, "c", 9),
            entry(&["#norms"], None, "x", 10),
        ]
    );
    assert!(read_codebook(&b""[..]).unwrap().is_empty());
}

#[test]
fn what_cannot_be_a_codebook_is_refused_by_its_line() {
    assert_eq!(refusal("a\n    b\n  c\n"), "line 3: its indentation fits no code above it: `c`");
    assert_eq!(refusal("  a\n"), "line 1: the first code cannot be indented: `a`");
    assert_eq!(
        refusal("a\n  b\nc\n  b\na: again\n"),
        "line 5: this code is there twice below the same parent: `a: again`"
    );
    assert_eq!(refusal("a/b\n"), "line 1: a name cannot hold `/`; indent the child below its parent: `a/b`");
    assert_eq!(refusal("a\n: b\n"), "line 2: the name is blank: `: b`");
    assert_eq!(refusal("| a\n"), "line 1: a line of description without a code above it: `| a`");
    assert_eq!(refusal("\"a\n"), "line 1: the quote that opens the name is never closed: `\"a`");
    assert_eq!(refusal("\"a\" b\n"), "line 1: after a quoted name comes `:`: `\"a\" b`");
    let deep: String = (0..10_000).map(|level| format!("{:1$}c\n", "", level)).collect();
    assert_eq!(refusal(&deep), "line 65: is more than 64 codes deep: `c`");
    assert_eq!(
        read_codebook(&b"a\ncaf\xE9\n"[..]).unwrap_err().message(),
        "line 2: byte 3 of the line is not UTF-8"
    );
    assert!(refusal("a\0\n").starts_with("line 1: a NUL"));
    assert!(refusal(&"x".repeat(LONGEST_LINE + 1)).contains("1 MiB"));
}

#[test]
fn parents_that_are_no_entries_are_written_as_bare_names() {
    let mut text = Vec::new();
    write_codebook(&mut text, &[entry(&["actors", "state"], None, "A government.", 0)]).unwrap();
    assert_eq!(String::from_utf8(text).unwrap(), "actors\n  state: A government.\n");
    assert!(write_codebook(Vec::new(), &[entry(&["a\nb"], None, "", 0)]).is_err());
}

/// Codebooks as trees in reading order: each entry is a child of the one before it or of an ancestor of that.
fn codebooks() -> impl Strategy<Value = Vec<CodebookEntry>> {
    let name = prop_oneof!["[a-c:#|\" ]{1,4}", "[^/\n\r\0]{1,6}"];
    let description = prop_oneof![Just(String::new()), "[a #|:\n\t]{0,8}", "#[0-9a-f]{6} x", any::<String>()];
    let color = prop::option::of("#[0-9a-f]{6}");
    prop::collection::vec((name, 0..4usize, color, description), 0..8).prop_map(|codes| {
        let mut path: Vec<String> = Vec::new();
        let mut seen = HashSet::new();
        let mut entries = Vec::new();
        for (name, level, color, description) in codes {
            path.truncate(level.min(path.len()));
            // Names are trimmed everywhere in the product; a blank one cannot be.
            path.push(name.trim().to_owned());
            if path.last().is_some_and(String::is_empty) || !seen.insert(path.join("/")) {
                path.pop();
                continue;
            }
            let description = description.replace('\0', "").replace("\r\n", "\n").replace('\r', "\n");
            entries.push(CodebookEntry {
                path: path.clone(),
                color,
                description,
                ..CodebookEntry::default()
            });
        }
        entries
    })
}

proptest! {
    #[test]
    fn any_codebook_comes_back_from_its_text(entries in codebooks()) {
        let mut text = Vec::new();
        write_codebook(&mut text, &entries).unwrap();
        let mut read = read_codebook(text.as_slice()).unwrap();
        read.iter_mut().for_each(|entry| entry.row = 0);
        prop_assert_eq!(&read, &entries);
    }

    #[test]
    fn any_text_is_read_or_refused_and_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        let _ = read_codebook(bytes.as_slice());
    }
}
