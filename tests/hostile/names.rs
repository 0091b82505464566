//! Names that shells, terminals, file systems and people take for something else.

use std::ffi::OsString;

use crate::case::{Case, case};

/// A name, what it is, and which of these may be called so: a code, a document, a coder, an attribute, a project.
/// `R` refused, `T` taken, `U` wrong usage.
const NAMES: [(&str, &str, [char; 5]); 26] = [
    ("empty", "", ['R', 'R', 'R', 'U', 'R']),
    ("blanks", "   ", ['R', 'R', 'R', 'U', 'R']),
    ("blank-before", " a", ['R', 'R', 'R', 'T', 'R']),
    ("ideographic-blank", "\u{3000}", ['R', 'R', 'R', 'U', 'R']),
    ("line-feed", "a\nerror: b", ['R', 'R', 'R', 'R', 'R']),
    ("escape", "a\u{1b}]0;x\u{7}b", ['R', 'R', 'R', 'R', 'R']),
    ("c1", "a\u{9b}31mb", ['R', 'R', 'R', 'R', 'R']),
    ("delete", "a\u{7f}b", ['R', 'R', 'R', 'R', 'R']),
    ("line-separator", "a\u{2028}b", ['R', 'R', 'R', 'R', 'R']),
    ("bidi", "a\u{202e}b", ['T', 'T', 'T', 'T', 'T']),
    ("zero-width", "a\u{200b}b", ['T', 'T', 'T', 'T', 'T']),
    ("mark", "\u{feff}a", ['T', 'T', 'T', 'T', 'T']),
    ("substitution", "$(touch x)", ['T', 'T', 'R', 'T', 'T']),
    ("backticks", "`touch x`", ['T', 'T', 'R', 'T', 'T']),
    ("semicolon", "a;touch x", ['T', 'T', 'R', 'T', 'T']),
    ("pipe", "|touch x", ['T', 'T', 'R', 'T', 'T']),
    ("quotes", "a'b\"c", ['T', 'T', 'T', 'T', 'T']),
    ("option", "-rf", ['U', 'U', 'U', 'U', 'U']),
    ("dot", ".", ['T', 'T', 'T', 'T', 'R']),
    ("dot-dot", "..", ['T', 'T', 'T', 'T', 'R']),
    ("slash", "/", ['R', 'T', 'R', 'T', 'R']),
    ("path", "../../x", ['T', 'T', 'R', 'T', 'R']),
    ("formula", "=HYPERLINK(1)", ['T', 'T', 'T', 'U', 'T']),
    ("device", "CON", ['T', 'T', 'T', 'T', 'T']),
    ("long-256", "", ['R', 'R', 'R', 'R', 'R']),
    ("long-100-kib", "", ['R', 'R', 'R', 'R', 'R']),
];

const KINDS: [&str; 5] = ["code", "document", "coder", "attribute", "project"];

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (what, name, outcomes) in NAMES {
        let name = match what {
            "long-256" => "n".repeat(256),
            "long-100-kib" => "n".repeat(100 << 10),
            _ => name.to_owned(),
        };
        for (kind, outcome) in KINDS.into_iter().zip(outcomes) {
            let words = match kind {
                "code" => vec!["code".to_owned(), "add".to_owned(), name.clone()],
                "document" => ["document", "add", "new.txt", "--name", &name].map(str::to_owned).to_vec(),
                "coder" => ["--coder", &name, "tag", "note:0-5", "trust"].map(str::to_owned).to_vec(),
                "attribute" => ["document", "set", "note", &format!("{name}=1")].map(str::to_owned).to_vec(),
                _ => vec!["init".to_owned(), name.clone()],
            };
            let (exit, why) = match outcome {
                'T' => (0, "a name; it is shown escaped, quoted and guarded where that matters"),
                'U' => (
                    2,
                    "no argument of that form: a dash begins an option, unless `--` stands before it, and KEY=VALUE has a key",
                ),
                _ => (
                    1,
                    "no name: empty, too long, with white space around it or a control character in it, or no path",
                ),
            };
            let args: Vec<OsString> = words.into_iter().map(OsString::from).collect();
            cases.push(case(format!("name/{what}-of-{kind}"), exit, why, args, |project| {
                project.write("new.txt", "A new text.\n");
            }));
        }
    }
    cases
}
