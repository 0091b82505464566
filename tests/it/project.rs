//! A throwaway project: a folder, a frozen clock, frozen ids, a fixed width, and the real program.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// The program under test.
pub(crate) const POSTIL: &str = env!("CARGO_BIN_EXE_postil");

/// Says that a test was skipped, and why. Not by a macro: the test runner swallows what a passing test prints.
pub(crate) fn skipped(why: &str) {
    std::io::stderr().write_all(format!("skipped: {why}\n").as_bytes()).unwrap();
}

/// A throwaway project. Every command runs in its folder, as coder `ana`, at 2026-01-31T12:00:00Z.
pub(crate) struct Project {
    folder: TempDir,
}

/// What a command said: snapshot it, or ask for its success.
#[must_use = "a run that nobody looks at tests nothing"]
pub(crate) struct Run {
    /// The exit status; `None` when a signal ended it.
    pub(crate) status: Option<i32>,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

impl Project {
    /// An empty folder.
    pub(crate) fn empty() -> Project {
        Project { folder: TempDir::new().unwrap() }
    }

    /// A folder with the store `study.postil`.
    pub(crate) fn new() -> Project {
        let project = Project::empty();
        project.ok("init study");
        project
    }

    /// A store with one short document `note` and the codes `norms` and `actors/state`.
    pub(crate) fn small() -> Project {
        let project = Project::new();
        project.write(
            "note.txt",
            "Norms bind states.\n\nStates speak of norms; norms \u{201c}bind\u{201d} — at times — nobody.\n",
        );
        project.ok("document add note.txt");
        project.ok("code add norms actors/state");
        project
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// The program, ready to be given arguments.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(POSTIL);
        command
            .current_dir(self.folder())
            .env_clear()
            .env("POSTIL_NOW", "2026-01-31T12:00:00Z")
            .env("POSTIL_SEED", "7")
            .env("POSTIL_CODER", "ana")
            .env("POSTIL_CONFIG", self.path("config.toml"))
            .env("HOME", self.folder())
            .env("COLUMNS", "100")
            .stdin(Stdio::null());
        command
    }

    /// Runs a command line: words parted by spaces, `'…'` holding words together.
    pub(crate) fn run(&self, line: &str) -> Run {
        self.args(&words(line))
    }

    /// Runs the program with these arguments.
    pub(crate) fn args<S: AsRef<std::ffi::OsStr>>(&self, args: &[S]) -> Run {
        self.shape(self.command().args(args).output().unwrap())
    }

    /// Runs a command line with `input` on standard input.
    pub(crate) fn run_with(&self, line: &str, input: &[u8]) -> Run {
        let mut command = self.command();
        command.args(words(line));
        self.fed(command, input)
    }

    /// Runs a command with `input` on standard input.
    pub(crate) fn fed(&self, mut command: Command, input: &[u8]) -> Run {
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        // The program may stop reading early, and must not wait for us while we wait for it.
        let writer = std::thread::spawn(move || {
            let _ = stdin.write_all(&input);
        });
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        self.shape(output)
    }

    /// Runs a command line that must succeed, and returns what it answered.
    #[track_caller]
    pub(crate) fn ok(&self, line: &str) -> String {
        self.run(line).ok()
    }

    /// Everything the store says, as `export csv` writes it: equal texts are equal stores.
    pub(crate) fn dump(&self) -> String {
        self.dump_by(|line| self.ok(line))
    }

    /// A [`Project::dump`] of the store in which `run` runs a command line.
    pub(crate) fn dump_by(&self, run: impl FnOnce(&str) -> String) -> String {
        let folder = self.path("dump");
        let _ = std::fs::remove_dir_all(&folder);
        run("export csv -o dump --no-texts");
        let mut names: Vec<PathBuf> =
            std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        names.sort();
        let text = names
            .iter()
            .filter(|path| path.extension().is_some_and(|extension| extension == "csv"))
            .map(|path| {
                format!(
                    "== {}\n{}",
                    path.file_name().unwrap().display(),
                    std::fs::read_to_string(path).unwrap()
                )
            })
            .collect();
        std::fs::remove_dir_all(&folder).unwrap();
        text
    }

    /// A [`Project::dump`] without versions: an undo puts content back, never a version.
    pub(crate) fn content(&self) -> String {
        without_versions(&self.dump())
    }

    /// The bytes of the store.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        std::fs::read(self.path("study.postil")).unwrap()
    }

    /// Runs a command line that must be refused and must leave the store's bytes as they were; returns what it said.
    #[track_caller]
    pub(crate) fn refused(&self, line: &str) -> String {
        let before = self.bytes();
        let run = self.run(line);
        assert_eq!(run.status, Some(1), "not refused: {line}\n{}", run.text());
        assert!(run.err.starts_with("error: "), "no error: {}", run.err);
        assert!(self.bytes() == before, "the store changed: {line}");
        run.err
    }

    /// Begins a store of another project: under the frozen seed all would be one.
    pub(crate) fn begin_another(&self, name: &str) {
        let status = self.command().env("POSTIL_SEED", "4711").args(["init", name, "--quiet"]).status();
        assert!(status.unwrap().success());
    }

    /// As [`Project::refused`], where warnings may come before the refusal.
    #[track_caller]
    pub(crate) fn refused_whatever_is_warned(&self, line: &str) -> String {
        let before = self.bytes();
        let run = self.run(line);
        assert_eq!(run.status, Some(1), "not refused: {line}\n{}", run.text());
        assert!(self.bytes() == before, "the store changed: {line}");
        let at = run.err.find("error: ").unwrap_or_else(|| panic!("no error: {}", run.err));
        run.err[at..].to_owned()
    }

    /// What came of a command, with the folder's name taken out.
    pub(crate) fn shape(&self, output: Output) -> Run {
        let clean = |bytes: Vec<u8>| {
            String::from_utf8(bytes).unwrap().replace(&self.folder().display().to_string(), "$FOLDER")
        };
        Run { status: output.status.code(), out: clean(output.stdout), err: clean(output.stderr) }
    }
}

impl Run {
    /// Everything in one text, for a snapshot.
    pub(crate) fn text(&self) -> String {
        let mut text = self.out.clone();
        if !self.err.is_empty() {
            text.push_str("--- stderr\n");
            text.push_str(&self.err);
        }
        if self.status != Some(0) {
            text.push_str(&format!("--- status {:?}\n", self.status));
        }
        text
    }

    /// Standard output of a run that must have succeeded.
    #[track_caller]
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.status, Some(0), "failed:\n{}", self.text());
        self.out
    }
}

/// A dump with versions and lineages taken out.
pub(crate) fn without_versions(dump: &str) -> String {
    let version = "v[0-9a-f]{16}(=[v0-9a-f+]*)?";
    let lineage = regex::Regex::new(&format!("{version}( {version})*")).unwrap();
    lineage.replace_all(dump, "").into_owned()
}

/// A command line in words, parted by spaces; `'…'` holds words together.
pub(crate) fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, part) in line.split('\'').enumerate() {
        if index % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}
