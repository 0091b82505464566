//! A store in which every table has rows, most of them pages full.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A folder with two stores in it: `study.postil`, and one that a colleague worked in.
pub(crate) struct Rich {
    folder: TempDir,
    minute: std::cell::Cell<u32>,
}

impl Rich {
    /// Makes the stores, with the real program.
    pub(crate) fn new() -> Rich {
        let rich = Rich { folder: TempDir::new().unwrap(), minute: std::cell::Cell::new(0) };
        rich.write_texts();
        rich.ana(&["init", "study", "--title", "A study of damage \u{1f4be}"]);
        rich.ana(&["document", "add", "long.txt", "note.txt", "short.txt", "rare.txt", "secret.txt"]);
        rich.ana(&["document", "set", "long", "year=1402", "place=\u{62a}\u{647}\u{631}\u{627}\u{646}"]);
        rich.ana(&["document", "set", "note", "year=2024", "speaker=A"]);
        rich.ana(&[
            "code",
            "add",
            "norms",
            "actors/state",
            "actors/firm",
            "power/soft",
            "power/hard",
            "trust",
        ]);
        for index in 0..30 {
            let path = format!("themes/theme-{index:02}");
            rich.ana(&["code", "add", &path, "--description", &"What it means, at some length. ".repeat(4)]);
        }
        rich.import();
        rich.ana(&["tag", "note:0-5", "norms", "--note", "\u{646}\u{645}\u{648}\u{646}\u{647} \u{1f642}"]);
        rich.ana(&["memo", "note", "Read twice.\n\nStill unclear."]);
        rich.ana(&["memo", "code:norms", &"A rule that binds. ".repeat(300)]);
        rich.ana(&["assign", "note", "short", "--to", "ana,cleo"]);
        rich.ana(&["done", "note"]);
        rich.ben_goes_on();
        rich.ana_goes_on();
        rich.run("ana", "study", &["merge", "ben.postil"], 3);
        rich.run("ana", "study", &["document", "purge", "secret", "--yes-erase", "secret"], 0);
        rich.ana(&["tag", "short:0-5", "actors/firm", "--note", "after the merge"]);
        rich
    }

    /// The store to be damaged.
    pub(crate) fn store(&self) -> PathBuf {
        self.path("study.postil")
    }

    /// The bytes of the store.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        std::fs::read(self.store()).unwrap()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write_texts(&self) {
        let write = |name: &str, text: String| std::fs::write(self.path(name), text).unwrap();
        let persian = "\u{633}\u{644}\u{627}\u{645} \u{62f}\u{646}\u{6cc}\u{627}\u{60c} \u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} said the state; norms bind. ";
        write("long.txt", (0..400).map(|line| format!("{line:03} {persian}\n")).collect());
        write("note.txt", "Norms bind states. States speak of norms.\n\n".repeat(60));
        write("short.txt", "Power decides. So it was, and so it is.\n".to_owned());
        write("rare.txt", (0..120).map(|line| format!("Line {line} of a rare text.\n")).collect());
        write("secret.txt", "Something that must go. ".repeat(200));
    }

    /// Many passages, made at many times.
    fn import(&self) {
        let mut table = String::from("document,start,end,code,coder,note,created_at\n");
        for index in 0..700_u32 {
            let (document, start) = match index % 3 {
                0 => ("long", index * 7),
                1 => ("note", index * 3),
                _ => ("rare", index * 2),
            };
            let code = format!("themes/theme-{:02}", index % 30);
            let coder = if index % 2 == 0 { "ana" } else { "cleo" };
            let note = if index % 5 == 0 { format!("remark {index} \u{6cc}") } else { String::new() };
            let time = format!("2025-{:02}-{:02}T10:00:00Z", 1 + index % 12, 1 + index % 28);
            table.push_str(&format!(
                "{document},{start},{},{code},{coder},{note},{time}\n",
                start + 5 + index % 9
            ));
        }
        std::fs::write(self.path("rows.csv"), table).unwrap();
        self.ana(&["import", "csv", "rows.csv"]);
    }

    fn ben_goes_on(&self) {
        self.run("ben", "", &["init", "ben", "--from", "study.postil", "--with-annotations"], 0);
        let ben = |words: &[&str]| self.run("ben", "ben", words, 0);
        ben(&["code", "add", "fear"]);
        ben(&["tag", "note:44-60", "fear", "--note", "ben's"]);
        ben(&["--coder", "ana", "note", "3", "what ben says of it"]);
        ben(&["code", "edit", "norms", "--description", "Ben's words"]);
        ben(&["document", "set", "note", "speaker=B"]);
        ben(&["tag", "short:0-5", "power/hard"]);
        ben(&["--coder", "cleo", "retag", "8", "trust"]);
    }

    fn ana_goes_on(&self) {
        self.ana(&["code", "add", "fear"]);
        self.ana(&["note", "3", "what ana says of it"]);
        self.ana(&["code", "edit", "norms", "--description", "Ana's words"]);
        self.ana(&["tag", "short:0-5", "power/hard"]);
        self.ana(&["retag", "9", "11", "13", "actors/state"]);
        self.ana(&["untag", "20", "21", "22", "23", "--all-coders"]);
        self.ana(&["undo"]);
        self.ana(&["untag", "30", "31", "--all-coders"]);
        self.ana(&["code", "merge", "themes/theme-29", "themes/theme-28"]);
        self.ana(&["code", "rename", "trust", "confidence"]);
        let text = std::fs::read_to_string(self.path("rare.txt")).unwrap();
        std::fs::write(self.path("rare.txt"), text.replace("Line 7 of", "Line seven of")).unwrap();
        self.ana(&["document", "replace", "rare", "rare.txt"]);
    }

    fn ana(&self, words: &[&str]) {
        self.run("ana", "study", words, 0);
    }

    /// Runs the program, a minute later each time.
    #[track_caller]
    pub(crate) fn run(&self, coder: &str, store: &str, words: &[&str], status: i32) {
        self.minute.set(self.minute.get() + 1);
        let now = format!("2026-01-31T{:02}:{:02}:00Z", 10 + self.minute.get() / 60, self.minute.get() % 60);
        let seed = coder.bytes().fold(7_u64, |seed, byte| seed * 31 + u64::from(byte));
        let mut command = Command::new(env!("CARGO_BIN_EXE_postil"));
        command
            .current_dir(self.folder.path())
            .env_clear()
            .env("POSTIL_NOW", now)
            .env("POSTIL_SEED", seed.to_string())
            .env("POSTIL_CODER", coder)
            .env("POSTIL_CONFIG", self.path("config.toml"))
            .args(words)
            .stdin(Stdio::null());
        if !store.is_empty() {
            command.env("POSTIL_STORE", self.path(&format!("{store}.postil")));
        }
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{words:?}: {said}");
    }
}

/// Puts `bytes` at `path`, which is then as if it had been copied there.
pub(crate) fn put(path: &Path, bytes: &[u8]) {
    std::fs::write(path, bytes).unwrap();
}
